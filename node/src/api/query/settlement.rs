//! Settlement: whether the anchor's money reached the holders.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::required_member;
use tally_contracts::collection::Case;
use tally_contracts::limits::OPEN_TRANCHES_MAX;
use tally_contracts::money::{Account, Deposit};
use tally_contracts::receivable::Receivable;
use tally_contracts::settlement::{anchor_risk, contagion, receivable_class};
use tally_contracts::state::{IndexKey, Key};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, Height, MemberId, ReceivableId, TrancheId};
use tally_contracts::{BlockContext, Failure};
use tally_proto::v1::receivable::ReceivableStatus;
use tally_proto::v1::settlement::settlement_service_server::SettlementService;
use tally_proto::v1::settlement::{
    GetAnchorRiskRequest, GetAnchorRiskResponse, GetContagionRequest, GetContagionResponse,
    GetSettlementStatusRequest, GetSettlementStatusResponse, HolderClaim, RiskClass,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl SettlementService for Services {
    async fn get_settlement_status(
        &self,
        request: Request<GetSettlementStatusRequest>,
    ) -> Result<Response<GetSettlementStatusResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = ReceivableId::new(request.receivable);
        self.read(reader, move |reading| status(reading, id)).await
    }

    async fn get_contagion(
        &self,
        request: Request<GetContagionRequest>,
    ) -> Result<Response<GetContagionResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| spread(reading, required_member(&request.anchor, "anchor")?)).await
    }

    async fn get_anchor_risk(
        &self,
        request: Request<GetAnchorRiskRequest>,
    ) -> Result<Response<GetAnchorRiskResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| risk(reading, required_member(&request.anchor, "anchor")?)).await
    }
}

fn status(reading: &Reading<'_>, id: ReceivableId) -> Result<GetSettlementStatusResponse, CallError> {
    let receivable = reading.seen_receivable(id)?;
    let policy = reading.policy_in_force()?;
    let terms = &receivable.terms;
    let settlement_date = policy.calendar.settlement_day(terms.due_date, policy.day_roll);
    let today = policy.date(reading.time);
    let owed = receivable.owed(today)?;
    let days_past_due = receivable.days_past_due(today);
    let outstanding = outstanding(&receivable)?;
    let total =
        owed.costs.plus(owed.late_interest).and_then(|sum| sum.plus(outstanding)).map_err(Failure::from)?;
    let confirmed = receivable.confirmation.as_ref().map(|confirmation| confirmation.amount);
    let case: Option<Case> = reading.get(&Key::Case(id))?;
    let observed_until = case.and_then(|case| case.observed_until);
    let status = GetSettlementStatusResponse {
        status: ReceivableStatus::from(receivable.status).into(),
        due_date: Some((&terms.due_date).into()),
        settlement_date: Some((&settlement_date).into()),
        confirmed: confirmed.as_ref().map(Into::into),
        settled: Some((&receivable.settled).into()),
        outstanding: Some((&outstanding).into()),
        available: Some((&available(reading, &receivable)?).into()),
        settlement_bank: terms.settlement_bank.to_string(),
        claims: claims(reading, id)?,
        position: reading.position(),
        as_of: Some((&today).into()),
        days_past_due,
        late_interest: Some((&owed.late_interest).into()),
        costs: Some((&owed.costs).into()),
        total: Some((&total).into()),
        risk_class: RiskClass::from(receivable_class(&policy, &receivable, observed_until, today)).into(),
        charges: receivable.late.charges.iter().map(Into::into).collect(),
        diluted: Some((&receivable.diluted).into()),
        disputed: Some((&receivable.disputed()).into()),
    };
    reading.settlement_as_seen(&receivable, status)
}

/// How an anchor stands is for those who finance it; for others it is no member of theirs.
fn concerns(reading: &Reading<'_>, anchor: MemberId) -> Result<bool, CallError> {
    let bears_risk = reading.reader()?.bears_risk() && reading.took_part_in_debt_of(anchor)?;
    Ok(bears_risk || reading.is_funder_of(anchor)?)
}

fn unknown(anchor: MemberId) -> CallError {
    CallError::Unknown { kind: Resource::Member, name: anchor.to_string() }
}

/// Of the debts that are overdue now, with the days of the newest block.
fn risk(reading: &Reading<'_>, anchor: MemberId) -> Result<GetAnchorRiskResponse, CallError> {
    let context = BlockContext { height: Height::new(reading.height), time: reading.time };
    if !concerns(reading, anchor)? {
        return Err(unknown(anchor));
    }
    let risk = anchor_risk(&reading.view, context, anchor)?;
    Ok(GetAnchorRiskResponse {
        risk_class: RiskClass::from(risk.class).into(),
        days_past_due: risk.days_past_due,
        oldest_overdue: risk.oldest_overdue.map(|id| id.number()),
        oldest_defaulted: risk.oldest_defaulted.map(|id| id.number()),
        position: reading.position(),
    })
}

/// Of everything that the anchor owes, by the contracts' own sums.
fn spread(reading: &Reading<'_>, anchor: MemberId) -> Result<GetContagionResponse, CallError> {
    let context = BlockContext { height: Height::new(reading.height), time: reading.time };
    // it names everybody who would lose
    if !reading.reader()?.reads_everything() {
        return Err(unknown(anchor));
    }
    let found = contagion(&reading.view, context, anchor)?;
    Ok(GetContagionResponse {
        as_of: Some((&found.as_of).into()),
        currencies: found.currencies.iter().map(Into::into).collect(),
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
        | Domain::Defaulted { .. }
        | Domain::WrittenOff { .. }
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
    let limit = usize::try_from(OPEN_TRANCHES_MAX).unwrap_or(usize::MAX);
    let open = reading.indexed(&scope, &[], limit, |number| Key::Tranche(TrancheId::new(number)))?;
    let claim = |(_, tranche): &(Vec<u8>, Tranche)| HolderClaim {
        tranche: tranche.id.number(),
        holder: tranche.holder.to_string(),
        face: Some((&tranche.face).into()),
    };
    Ok(open.iter().map(claim).collect())
}
