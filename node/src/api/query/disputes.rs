//! Disputes and credit notes: what waits, what was credited, and who lost what by it.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::{is, member, one_of};
use tally_contracts::BlockContext;
use tally_contracts::dilution::{CreditNote, expected_losses};
use tally_contracts::dispute::Dispute;
use tally_contracts::state::{IndexKey, Key};
use tally_contracts::types::{CreditNoteId, DisputeId, Height, ReceivableId};
use tally_proto::v1::dispute::dispute_service_server::DisputeService;
use tally_proto::v1::dispute::{
    self as wire, CreditNoteStatus, DisputeStatus, GetCreditNoteRequest, GetCreditNoteResponse,
    GetDisputeRequest, GetDisputeResponse, ListCreditNotesRequest, ListCreditNotesResponse,
    ListDisputesRequest, ListDisputesResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl DisputeService for Services {
    async fn get_dispute(
        &self,
        request: Request<GetDisputeRequest>,
    ) -> Result<Response<GetDisputeResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = DisputeId::new(request.dispute);
        self.read(reader, move |reading| {
            let dispute: Dispute = reading.find(&Key::Dispute(id), Resource::Dispute, id)?;
            if !reading.took_part(dispute.receivable)? {
                return Err(CallError::Unknown { kind: Resource::Dispute, name: id.to_string() });
            }
            Ok(GetDisputeResponse { dispute: Some((&dispute).into()), position: reading.position() })
        })
        .await
    }

    async fn list_disputes(
        &self,
        request: Request<ListDisputesRequest>,
    ) -> Result<Response<ListDisputesResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| list_disputes(reading, request)).await
    }

    async fn get_credit_note(
        &self,
        request: Request<GetCreditNoteRequest>,
    ) -> Result<Response<GetCreditNoteResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = CreditNoteId::new(request.credit_note);
        self.read(reader, move |reading| {
            let note: CreditNote = reading.find(&Key::CreditNote(id), Resource::CreditNote, id)?;
            if !reading.took_part(note.receivable)? {
                return Err(CallError::Unknown { kind: Resource::CreditNote, name: id.to_string() });
            }
            let context =
                BlockContext { height: Height::new(reading.height).next(), time: reading.next_time() };
            let expected = expected_losses(&reading.view, context, id)?;
            Ok(GetCreditNoteResponse {
                credit_note: Some(reading.credit_note_as_seen(&note)?),
                expected: reading.losses_as_seen(expected.iter().map(Into::into).collect())?,
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_credit_notes(
        &self,
        request: Request<ListCreditNotesRequest>,
    ) -> Result<Response<ListCreditNotesResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| list_notes(reading, request)).await
    }
}

fn list_disputes(
    reading: &Reading<'_>,
    mut request: ListDisputesRequest,
) -> Result<ListDisputesResponse, CallError> {
    let page = reading.page(&mut request)?;
    let status: Option<DisputeStatus> = one_of(request.status, "status")?;
    // what cannot be judged is not shown
    let sees = |receivable| reading.took_part(receivable).unwrap_or(false);
    let keep = |dispute: &Dispute| {
        sees(dispute.receivable) && is(status.map(i32::from), wire::Dispute::from(dispute).status)
    };
    let dispute = DisputeId::new(0);
    let listed = match request.receivable.map(ReceivableId::new) {
        Some(receivable) => {
            let scope = IndexKey::DisputeOf { receivable, dispute }.scope();
            reading.list_indexed(&page, &scope, |number| Key::Dispute(DisputeId::new(number)), keep)?
        }
        None => reading.list(&page, &[Key::Dispute(dispute).type_byte()], keep)?,
    };
    Ok(ListDisputesResponse {
        disputes: listed.items.iter().map(Into::into).collect(),
        next_page_token: listed.next_page_token,
        position: reading.position(),
    })
}

fn list_notes(
    reading: &Reading<'_>,
    mut request: ListCreditNotesRequest,
) -> Result<ListCreditNotesResponse, CallError> {
    let page = reading.page(&mut request)?;
    let status: Option<CreditNoteStatus> = one_of(request.status, "status")?;
    let holder = member(&request.holder, "holder")?;
    let reader = reading.reader()?;
    // what cannot be judged is not shown; who else lost something is no question of a holder's
    let sees = |receivable| reading.took_part(receivable).unwrap_or(false);
    let asks_own = reader.reads_everything() || holder.is_none_or(|holder| holder == reader.member);
    let keep = |note: &CreditNote| {
        sees(note.receivable)
            && asks_own
            && is(status.map(i32::from), wire::CreditNote::from(note).status)
            && holder.is_none_or(|holder| note.losses().iter().any(|loss| loss.holder == holder))
    };
    let credit_note = CreditNoteId::new(0);
    let listed = match request.receivable.map(ReceivableId::new) {
        Some(receivable) => {
            let scope = IndexKey::CreditNoteOf { receivable, credit_note }.scope();
            reading.list_indexed(&page, &scope, |number| Key::CreditNote(CreditNoteId::new(number)), keep)?
        }
        None => reading.list(&page, &[Key::CreditNote(credit_note).type_byte()], keep)?,
    };
    let seen = listed.items.iter().map(|note| reading.credit_note_as_seen(note));
    let mut credit_notes: Vec<wire::CreditNote> = seen.collect::<Result<_, _>>()?;
    for note in credit_notes.iter_mut().filter(|_| holder.is_some()) {
        note.losses.retain(|loss| loss.holder == request.holder);
    }
    Ok(ListCreditNotesResponse {
        credit_notes,
        next_page_token: listed.next_page_token,
        position: reading.position(),
    })
}
