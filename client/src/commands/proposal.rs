//! `tally proposal …`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::genesis::{Observer, Validator};
use tally_contracts::governance::{Admission, Change, SubmitProposal, VoteProposal};
use tally_contracts::member::{MemberStatus, Role};
use tally_contracts::policy::Policy;
use tally_contracts::types::{Currency, MemberId, ProposalId, Text};
use tally_proto::v1::governance::{ListProposalsRequest, ProposalStatus};
use tally_proto::v1::member::Role as WireRole;
use tally_proto::v1::policy::ListPoliciesRequest;

use super::context::Context;
use super::error::CommandError;
use super::show::{ProposalRow, ProposalSummary};
use super::value::{
    AmountText, IdentifierText, KeyText, ProposalStatusChoice, RoleChoice, ValueError, policy_file,
    public_key,
};
use crate::sdk::ClientError;

/// What can be done about proposals.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Put a change to the vote; a validator's operator votes for it thereby
    Submit {
        /// Why, for the voters
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// For how many days votes are taken, 1 to 90
        #[arg(long, value_name = "DAYS", default_value_t = 30)]
        days: u32,
        #[command(subcommand)]
        change: ChangeVerb,
    },
    /// Vote on a proposal, with the power of all validators you operate
    #[command(
        after_help = "Examples:\n  tally --as north proposal vote G1 yes\n  tally --as south proposal vote G1 no"
    )]
    Vote {
        /// Which one
        proposal: ProposalId,
        /// yes or no
        #[arg(value_parser = ["yes", "no"])]
        vote: String,
    },
    /// List proposals
    #[command(after_help = "Examples:\n  tally proposal list --status open\n  tally proposal list -o json")]
    List {
        /// Only with this status
        #[arg(long, value_enum)]
        status: Option<ProposalStatusChoice>,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show one proposal: what it changes, and who said what
    #[command(after_help = "Examples:\n  tally proposal show G1\n  tally proposal show G1 -o json")]
    Show {
        /// Which one
        proposal: ProposalId,
    },
}

/// What would change.
#[derive(Subcommand, Debug)]
pub enum ChangeVerb {
    /// Admit a member with any roles
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"a new buyer\" admit newco --name \"Newco \
        Ltd\" \\\n    --identifier LEI:529900T8BM49AURSDO55 --role anchor --key newco.key"
    )]
    Admit(Admit),
    /// Let a member do nothing for now
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"under investigation\" suspend acme"
    )]
    Suspend {
        /// Id, legal name or identifier
        member: String,
    },
    /// Let a suspended or pending member act
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"cleared\" reactivate acme"
    )]
    Reactivate {
        /// Id, legal name or identifier
        member: String,
    },
    /// End a membership for good
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"merged with beta\" exit acme"
    )]
    Exit {
        /// Id, legal name or identifier
        member: String,
    },
    /// Replace a member's roles
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"also supplies\" roles acme --role anchor \
        --role supplier"
    )]
    Roles {
        /// Id, legal name or identifier
        member: String,
        /// A role it has from then on; repeat it for more
        #[arg(long = "role", value_enum, required = true)]
        roles: Vec<RoleChoice>,
    },
    /// Add a validator, or change the one with this consensus key
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"a fifth bank\" validator fund --consensus-key \
        fund-consensus.key \\\n    --peer-key fund-peer.key --power 10"
    )]
    Validator {
        /// The member that operates it
        member: String,
        /// Signs blocks and votes; in hexadecimal, or a key file, which stays closed
        #[arg(long, value_name = "KEY")]
        consensus_key: String,
        /// Identifies the machine to its peers; the same
        #[arg(long, value_name = "KEY")]
        peer_key: String,
        /// Weight of its vote
        #[arg(long, default_value_t = 10)]
        power: u64,
    },
    /// Remove a validator
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"left\" remove-validator \
        d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )]
    RemoveValidator {
        /// Its consensus key
        consensus_key: String,
    },
    /// Let a machine follow with the full ledger
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"supervision\" observer watch --peer-key \
        watch-peer.key"
    )]
    Observer {
        /// The member that operates it
        member: String,
        /// Identifies the machine to its peers
        #[arg(long, value_name = "KEY")]
        peer_key: String,
    },
    /// Remove an observer
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"replaced\" remove-observer \
        d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )]
    RemoveObserver {
        /// Its peer key
        peer_key: String,
    },
    /// Enter the next version of the policy
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"shorter terms\" policy shorter.toml\n\n\
        The file holds what changes, such as:\n  effective_from = \"2026-07-01\"\n  tenor_hard_days = 180"
    )]
    Policy {
        /// TOML with the names of a genesis document; what it leaves out stays
        file: PathBuf,
    },
    /// Limit what an anchor may owe by confirmed receivables
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"rating\" anchor-limit acme \"50000000.00 CNY\""
    )]
    AnchorLimit {
        /// Id, legal name or identifier
        anchor: String,
        /// In all, in this currency
        limit: AmountText,
    },
    /// Put an identifier on the screening list
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"resolution 7\" screen USCC:91350100M000100Y43 \
        --entry \"UN list, entry 7\""
    )]
    Screen {
        /// SCHEME:VALUE
        identifier: IdentifierText,
        /// The list and entry that it comes from, or the case
        #[arg(long, value_name = "TEXT")]
        entry: String,
    },
    /// Take an identifier off the screening list
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"delisted\" clear USCC:91350100M000100Y43 \
        --entry \"delisted on 1 July\""
    )]
    Clear {
        /// SCHEME:VALUE
        identifier: IdentifierText,
        /// Why it goes
        #[arg(long, value_name = "TEXT")]
        entry: String,
    },
    /// Take the limit away
    #[command(
        after_help = "Examples:\n  tally --as north proposal submit --reason \"rating\" remove-anchor-limit acme CNY"
    )]
    RemoveAnchorLimit {
        /// Id, legal name or identifier
        anchor: String,
        /// Of which currency
        currency: Currency,
    },
}

