//! Receivables: records, split trees and histories.
use super::super::Services;
use super::super::error::CallError;
use super::super::sight::Watcher;
use super::filter::{date, is, member, one_of, text};
use super::{Reading, tree};
use crate::events::StoredBlock;
use crate::storage::EventLocation;
use tally_contracts::receivable::Receivable;
use tally_contracts::types::{BusinessDate, MemberId, ReceivableId, Text};
use tally_proto::convert::event_record;
use tally_proto::v1::common::EventRecord;
use tally_proto::v1::receivable::receivable_service_server::ReceivableService;
use tally_proto::v1::receivable::{
    GetReceivableRequest, GetReceivableResponse, GetReceivableTreeRequest, GetReceivableTreeResponse,
    ListReceivableHistoryRequest, ListReceivableHistoryResponse, ListReceivablesRequest,
    ListReceivablesResponse, ReceivableStatus,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl ReceivableService for Services {
    async fn get_receivable(
        &self,
        request: Request<GetReceivableRequest>,
    ) -> Result<Response<GetReceivableResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = ReceivableId::new(request.receivable);
        self.read(reader, move |reading| {
            let receivable = reading.seen_receivable(id)?;
            Ok(GetReceivableResponse {
                receivable: Some(reading.receivable_as_seen(&receivable)?),
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_receivables(
        &self,
        request: Request<ListReceivablesRequest>,
    ) -> Result<Response<ListReceivablesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let filter = Filter::of(&request)?;
            let listed = reading.list_receivables(&page, |receivable| {
                // an invoice number is no question of those who do not see invoices
                let may_ask = filter.invoice_number.is_none() || reading.sees_invoices(receivable);
                may_ask && filter.keeps(receivable)
            })?;
            let seen = |receivable| reading.receivable_as_seen(receivable);
            Ok(ListReceivablesResponse {
                receivables: listed.items.iter().map(seen).collect::<Result<_, _>>()?,
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn get_receivable_tree(
        &self,
        request: Request<GetReceivableTreeRequest>,
    ) -> Result<Response<GetReceivableTreeResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = ReceivableId::new(request.receivable);
        self.read(reader, move |reading| {
            let receivable = reading.seen_receivable(id)?;
            let nodes = tree::grow(reading, &receivable)?;
            Ok(GetReceivableTreeResponse {
                nodes: reading.tree_as_seen(&receivable, nodes)?,
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_receivable_history(
        &self,
        request: Request<ListReceivableHistoryRequest>,
    ) -> Result<Response<ListReceivableHistoryResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| history(reading, &mut request)).await
    }
}

struct Filter {
    anchor: Option<MemberId>,
    supplier: Option<MemberId>,
    status: Option<ReceivableStatus>,
    due_from: Option<BusinessDate>,
    due_to: Option<BusinessDate>,
    invoice_number: Option<Text>,
}

impl Filter {
    fn of(request: &ListReceivablesRequest) -> Result<Self, CallError> {
        Ok(Self {
            anchor: member(&request.anchor, "anchor")?,
            supplier: member(&request.supplier, "supplier")?,
            status: one_of(request.status, "status")?,
            due_from: date(request.due_from.as_ref(), "due_from")?,
            due_to: date(request.due_to.as_ref(), "due_to")?,
            invoice_number: text(&request.invoice_number, "invoice_number")?,
        })
    }

    fn keeps(&self, receivable: &Receivable) -> bool {
        let due = receivable.terms.due_date;
        is(self.anchor, receivable.anchor)
            && is(self.supplier, receivable.supplier)
            && is(self.status, ReceivableStatus::from(receivable.status))
            && self.due_from.is_none_or(|from| from <= due)
            && self.due_to.is_none_or(|to| due <= to)
            && self.invoice_number.as_ref().is_none_or(|number| receivable.has_invoice(number))
    }
}

fn history(
    reading: &Reading<'_>,
    request: &mut ListReceivableHistoryRequest,
) -> Result<ListReceivableHistoryResponse, CallError> {
    let page = reading.page(request)?;
    let id = ReceivableId::new(request.receivable);
    reading.seen_receivable(id)?;
    let mut watcher = Watcher::new(reading.reader()?.clone());
    watcher.learn(reading.facts(&[id])?);
    let after = page.after.as_deref().and_then(read_location);
    // one more than asked for shows whether this is the last page
    let mut places = reading.view.history(id.number(), after, page.size.saturating_add(1))?;
    let is_last = places.len() <= page.size;
    places.truncate(page.size);
    let last = places.last().copied().filter(|_| !is_last);
    Ok(ListReceivableHistoryResponse {
        events: records(reading, &places, &watcher)?,
        next_page_token: last
            .map(|last| page.token(&location_bytes(last), reading.height))
            .unwrap_or_default(),
        position: reading.position(),
    })
}

/// The events at these places, as far as the reader may see them; each block is read once.
fn records(
    reading: &Reading<'_>,
    places: &[EventLocation],
    watcher: &Watcher,
) -> Result<Vec<EventRecord>, CallError> {
    let today = reading.today()?;
    let mut records = Vec::with_capacity(places.len());
    let mut block: Option<StoredBlock> = None;
    for place in places {
        let current = match block.take() {
            Some(same) if same.header.height.number() == place.height => same,
            Some(_) | None => reading.block(place.height)?,
        };
        if let Some(event) = current.event(place.receipt, place.event) {
            let context = current.context(place.receipt, place.event);
            let seen = watcher.see(&context, event, today);
            records.extend(seen.map(|(context, event)| event_record(&context, &event)));
        }
        block = Some(current);
    }
    Ok(records)
}

fn location_bytes(place: EventLocation) -> Vec<u8> {
    [&place.height.to_be_bytes()[..], &place.receipt.to_be_bytes(), &place.event.to_be_bytes()].concat()
}

fn read_location(bytes: &[u8]) -> Option<EventLocation> {
    let (height, rest) = bytes.split_first_chunk()?;
    let (receipt, rest) = rest.split_first_chunk()?;
    Some(EventLocation {
        height: u64::from_be_bytes(*height),
        receipt: u32::from_be_bytes(*receipt),
        event: u32::from_be_bytes(rest.try_into().ok()?),
    })
}
