//! Reads about receivables.

use clap::Args;
use tally_contracts::types::ReceivableId;
use tally_proto::v1::ledger::{WatchEventsRequest, watch_events_request::Start};
use tally_proto::v1::receivable::{ListReceivableHistoryRequest, ListReceivablesRequest, ReceivableStatus};

use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::commands::event;
use crate::commands::show::{EventRow, ReceivableRow, ReceivableSummary, TreeRow};
use crate::commands::value::{DateText, ReceivableStatusChoice};

/// Which receivables.
#[derive(Args, Debug)]
pub struct List {
    /// Only of this anchor
    #[arg(long)]
    anchor: Option<String>,
    /// Only of this supplier
    #[arg(long)]
    supplier: Option<String>,
    /// Only with this status
    #[arg(long, value_enum)]
    status: Option<ReceivableStatusChoice>,
    /// Only due on this date or later
    #[arg(long, value_name = "DATE")]
    due_from: Option<DateText>,
    /// Only due on this date or earlier
    #[arg(long, value_name = "DATE")]
    due_to: Option<DateText>,
    /// At most so many; 0 for all
    #[arg(long, default_value_t = 0)]
    limit: usize,
}

impl List {
    /// Shows them.
    pub async fn run(self, context: &Context) -> Result<(), CommandError> {
        let request = ListReceivablesRequest {
            anchor: context.filter_named(self.anchor.as_ref()).await?,
            supplier: context.filter_named(self.supplier.as_ref()).await?,
            status: self.status.map_or(ReceivableStatus::Unspecified, ReceivableStatus::from).into(),
            due_from: wire_date(context, self.due_from).await?,
            due_to: wire_date(context, self.due_to).await?,
            ..Default::default()
        };
        let receivables = context.client()?.receivables(request, self.limit).await?;
        context.show_list(&receivables.iter().map(ReceivableSummary::from).collect::<Vec<_>>())
    }
}

async fn wire_date(
    context: &Context,
    date: Option<DateText>,
) -> Result<Option<tally_proto::v1::common::Date>, CommandError> {
    match date {
        Some(date) => Ok(Some((&context.date(date).await?).into())),
        None => Ok(None),
    }
}

/// Shows one.
pub async fn get(context: &Context, receivable: ReceivableId) -> Result<(), CommandError> {
    context.show(&ReceivableRow::from(&context.client()?.receivable(receivable).await?))
}

/// Shows its split tree.
pub async fn tree(context: &Context, receivable: ReceivableId) -> Result<(), CommandError> {
    let nodes = context.client()?.receivable_tree(receivable).await?;
    context.show_list(&nodes.iter().map(TreeRow::from).collect::<Vec<_>>())
}

/// Shows its history.
pub async fn history(context: &Context, receivable: ReceivableId, limit: usize) -> Result<(), CommandError> {
    let request = ListReceivableHistoryRequest { receivable: receivable.number(), ..Default::default() };
    let events = context.client()?.receivable_history(request, limit).await?;
    context.show_list(&events.iter().map(EventRow::from).collect::<Vec<_>>())
}

/// Shows what happens to it.
pub async fn watch(
    context: &Context,
    receivable: ReceivableId,
    from: Option<u64>,
    count: Option<usize>,
) -> Result<(), CommandError> {
    let request = WatchEventsRequest {
        start: from.map(Start::FromHeight),
        receivable: Some(receivable.number()),
        ..Default::default()
    };
    event::watch(context, request, count).await
}