/// A new member.
#[derive(Args, Debug)]
pub struct Admit {
    /// The new member's id: 2 to 32 of a-z, 0-9 and inner hyphens
    member: MemberId,
    /// As registered with the authorities
    #[arg(long = "name", value_name = "TEXT")]
    legal_name: String,
    /// SCHEME:VALUE; the first is the primary one; repeat it for more
    #[arg(long = "identifier", value_name = "SCHEME:VALUE", required = true)]
    identifiers: Vec<IdentifierText>,
    /// What it may be; repeat it for more
    #[arg(long = "role", value_enum, required = true)]
    roles: Vec<RoleChoice>,
    /// Public key or key file, perhaps with :maker or :checker; repeat it for more
    #[arg(long = "key", value_name = "KEY", required = true)]
    keys: Vec<KeyText>,
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Submit { reason, days, change } => {
                let reason = Text::new(&reason).map_err(ValueError::from)?;
                let change = change.change(context).await?;
                context.act(Action::SubmitProposal(SubmitProposal { change, reason, open_days: days })).await
            }
            Self::Vote { proposal, vote } => {
                let in_favour = vote == "yes";
                context.act(Action::VoteProposal(VoteProposal { proposal, in_favour })).await
            }
            Self::List { status, limit } => {
                let status = status.map_or(ProposalStatus::Unspecified, ProposalStatus::from).into();
                let request = ListProposalsRequest { status, ..Default::default() };
                let proposals = context.client()?.proposals(request, limit).await?;
                context.show_list(&proposals.iter().map(ProposalSummary::from).collect::<Vec<_>>())
            }
            Self::Show { proposal } => {
                context.show(&ProposalRow::from(&context.client()?.proposal(proposal).await?))
            }
        }
    }
}

impl ChangeVerb {
    async fn change(self, context: &Context) -> Result<Change, CommandError> {
        let status = async |member: String, status| {
            let member = context.member_named(&member).await?;
            Ok::<_, CommandError>(Change::SetMemberStatus { member, status })
        };
        Ok(match self {
            Self::Admit(admit) => Change::AdmitMember(admit.admission()?),
            Self::Suspend { member } => status(member, MemberStatus::Suspended).await?,
            Self::Reactivate { member } => status(member, MemberStatus::Active).await?,
            Self::Exit { member } => status(member, MemberStatus::Exited).await?,
            Self::Roles { member, roles: chosen } => {
                Change::SetRoles { member: context.member_named(&member).await?, roles: roles(chosen)? }
            }
            Self::Validator { member, consensus_key, peer_key, power } => Change::SetValidator(Validator {
                member: context.member_named(&member).await?,
                consensus_key: public_key(&consensus_key)?,
                peer_key: public_key(&peer_key)?,
                power,
            }),
            Self::RemoveValidator { consensus_key } => {
                Change::RemoveValidator { consensus_key: public_key(&consensus_key)? }
            }
            Self::Observer { member, peer_key } => {
                let peer_key = public_key(&peer_key)?;
                Change::SetObserver(Observer { member: context.member_named(&member).await?, peer_key })
            }
            Self::RemoveObserver { peer_key } => Change::RemoveObserver { peer_key: public_key(&peer_key)? },
            Self::Policy { file } => {
                Change::EnterPolicy(Box::new(policy_file(&file, &latest_policy(context).await?)?))
            }
            Self::AnchorLimit { anchor, limit } => {
                let limit = limit.resolve(None)?;
                Change::SetAnchorLimit { anchor: context.member_named(&anchor).await?, limit }
            }
            Self::Screen { identifier: IdentifierText(identifier), entry } => {
                Change::ScreenParty { identifier, reason: Text::new(&entry).map_err(ValueError::from)? }
            }
            Self::Clear { identifier: IdentifierText(identifier), entry } => {
                Change::ClearParty { identifier, reason: Text::new(&entry).map_err(ValueError::from)? }
            }
            Self::RemoveAnchorLimit { anchor, currency } => {
                Change::RemoveAnchorLimit { anchor: context.member_named(&anchor).await?, currency }
            }
        })
    }
}

impl Admit {
    fn admission(self) -> Result<Admission, CommandError> {
        Ok(Admission {
            member: self.member,
            legal_name: Text::new(&self.legal_name).map_err(ValueError::from)?,
            identifiers: self.identifiers.into_iter().map(|one| one.0).collect(),
            roles: roles(self.roles)?,
            keys: self.keys.into_iter().map(|KeyText(key, capacity)| (key, capacity)).collect(),
        })
    }
}

fn roles(chosen: Vec<RoleChoice>) -> Result<std::collections::BTreeSet<Role>, CommandError> {
    let role = |choice| Role::try_from(WireRole::from(choice));
    let roles: Result<_, _> = chosen.into_iter().map(role).collect();
    Ok(roles.map_err(|kind| ClientError::Field(tally_proto::FieldError::new("role", kind)))?)
}

/// The newest version, whether or not it is in force yet: what the next one is compared with.
pub async fn latest_policy(context: &Context) -> Result<Policy, CommandError> {
    let policies = context.client()?.policies(ListPoliciesRequest::default(), 0).await?;
    let latest = policies.last().ok_or(ClientError::Incomplete { what: "policy" })?;
    Ok(Policy::try_from(latest).map_err(ClientError::Field)?)
}
