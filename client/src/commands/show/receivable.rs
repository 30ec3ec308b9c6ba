//! Receivables, their trees and their settlement.

use tally_proto::v1::receivable::{
    Charge, ClosedReason, CostClaim, Invoice, Receivable, Terms, TitleMove, TrancheFate, TreeNode,
};
use tally_proto::v1::settlement::{GetAnchorRiskResponse, GetSettlementStatusResponse, HolderClaim};

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, currency, date, id, percent, some, time, word};

row! {
    /// A receivable in a list.
    ReceivableSummary from Receivable as receivable {
        id: String = id('R', receivable.id),
        supplier: String = receivable.supplier.clone(),
        anchor: String = receivable.anchor.clone(),
        face: Option<Money> = terms(receivable).and_then(|terms| amount(terms.face.as_ref())),
        currency: String = face_currency(receivable),
        due_date: Option<String> = terms(receivable).and_then(|terms| date(terms.due_date.as_ref())),
        status: String = word(receivable.status().as_str_name(), "RECEIVABLE_STATUS_"),
        confirmed: Option<Money> =
            receivable.confirmation.as_ref().and_then(|confirmation| amount(confirmation.amount.as_ref())),
        settled: Option<Money> = amount(receivable.settled.as_ref()),
        open_tranches: u32 = receivable.open_tranches,
        next: Option<String> = next(receivable),
    }
}

row! {
    /// A receivable of record.
    ReceivableRow from Receivable as receivable {
        id: String = id('R', receivable.id),
        supplier: String = receivable.supplier.clone(),
        anchor: String = receivable.anchor.clone(),
        face: Option<Money> = terms(receivable).and_then(|terms| amount(terms.face.as_ref())),
        currency: String = face_currency(receivable),
        due_date: Option<String> = terms(receivable).and_then(|terms| date(terms.due_date.as_ref())),
        delivery_date: Option<String> =
            terms(receivable).and_then(|terms| date(terms.delivery_date.as_ref())),
        status: String = word(receivable.status().as_str_name(), "RECEIVABLE_STATUS_"),
        status_date: Option<String> = date(receivable.status_date.as_ref()),
        closed_reason: Option<String> = closed(receivable),
        next: Option<String> = next(receivable),
        lapses_at: Option<String> = (receivable.lapses_at_ms > 0).then(|| time(receivable.lapses_at_ms)),
        submitted_at: String = time(receivable.submitted_at_ms),
        confirmed: Option<Money> =
            receivable.confirmation.as_ref().and_then(|confirmation| amount(confirmation.amount.as_ref())),
        confirmed_on: Option<String> =
            receivable.confirmation.as_ref().and_then(|confirmation| date(confirmation.on.as_ref())),
        confirmed_less_because: Option<String> =
            receivable.confirmation.as_ref().and_then(|confirmation| some(&confirmation.reason)),
        defences_waived: Option<bool> =
            receivable.confirmation.as_ref().map(|confirmation| confirmation.defences_waived),
        settled: Option<Money> = amount(receivable.settled.as_ref()),
        diluted: Option<Money> = amount(receivable.diluted.as_ref()),
        disputed: Option<Money> = amount(receivable.disputed.as_ref()),
        dispute: Option<String> = receivable.dispute.map(|one| id('D', one)),
        open_tranches: u32 = receivable.open_tranches,
        near_duplicates: Listed<String> = receivable.near_duplicates.iter().map(|one| id('R', *one)).collect(),
        term_extended: bool = receivable.term_extended,
        cancellation_asked_by: Option<String> = some(&receivable.cancellation_asked_by),
        settlement_bank: Option<String> = terms(receivable).map(|terms| terms.settlement_bank.clone()),
        contract_reference: Option<String> =
            terms(receivable).and_then(|terms| some(&terms.contract_reference)),
        tenor_justification: Option<String> =
            terms(receivable).and_then(|terms| some(&hex::encode(&terms.tenor_justification))),
        late_rate_per_year: Option<String> = (receivable.late_rate_ppm_per_year > 0)
            .then(|| percent(receivable.late_rate_ppm_per_year.into())),
        charges: Listed<String> = receivable.charges.iter().map(charge).collect(),
        costs_claimed: Listed<String> = receivable.cost_claims.iter().map(cost_claim).collect(),
        invoices: Listed<String> =
            terms(receivable).map(|terms| terms.invoices.iter().map(invoice).collect()).unwrap_or(Listed(vec![])),
    }
}

row! {
    /// One tranche of a split tree.
    TreeRow from TreeNode as node {
        tranche: String = id('T', node.tranche),
        parents: Listed<String> = node.parents.iter().map(|one| id('T', *one)).collect(),
        face: Option<Money> = amount(node.face.as_ref()),
        currency: String = currency(node.face.as_ref()),
        holder: String = node.holder.clone(),
        fate: String = fate(node.fate()),
        created_at: String = time(node.created_at_ms),
        moves: Listed<String> = node.moves.iter().map(title_move).collect(),
    }
}

