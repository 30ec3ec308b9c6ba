//! `tally member …`

use clap::{Args, Subcommand};
use tally_contracts::Action;
use tally_contracts::member::{AddKey, RegisterMember, RevokeKey, Role, SetStandingAcceptance};
use tally_contracts::types::{MemberId, Text};
use tally_proto::v1::member::{ListMembersRequest, MemberStatus, Role as WireRole};

use super::context::Context;
use super::error::CommandError;
use super::show::{MemberRow, StandingRow};
use super::value::{
    CapacityChoice, IdentifierText, KeyText, MemberStatusChoice, RoleChoice, ValueError, public_key,
};

/// What can be done about members.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Register a supplier, as its bank
    #[command(
        after_help = "Examples:\n  tally --as north member register gamma --name \"Gamma Castings Ltd\" \\\n    \
        --identifier USCC:91350100M000100Y43 --key gamma.key\n  tally --as north member register gamma --name Gamma \
        --identifier LEI:529900T8BM49AURSDO55 --key maker.key:maker --key checker.key:checker"
    )]
    Register(Register),
    /// Add a key of your own; it counts two blocks later
    #[command(
        after_help = "Examples:\n  tally --as alpha member add-key next.key\n  tally --as alpha member \
        add-key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a --capacity checker"
    )]
    AddKey {
        /// Public key in hexadecimal, or a key file, which stays closed
        key: String,
        /// What it may do
        #[arg(long, value_enum, default_value_t = CapacityChoice::Both)]
        capacity: CapacityChoice,
    },
    /// Revoke a key of your own; what it signed stays signed
    #[command(after_help = "Examples:\n  tally --as alpha member revoke-key old.key")]
    RevokeKey {
        /// Public key in hexadecimal, or a key file, which stays closed
        key: String,
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
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Register(register) => context.act(register.action()?).await,
            Self::AddKey { key, capacity } => {
                let key = public_key(&key)?;
                context.act(Action::AddKey(AddKey { key, capacity: capacity.into() })).await
            }
            Self::RevokeKey { key } => {
                context.act(Action::RevokeKey(RevokeKey { key: public_key(&key)? })).await
            }
            Self::List { role, status, limit } => list(context, role, status, limit).await,
            Self::Get { name } => {
                let id = context.member_named(&name).await?;
                context.show(&MemberRow::from(&context.client()?.member(id).await?))
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
    fn action(self) -> Result<Action, CommandError> {
        Ok(Action::RegisterMember(RegisterMember {
            member: self.member,
            legal_name: Text::new(&self.legal_name).map_err(ValueError::from)?,
            identifiers: self.identifiers.into_iter().map(|one| one.0).collect(),
            // The one role that a bank can sponsor alone.
            roles: [Role::Supplier].into(),
            keys: self.keys.into_iter().map(|KeyText(key, capacity)| (key, capacity)).collect(),
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
