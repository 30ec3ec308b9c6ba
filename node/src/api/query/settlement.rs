//! Settlement: whether the anchor's money reached the holders.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use tally_contracts::limits::OPEN_TRANCHES_PER_RECEIVABLE_MAX;
use tally_contracts::money::{Account, Deposit};
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{IndexKey, Key};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, ReceivableId, TrancheId};
use tally_proto::v1::receivable::ReceivableStatus;
use tally_proto::v1::settlement::settlement_service_server::SettlementService;
use tally_proto::v1::settlement::{GetSettlementStatusRequest, GetSettlementStatusResponse, HolderClaim};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl SettlementService for Services {
    async fn get_settlement_status(
        &self,
        request: Request<GetSettlementStatusRequest>,
    ) -> Result<Response<GetSettlementStatusResponse>, Status> {
        let id = ReceivableId::new(request.into_inner().receivable);
        self.read(move |reading| status(reading, id)).await
    }
}

fn status(reading: &Reading<'_>, id: ReceivableId) -> Result<GetSettlementStatusResponse, CallError> {
    let receivable: Receivable = reading.find(&Key::Receivable(id), Resource::Receivable, id)?;
    let policy = reading.policy_in_force()?;
    let terms = &receivable.terms;
    let settlement_date = policy.calendar.settlement_day(terms.due_date, policy.day_roll);
    let confirmed = receivable.confirmation.as_ref().map(|confirmation| confirmation.amount);
    Ok(GetSettlementStatusResponse {
        status: ReceivableStatus::from(receivable.status).into(),
        due_date: Some((&terms.due_date).into()),
        settlement_date: Some((&settlement_date).into()),
        confirmed: confirmed.as_ref().map(Into::into),
        settled: Some((&receivable.settled).into()),
        outstanding: Some((&outstanding(&receivable)?).into()),
        available: Some((&available(reading, &receivable)?).into()),
        settlement_bank: terms.settlement_bank.to_string(),
        claims: claims(reading, id)?,
        position: reading.position(),
    })
}

/// Nothing is owed under a receivable that was cancelled or closed.
fn outstanding(receivable: &Receivable) -> Result<Amount, CallError> {
    use tally_contracts::receivable::ReceivableStatus as Domain;
    match receivable.status {
        Domain::Cancelled { .. } | Domain::Closed { .. } => {
            Ok(Amount::zero(receivable.terms.face.currency()))
        }
        Domain::Submitted { .. }
        | Domain::Confirmed
        | Domain::Live
        | Domain::Overdue { .. }
        | Domain::Settled { .. } => Ok(receivable.outstanding()?),
    }
}

/// What the anchor could pay now.
fn available(reading: &Reading<'_>, receivable: &Receivable) -> Result<Amount, CallError> {
    let currency = receivable.terms.face.currency();
    let account = Account { bank: receivable.terms.settlement_bank, owner: receivable.anchor, currency };
    let deposit: Option<Deposit> = reading.get(&Key::Deposit(account))?;
    Ok(deposit.map_or(Amount::zero(currency), |deposit| deposit.available()))
}

fn claims(reading: &Reading<'_>, receivable: ReceivableId) -> Result<Vec<HolderClaim>, CallError> {
    let scope = IndexKey::TrancheOf { receivable, tranche: TrancheId::new(0) }.scope();
    let limit = usize::try_from(OPEN_TRANCHES_PER_RECEIVABLE_MAX).unwrap_or(usize::MAX);
    let open = reading.indexed(&scope, &[], limit, |number| Key::Tranche(TrancheId::new(number)))?;
    let claim = |(_, tranche): &(Vec<u8>, Tranche)| HolderClaim {
        tranche: tranche.id.number(),
        holder: tranche.holder.to_string(),
        face: Some((&tranche.face).into()),
    };
    Ok(open.iter().map(claim).collect())
}
