//! `tally block …`

use clap::Subcommand;
use tally_proto::v1::ledger::ListBlocksRequest;
use tally_proto::v1::ledger::watch_blocks_request::Start;

use super::context::Context;
use super::error::CommandError;
use super::show::{BlockRow, TransactionRow};
use crate::sdk::{ClientError, Told};

/// What can be done about blocks.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// List headers, the newest first
    #[command(after_help = "Examples:\n  tally block list\n  tally block list --to 1000 --limit 50 -o csv")]
    List {
        /// Only this height and lower ones
        #[arg(long, value_name = "HEIGHT", default_value_t = 0, hide_default_value = true)]
        to: u64,
        /// At most so many; 0 for all
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Show a block's header, or its transactions
    #[command(after_help = "Examples:\n  tally block get\n  tally block get 17 --transactions")]
    Get {
        /// Which [default: the newest]
        #[arg(default_value_t = 0, hide_default_value = true)]
        height: u64,
        /// List its transactions with their verdicts instead
        #[arg(long)]
        transactions: bool,
    },
    /// Show headers as they are committed, until interrupted
    #[command(
        after_help = "Examples:\n  tally block watch\n  tally block watch --from 1 --count 100 -o jsonl"
    )]
    Watch {
        /// Begin with this height [default: the next block]
        #[arg(long, value_name = "HEIGHT")]
        from: Option<u64>,
        /// Stop after so many
        #[arg(long)]
        count: Option<usize>,
    },
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::List { to, limit } => {
                let request = ListBlocksRequest { to_height: to, ..Default::default() };
                let headers = context.client()?.headers(request, limit).await?;
                context.show_list(&headers.iter().map(BlockRow::from).collect::<Vec<_>>())
            }
            Self::Get { height, transactions } => get(context, height, transactions).await,
            Self::Watch { from, count } => watch(context, from, count).await,
        }
    }
}

async fn get(context: &Context, height: u64, transactions: bool) -> Result<(), CommandError> {
    let block = context.client()?.block(height).await?;
    if transactions {
        return context.show_list(&block.transactions.iter().map(TransactionRow::from).collect::<Vec<_>>());
    }
    let header = block.header.ok_or(ClientError::Incomplete { what: "header" })?;
    context.show(&BlockRow::from(&header))
}

async fn watch(context: &Context, from: Option<u64>, count: Option<usize>) -> Result<(), CommandError> {
    let mut blocks = context.client()?.watch_blocks(from.map(Start::FromHeight)).await?;
    let mut out = context.stream();
    let mut shown = 0;
    while count.is_none_or(|count| shown < count) {
        if let Told::Item(header) = blocks.next().await? {
            out.push(&BlockRow::from(&header))?;
            shown += 1;
        }
    }
    Ok(())
}
