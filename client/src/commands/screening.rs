//! `tally screening …`

use clap::Subcommand;
use tally_contracts::Action;
use tally_contracts::screening::{ClearParty, ScreenParty};
use tally_contracts::types::Text;
use tally_proto::v1::screening::ListScreeningRequest;

use super::context::Context;
use super::error::CommandError;
use super::show::ScreeningRow;
use super::value::{IdentifierText, ValueError};

/// What can be done about the screening list.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// List an identifier, as a regulator: its member receives neither title nor money
    #[command(
        after_help = "Examples:\n  tally --as watch screening add USCC:91350100M000100Y43 --reason \"UN list, entry 7\""
    )]
    Add {
        /// SCHEME:VALUE
        identifier: IdentifierText,
        /// The list and entry that it comes from, or the case
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take an identifier off the list; what was withheld is its member's again
    #[command(
        after_help = "Examples:\n  tally --as watch screening remove USCC:91350100M000100Y43 --reason \"delisted\""
    )]
    Remove {
        /// SCHEME:VALUE
        identifier: IdentifierText,
        /// Why it goes
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Show the list
    #[command(after_help = "Examples:\n  tally screening list\n  tally screening list -o json")]
    List {
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::Add { identifier: IdentifierText(identifier), reason } => {
                let reason = Text::new(&reason).map_err(ValueError::from)?;
                context.act(Action::ScreenParty(ScreenParty { identifier, reason })).await
            }
            Self::Remove { identifier: IdentifierText(identifier), reason } => {
                let reason = Text::new(&reason).map_err(ValueError::from)?;
                context.act(Action::ClearParty(ClearParty { identifier, reason })).await
            }
            Self::List { limit } => {
                let entries = context.client()?.screening(ListScreeningRequest::default(), limit).await?;
                context.show_list(&entries.iter().map(ScreeningRow::from).collect::<Vec<_>>())
            }
        }
    }
}
