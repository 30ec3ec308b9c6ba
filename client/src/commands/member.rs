//! `tally member …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::member::{
    AddKey, AttestMember, KycTerms, RegisterMember, RevokeAttestation, RevokeKey, Role, SetApprovalPolicy,
    SetStandingAcceptance,
};
use tally_contracts::types::{Height, MemberId, Text};
use tally_proto::v1::member::{ListMembersRequest, MemberStatus, Role as WireRole};

use super::context::Context;
use super::error::CommandError;
use super::show::{MemberDetail, StandingRow};
use super::value::{
    ApprovalRuleText, CapacityChoice, DateText, IdentifierText, KeyText, KycLevelChoice, MemberStatusChoice,
    ReferenceText, RoleChoice, ValueError, public_key,
};

/// What can be done about members.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Register a supplier, as its bank
    #[command(
        after_help = "Examples:\n  tally --as north member register gamma --name \"Gamma Castings Ltd\" \\\n    \
        --identifier USCC:91350100M000100Y43 --key gamma.key --kyc-evidence dossier.pdf\n  tally --as north member register gamma --name Gamma \
        --identifier LEI:529900T8BM49AURSDO55 --key maker.key:maker --key checker.key:checker \\\n    --kyc-until 2027-06-30 --kyc-evidence dossier.pdf"
    )]
    Register(Register),
    /// Add a key of your own; it counts two blocks later
    #[command(
        after_help = "Examples:\n  tally --as alpha member add-key next.key\n  tally --as alpha member \
        add-key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a --capacity checker\n  tally --as alpha \
        member add-key visitor.key --last-height 5000"
    )]
    AddKey {
        /// Public key in hexadecimal, or a key file, which stays closed
        key: String,
        /// What it may do
        #[arg(long, value_enum, default_value_t = CapacityChoice::Both)]
        capacity: CapacityChoice,
        /// Block height after which it no longer signs; until it is revoked if left out
        #[arg(long)]
        last_height: Option<u64>,
    },
    /// Revoke a key of your own; what it signed stays signed
    #[command(after_help = "Examples:\n  tally --as alpha member revoke-key old.key")]
    RevokeKey {
        /// Public key in hexadecimal, or a key file, which stays closed
        key: String,
    },
    /// Vouch for a member, as a bank; renews your own attestation
    #[command(
        after_help = "Examples:\n  tally --as north member attest gamma --kyc-evidence dossier.pdf\n  tally --as north member \
        attest gamma --kyc-level enhanced --kyc-until 2027-12-31 --kyc-evidence dossier.pdf"
    )]
    Attest {
        /// Id, legal name or identifier
        member: String,
        #[command(flatten)]
        terms: Kyc,
    },
    /// No longer vouch for a member
    #[command(
        after_help = "Examples:\n  tally --as north member revoke-attestation gamma --reason \"papers were false\""
    )]
    RevokeAttestation {
        /// Id, legal name or identifier
        member: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Set how many of your keys must sign for what; without rules, one key is enough
    #[command(
        after_help = "Examples:\n  tally --as alpha member set-approvals --rule money=2 --rule \"money:100000.00 \
        CNY=3+checker\"\n  tally --as alpha member set-approvals"
    )]
    SetApprovals {
        /// CLASS=KEYS or CLASS:AMOUNT=KEYS, perhaps with +checker; repeat it for more
        #[arg(long = "rule", value_name = "RULE")]
        rules: Vec<ApprovalRuleText>,
    },
    /// List members
    #[command(
        after_help = "Examples:\n  tally member list\n  tally member list --role funder --status active -o json"
    )]
    List {
        /// Only with this role
        #[arg(long, value_enum)]
        role: Option<RoleChoice>,
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<MemberStatusChoice>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one member with its keys
    #[command(
        after_help = "Examples:\n  tally member get alpha\n  tally member get \"Huaxin Heavy Machinery\""
    )]
    Get {
        /// Id, legal name or identifier
        name: String,
    },
    /// Accept at once whatever a member confirms or transfers to you
    #[command(
        after_help = "Examples:\n  tally --as alpha member accept-always huaxin\n  tally --as alpha member \
        accept-always huaxin --off"
    )]
    AcceptAlways {
        /// Whose confirmations and transfers
        counterparty: String,
        /// End it
        #[arg(long)]
        off: bool,
    },
}

