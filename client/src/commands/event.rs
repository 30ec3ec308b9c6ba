//! `tally event …`

use clap::{Args, Subcommand};
use tally_contracts::types::ReceivableId;
use tally_proto::convert::Cursor;
use tally_proto::v1::common::EventKind;
use tally_proto::v1::ledger::WatchEventsRequest;
use tally_proto::v1::ledger::watch_events_request::Start;

use super::context::Context;
use super::error::CommandError;
use super::show::EventRow;
use crate::sdk::Told;

/// What can be done about events.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// List what happened up to now, the oldest first
    #[command(
        after_help = "Examples:\n  tally event list --from 1\n  tally event list --from 100 --of beta -o csv\n  \
        tally event list --kind tranche-discounted --kind receivable-settled"
    )]
    List {
        #[command(flatten)]
        filter: Filter,
    },
    /// Show events as they are committed, until interrupted; it resumes by itself after a lost connection
    #[command(
        after_help = "Examples:\n  tally event watch\n  tally event watch --of beta -o jsonl\n  tally event watch \
        --after 17.0.3 --count 10"
    )]
    Watch {
        #[command(flatten)]
        filter: Filter,
        /// Resume after this cursor
        #[arg(long, value_name = "CURSOR", conflicts_with = "from")]
        after: Option<Cursor>,
        /// Stop after so many
        #[arg(long)]
        count: Option<usize>,
    },
}

/// Which events.
#[derive(Args, Debug)]
pub struct Filter {
    /// Begin with this height
    #[arg(long, value_name = "HEIGHT")]
    from: Option<u64>,
    /// Only of this kind; repeat it for several
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<KindText>,
    /// Only where this member is on either side
    #[arg(long, value_name = "MEMBER")]
    of: Option<String>,
    /// Only about this receivable
    #[arg(long)]
    receivable: Option<ReceivableId>,
}

/// A kind of event by its name in small letters, such as `tranche-discounted`.
#[derive(Debug, Clone, Copy)]
struct KindText(EventKind);

impl std::str::FromStr for KindText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = format!("EVENT_KIND_{}", text.replace('-', "_").to_ascii_uppercase());
        EventKind::from_str_name(&name)
            .filter(|kind| *kind != EventKind::Unspecified)
            .map(Self)
            .ok_or_else(|| "it is the name that event list shows, such as tranche_discounted".to_owned())
    }
}

impl Verb {
    /// Does it.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        match self {
            Self::List { filter } => list(context, filter).await,
            Self::Watch { filter, after, count } => {
                let mut request = filter.request(context).await?;
                if let Some(cursor) = after {
                    request.start = Some(Start::AfterCursor(cursor.to_string()));
                }
                watch(context, request, count).await
            }
        }
    }
}

impl Filter {
    async fn request(self, context: &Context) -> Result<WatchEventsRequest, CommandError> {
        Ok(WatchEventsRequest {
            start: self.from.map(Start::FromHeight),
            kinds: self.kinds.iter().map(|kind| kind.0.into()).collect(),
            member: context.filter_named(self.of.as_ref()).await?,
            receivable: self.receivable.map(ReceivableId::number),
        })
    }
}

/// Shows events until `count` of them were shown, or for ever.
pub async fn watch(
    context: &Context,
    request: WatchEventsRequest,
    count: Option<usize>,
) -> Result<(), CommandError> {
    let mut events = context.client()?.watch_events(request).await?;
    let mut out = context.stream();
    let mut shown = 0;
    while count.is_none_or(|count| shown < count) {
        if let Told::Item(record) = events.next().await? {
            out.push(&EventRow::from(&record))?;
            shown += 1;
        }
    }
    Ok(())
}

/// Reads the stream up to what was committed when the command began.
async fn list(context: &Context, filter: Filter) -> Result<(), CommandError> {
    let mut request = filter.request(context).await?;
    request.start.get_or_insert(Start::FromHeight(1));
    let tip = context.client()?.tip().await?.height;
    let mut events = context.client()?.watch_events(request).await?;
    let mut rows = Vec::new();
    loop {
        match events.next().await? {
            Told::Item(record) if record.height > tip => break,
            Told::Item(record) => rows.push(EventRow::from(&record)),
            Told::UpTo(cursor) => {
                if cursor.parse::<Cursor>().is_ok_and(|cursor| cursor.height.number() >= tip) {
                    break;
                }
            }
        }
    }
    context.show_list(&rows)
}
