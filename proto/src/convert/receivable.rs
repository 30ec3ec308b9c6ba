//! Receivables: their records.
use super::field::{
    FieldError, bytes_or_empty, hash_or_zero, list, member, numbers, one_of, optional_hash, required, text,
};
use crate::v1::common::Date;
use crate::v1::receivable as wire;
use tally_contracts::limits::INVOICES_MAX;
use tally_contracts::receivable as domain;
use tally_contracts::settlement;

impl TryFrom<&wire::Invoice> for domain::Invoice {
    type Error = FieldError;

    fn try_from(invoice: &wire::Invoice) -> Result<Self, FieldError> {
        Ok(Self {
            number: text(&invoice.number, "number")?,
            issue_date: required(&invoice.issue_date, "issue_date")?,
            amount: required(&invoice.amount, "amount")?,
            document_hash: hash_or_zero(&invoice.document_hash, "document_hash")?,
            format: one_of::<wire::InvoiceFormat, _>(invoice.format, "format")?,
        })
    }
}

impl From<&domain::Invoice> for wire::Invoice {
    fn from(invoice: &domain::Invoice) -> Self {
        Self {
            number: invoice.number.to_string(),
            issue_date: Some((&invoice.issue_date).into()),
            amount: Some((&invoice.amount).into()),
            document_hash: bytes_or_empty(&invoice.document_hash),
            format: wire::InvoiceFormat::from(invoice.format).into(),
        }
    }
}

impl TryFrom<&wire::Terms> for domain::Terms {
    type Error = FieldError;

    fn try_from(terms: &wire::Terms) -> Result<Self, FieldError> {
        Ok(Self {
            face: required(&terms.face, "face")?,
            due_date: required(&terms.due_date, "due_date")?,
            delivery_date: required(&terms.delivery_date, "delivery_date")?,
            invoices: list(&terms.invoices, INVOICES_MAX, "invoices")?,
            contract_reference: text(&terms.contract_reference, "contract_reference")?,
            settlement_bank: member(&terms.settlement_bank, "settlement_bank")?,
            tenor_justification: optional_hash(&terms.tenor_justification, "tenor_justification")?,
            late_rate_ppm_per_day: terms.late_rate_ppm_per_day,
        })
    }
}

impl From<&domain::Terms> for wire::Terms {
    fn from(terms: &domain::Terms) -> Self {
        Self {
            face: Some((&terms.face).into()),
            due_date: Some((&terms.due_date).into()),
            delivery_date: Some((&terms.delivery_date).into()),
            invoices: terms.invoices.iter().map(Into::into).collect(),
            contract_reference: terms.contract_reference.to_string(),
            settlement_bank: terms.settlement_bank.to_string(),
            tenor_justification: terms.tenor_justification.map(|hash| hash.0.to_vec()).unwrap_or_default(),
            late_rate_ppm_per_day: terms.late_rate_ppm_per_day,
        }
    }
}

impl From<&domain::Confirmation> for wire::Confirmation {
    fn from(confirmation: &domain::Confirmation) -> Self {
        Self {
            amount: Some((&confirmation.amount).into()),
            on: Some((&confirmation.on).into()),
            reason: confirmation.reason.to_string(),
            defences_waived: confirmation.defences_waived,
        }
    }
}

impl From<domain::ReceivableStatus> for wire::ReceivableStatus {
    fn from(status: domain::ReceivableStatus) -> Self {
        match status {
            domain::ReceivableStatus::Submitted { .. } => Self::Submitted,
            domain::ReceivableStatus::Confirmed => Self::Confirmed,
            domain::ReceivableStatus::Live => Self::Live,
            domain::ReceivableStatus::Overdue { .. } => Self::Overdue,
            domain::ReceivableStatus::Settled { .. } => Self::Settled,
            domain::ReceivableStatus::Cancelled { .. } => Self::Cancelled,
            domain::ReceivableStatus::Closed { .. } => Self::Closed,
            domain::ReceivableStatus::Defaulted { .. } => Self::Defaulted,
            domain::ReceivableStatus::WrittenOff { .. } => Self::WrittenOff,
        }
    }
}

impl From<&domain::Receivable> for wire::Receivable {
    fn from(receivable: &domain::Receivable) -> Self {
        let detail = StatusDetail::of(receivable.status);
        let asked_by = receivable.cancellation_asked_by;
        Self {
            id: receivable.id.number(),
            supplier: receivable.supplier.to_string(),
            anchor: receivable.anchor.to_string(),
            terms: Some((&receivable.terms).into()),
            status: wire::ReceivableStatus::from(receivable.status).into(),
            lapses_at_ms: detail.lapses_at_ms,
            status_date: detail.date,
            closed_reason: detail.closed_reason.into(),
            submitted_at_ms: receivable.submitted_at.ms(),
            confirmation: receivable.confirmation.as_ref().map(Into::into),
            near_duplicates: numbers!(receivable.near_duplicates),
            term_extended: receivable.term_extended,
            settled: Some((&receivable.settled).into()),
            cancellation_asked_by: asked_by.map(|member| member.to_string()).unwrap_or_default(),
            open_tranches: receivable.open_tranches,
            diluted: Some((&receivable.diluted).into()),
            dispute: receivable.dispute.map(|open| open.id.number()),
            disputed: receivable.dispute.map(|open| (&open.amount).into()),
            late_rate_ppm_per_year: receivable.late.rate_ppm_per_year,
            charges: receivable.late.charges.iter().map(Into::into).collect(),
            cost_claims: receivable.late.cost_claims.iter().map(Into::into).collect(),
        }
    }
}

impl From<&settlement::Charge> for wire::Charge {
    fn from(charge: &settlement::Charge) -> Self {
        Self {
            kind: wire::ChargeKind::from(charge.kind).into(),
            payee: charge.payee.to_string(),
            unpaid: Some((&charge.unpaid).into()),
            through: charge.through.map(|tranche| tranche.number()),
        }
    }
}

impl From<&settlement::CostClaim> for wire::CostClaim {
    fn from(claim: &settlement::CostClaim) -> Self {
        Self {
            by: claim.by.to_string(),
            amount: Some((&claim.amount).into()),
            evidence: bytes_or_empty(&claim.evidence),
            note: claim.note.to_string(),
        }
    }
}

/// What a status carries beside its name.
#[derive(Default)]
struct StatusDetail {
    lapses_at_ms: u64,
    date: Option<Date>,
    closed_reason: wire::ClosedReason,
}

impl StatusDetail {
    fn of(status: domain::ReceivableStatus) -> Self {
        match status {
            domain::ReceivableStatus::Submitted { lapses_at } => {
                Self { lapses_at_ms: lapses_at.ms(), ..Self::default() }
            }
            domain::ReceivableStatus::Confirmed | domain::ReceivableStatus::Live => Self::default(),
            domain::ReceivableStatus::Overdue { since: date }
            | domain::ReceivableStatus::Settled { on: date }
            | domain::ReceivableStatus::Cancelled { on: date }
            | domain::ReceivableStatus::Defaulted { since: date }
            | domain::ReceivableStatus::WrittenOff { on: date } => {
                Self { date: Some((&date).into()), ..Self::default() }
            }
            domain::ReceivableStatus::Closed { reason } => {
                Self { closed_reason: reason.into(), ..Self::default() }
            }
        }
    }
}