/// Registers a supplier.
#[derive(Args, Debug)]
pub struct Register {
    /// The new member's id: 2 to 32 of a-z, 0-9 and inner hyphens
    member: MemberId,
    /// As registered with the authorities
    #[arg(long = "name", value_name = "TEXT")]
    legal_name: String,
    /// SCHEME:VALUE; the first is the primary one; repeat it for more
    #[arg(long = "identifier", value_name = "SCHEME:VALUE", required = true)]
    identifiers: Vec<IdentifierText>,
    /// Public key or key file, perhaps with :maker or :checker; repeat it for more
    #[arg(long = "key", value_name = "KEY", required = true)]
    keys: Vec<KeyText>,
    #[command(flatten)]
    kyc: Kyc,
}

/// What a bank attests.
#[derive(Args, Debug)]
pub struct Kyc {
    /// How closely you looked
    #[arg(long = "kyc-level", value_enum, default_value_t = KycLevelChoice::Standard)]
    level: KycLevelChoice,
    /// Last day on which it counts
    #[arg(long = "kyc-until", value_name = "DATE", default_value = "+365d")]
    until: DateText,
    /// The evidence, which stays with you: a file that is hashed here, or its SHA-256
    #[arg(long = "kyc-evidence", value_name = "HASH|FILE")]
    evidence: ReferenceText,
}

impl Kyc {
    async fn terms(self, context: &Context) -> Result<KycTerms, CommandError> {
        Ok(KycTerms {
            level: self.level.into(),
            expires_on: context.date(self.until).await?,
            evidence: self.evidence.resolve()?,
        })
    }
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Register(register) => context.act(register.action(context).await?).await,
            Self::Attest { member, terms } => {
                let member = context.member_named(&member).await?;
                let terms = terms.terms(context).await?;
                context.act(Action::AttestMember(AttestMember { member, terms })).await
            }
            Self::RevokeAttestation { member, reason } => {
                let member = context.member_named(&member).await?;
                let reason = Text::new(&reason).map_err(ValueError::from)?;
                context.act(Action::RevokeAttestation(RevokeAttestation { member, reason })).await
            }
            Self::SetApprovals { rules } => {
                let rules = rules.into_iter().map(|ApprovalRuleText(rule)| rule).collect();
                context.act(Action::SetApprovalPolicy(SetApprovalPolicy { rules })).await
            }
            Self::AddKey { key, capacity, last_height } => {
                let key = public_key(&key)?;
                let last_height = last_height.map(Height::new);
                context.act(Action::AddKey(AddKey { key, capacity: capacity.into(), last_height })).await
            }
            Self::RevokeKey { key } => {
                context.act(Action::RevokeKey(RevokeKey { key: public_key(&key)? })).await
            }
            Self::List { role, status, limit } => list(context, role, status, limit).await,
            Self::Get { name } => {
                let id = context.member_named(&name).await?;
                context.show(&MemberDetail::from(&context.client()?.member_standing(id).await?))
            }
            Self::AcceptAlways { counterparty, off } => {
                let counterparty = context.member_named(&counterparty).await?;
                let action = SetStandingAcceptance { counterparty, active: !off };
                context.act(Action::SetStandingAcceptance(action)).await
            }
        }
    }
}

impl Register {
    async fn action(self, context: &Context) -> Result<Action, CommandError> {
        Ok(Action::RegisterMember(RegisterMember {
            member: self.member,
            legal_name: Text::new(&self.legal_name).map_err(ValueError::from)?,
            identifiers: self.identifiers.into_iter().map(|one| one.0).collect(),
            // The one role that a bank can sponsor alone.
            roles: [Role::Supplier].into(),
            keys: self.keys.into_iter().map(|KeyText(key, capacity)| (key, capacity)).collect(),
            attestation: self.kyc.terms(context).await?,
        }))
    }
}

async fn list(
    context: &Context,
    role: Option<RoleChoice>,
    status: Option<MemberStatusChoice>,
    limit: usize,
) -> Result<(), CommandError> {
    let role = role.map_or(WireRole::Unspecified, WireRole::from).into();
    let status = status.map_or(MemberStatus::Unspecified, MemberStatus::from).into();
    let members =
        context.client()?.members(ListMembersRequest { role, status, ..Default::default() }, limit).await?;
    context.show_list(&members.iter().map(StandingRow::from).collect::<Vec<_>>())
}
