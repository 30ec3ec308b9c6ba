//! Terms: what must hold of a receivable whoever enters it.
use super::{Collection, Invoice, Parties, Receivable, ReceivableStatus, Terms, fingerprint, save};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{INVOICES_MAX, RATE_PPM_MAX};
use crate::member::{Member, PartyIdentifier};
use crate::money;
use crate::rejection::Rejection;
use crate::settlement::Late;
use crate::state::State;
use crate::types::{Amount, BusinessDate, CounterKind, Hash, ReceivableId};

/// Checks the terms and enters the receivable as Submitted, with its invoices used up.
pub(super) fn enter(
    state: &mut State,
    call: &Call,
    supplier: &Member,
    anchor: &Member,
    terms: &Terms,
) -> Result<Receivable, Failure> {
    check(state, call, terms)?;
    let parties = Parties { supplier: primary(supplier), anchor: primary(anchor) };
    let near_duplicates = fingerprint::check(state, parties, terms)?;
    let lapse_days = i32::try_from(call.policy.submission_lapse_days).unwrap_or(i32::MAX);
    let lapses_at = call.today.plus_days(lapse_days).plus_days(1).start(call.policy.utc_offset_minutes);
    let statutory_days = i32::try_from(call.policy.statutory_days).unwrap_or(i32::MAX);
    let receivable = Receivable {
        id: ReceivableId::new(state.next_number(CounterKind::Receivable)?),
        supplier: supplier.id,
        anchor: anchor.id,
        terms: terms.clone(),
        status: ReceivableStatus::Submitted { lapses_at },
        submitted_at: call.time,
        confirmation: None,
        near_duplicates,
        term_extended: terms.delivery_date.plus_days(statutory_days) < terms.due_date,
        settled: Amount::zero(terms.face.currency()),
        diluted: Amount::zero(terms.face.currency()),
        dispute: None,
        cancellation_asked_by: None,
        open_tranches: 0,
        parties,
        collection: Collection::Idle,
        late: Late::agreed(call.policy, terms),
    };
    fingerprint::claim(state, &receivable)?;
    save(state, receivable.clone())?;
    Ok(receivable)
}

/// Tenor = due − confirm date, against the policy's caps.
pub(super) fn check_tenor(call: &Call, terms: &Terms) -> Result<(), Rejection> {
    if terms.due_date <= call.today {
        return Err(Rejection::DueDatePassed { due: terms.due_date, today: call.today });
    }
    let days = u32::try_from(terms.due_date.days_since(call.today)).unwrap_or(u32::MAX);
    if days > call.policy.tenor_hard_days {
        return Err(Rejection::TenorExceedsCap { days, cap: call.policy.tenor_hard_days });
    }
    if days > call.policy.tenor_soft_days && terms.tenor_justification.is_none() {
        return Err(Rejection::TenorNeedsJustification { days, cap: call.policy.tenor_soft_days });
    }
    Ok(())
}

fn check(state: &mut State, call: &Call, terms: &Terms) -> Result<(), Failure> {
    money::positive(terms.face)?;
    let count = u32::try_from(terms.invoices.len()).unwrap_or(u32::MAX);
    let limit = u32::try_from(INVOICES_MAX).unwrap_or(u32::MAX);
    if count == 0 || count > limit {
        return Err(Rejection::InvoiceCount { count, limit }.into());
    }
    for (position, invoice) in terms.invoices.iter().enumerate() {
        let earlier = terms.invoices.get(..position).unwrap_or_default();
        check_invoice(call, invoice, earlier)?;
    }
    let invoices = Amount::sum(terms.face.currency(), terms.invoices.iter().map(|invoice| invoice.amount))?;
    if terms.face.exceeds(invoices)? {
        return Err(Rejection::FaceExceedsInvoices { face: terms.face, invoices }.into());
    }
    if terms.due_date <= call.today {
        return Err(Rejection::DueDatePassed { due: terms.due_date, today: call.today }.into());
    }
    if let Some(ppm) = terms.late_rate_ppm_per_day.filter(|ppm| *ppm > RATE_PPM_MAX) {
        return Err(Rejection::LateRateInvalid { ppm, limit: RATE_PPM_MAX }.into());
    }
    money::bank(state, terms.settlement_bank)
}

fn check_invoice(call: &Call, invoice: &Invoice, earlier: &[Invoice]) -> Result<(), Failure> {
    money::positive(invoice.amount)?;
    let number = invoice.number.clone();
    if fingerprint::normalised(&number).is_empty() {
        return Err(Rejection::TextMissing { field: money::field("invoice number") }.into());
    }
    let today: BusinessDate = call.today;
    if invoice.issue_date > today {
        return Err(Rejection::InvoiceDateInFuture { issue_date: invoice.issue_date, today }.into());
    }
    if call.policy.evidence_required && invoice.document_hash == Hash::ZERO {
        return Err(Rejection::EvidenceMissing { number }.into());
    }
    if earlier.iter().any(|other| fingerprint::is_same(invoice, other)) {
        return Err(Rejection::InvoiceRepeated { number }.into());
    }
    Ok(())
}

/// What invoice fingerprints name a party by. Admission demands at least one identifier.
fn primary(member: &Member) -> Hash {
    member.identifiers.first().map_or(Hash::ZERO, PartyIdentifier::hash)
}