row! {
    /// Where a settlement stands.
    SettlementRow from GetSettlementStatusResponse as settlement {
        status: String = word(settlement.status().as_str_name(), "RECEIVABLE_STATUS_"),
        due_date: Option<String> = date(settlement.due_date.as_ref()),
        settlement_date: Option<String> = date(settlement.settlement_date.as_ref()),
        currency: String = currency(settlement.settled.as_ref()),
        confirmed: Option<Money> = amount(settlement.confirmed.as_ref()),
        settled: Option<Money> = amount(settlement.settled.as_ref()),
        diluted: Option<Money> = amount(settlement.diluted.as_ref()),
        outstanding: Option<Money> = amount(settlement.outstanding.as_ref()),
        as_of: Option<String> = date(settlement.as_of.as_ref()),
        days_past_due: u32 = settlement.days_past_due,
        risk_class: String = word(settlement.risk_class().as_str_name(), "RISK_CLASS_"),
        late_interest: Option<Money> = amount(settlement.late_interest.as_ref()),
        costs: Option<Money> = amount(settlement.costs.as_ref()),
        total: Option<Money> = amount(settlement.total.as_ref()),
        disputed: Option<Money> = amount(settlement.disputed.as_ref()),
        available: Option<Money> = amount(settlement.available.as_ref()),
        settlement_bank: String = settlement.settlement_bank.clone(),
        claims: Listed<ClaimRow> = settlement.claims.iter().map(ClaimRow::from).collect(),
        charges: Listed<String> = settlement.charges.iter().map(charge).collect(),
    }
}

row! {
    /// How an anchor stands.
    RiskRow from GetAnchorRiskResponse as risk {
        risk_class: String = word(risk.risk_class().as_str_name(), "RISK_CLASS_"),
        days_past_due: u32 = risk.days_past_due,
        oldest_overdue: Option<String> = risk.oldest_overdue.map(|one| id('R', one)),
        oldest_defaulted: Option<String> = risk.oldest_defaulted.map(|one| id('R', one)),
    }
}

row! {
    /// What one holder is owed.
    ClaimRow from HolderClaim as claim {
        tranche: String = id('T', claim.tranche),
        holder: String = claim.holder.clone(),
        face: Option<Money> = amount(claim.face.as_ref()),
    }
}

impl std::fmt::Display for ClaimRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let face = self.face.as_ref().map(Money::text).unwrap_or_default();
        write!(f, "{} {} {face}", self.tranche, self.holder)
    }
}

fn terms(receivable: &Receivable) -> Option<&Terms> {
    receivable.terms.as_ref()
}

fn face_currency(receivable: &Receivable) -> String {
    terms(receivable).map(|terms| currency(terms.face.as_ref())).unwrap_or_default()
}

fn closed(receivable: &Receivable) -> Option<String> {
    let reason = receivable.closed_reason();
    (reason != ClosedReason::Unspecified).then(|| word(reason.as_str_name(), "CLOSED_REASON_"))
}

/// Who must act next, and how.
fn next(receivable: &Receivable) -> Option<String> {
    use tally_proto::v1::receivable::ReceivableStatus as Status;
    match receivable.status() {
        Status::Submitted => Some(format!("{} confirms or rejects", receivable.anchor)),
        Status::Confirmed => Some(format!("{} accepts or declines", receivable.supplier)),
        Status::Live => Some(format!("{} pays when due", receivable.anchor)),
        Status::Overdue | Status::Defaulted => Some(format!("{} pays", receivable.anchor)),
        Status::WrittenOff | Status::Settled | Status::Cancelled | Status::Closed | Status::Unspecified => {
            None
        }
    }
}

fn charge(charge: &Charge) -> String {
    let kind = word(charge.kind().as_str_name(), "CHARGE_KIND_").replace('_', " ");
    let unpaid = amount(charge.unpaid.as_ref()).map(|sum| sum.text()).unwrap_or_default();
    let through = charge.through.map(|tranche| format!(" under {}", id('T', tranche))).unwrap_or_default();
    format!("{unpaid} {kind} to {}{through}", charge.payee)
}

fn cost_claim(claim: &CostClaim) -> String {
    let sum = amount(claim.amount.as_ref()).map(|sum| sum.text()).unwrap_or_default();
    format!("{sum} by {}: {} sha256:{}", claim.by, claim.note, hex::encode(&claim.evidence))
}

fn invoice(invoice: &Invoice) -> String {
    let issued = date(invoice.issue_date.as_ref()).unwrap_or_default();
    let sum = amount(invoice.amount.as_ref()).map(|sum| sum.text()).unwrap_or_default();
    let hash = some(&hex::encode(&invoice.document_hash)).map(|hash| format!(" sha256:{hash}"));
    format!("{} of {issued}: {sum}{}", invoice.number, hash.unwrap_or_default())
}

fn fate(fate: TrancheFate) -> String {
    word(fate.as_str_name(), "TRANCHE_FATE_")
}

fn title_move(step: &TitleMove) -> String {
    let sale = step.facility.map(|facility| {
        let proceeds = amount(step.proceeds.as_ref()).map(|sum| sum.text()).unwrap_or_default();
        format!(" ({} for {proceeds})", id('F', facility))
    });
    format!("{} → {}{}", step.from, step.to, sale.unwrap_or_default())
}
