//! Disputes and credit notes, with every holder's loss and its reason.

use std::fmt;

use tally_proto::v1::dispute::{Consent, CreditNote, Dispute, GetCreditNoteResponse, Loss, Ruling, Tier};

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, currency, date, id, some, time, word};

row! {
    /// A dispute of record.
    DisputeRow from Dispute as dispute {
        id: String = id('D', dispute.id),
        receivable: String = id('R', dispute.receivable),
        opened_by: String = dispute.opened_by.clone(),
        amount: Option<Money> = amount(dispute.amount.as_ref()),
        currency: String = currency(dispute.amount.as_ref()),
        reason: String = dispute.reason.clone(),
        evidence: Option<String> = some(&hex::encode(&dispute.evidence)),
        opened_at: String = time(dispute.opened_at_ms),
        status: String = word(dispute.status().as_str_name(), "DISPUTE_STATUS_"),
        ended_on: Option<String> = date(dispute.ended_on.as_ref()),
        ruling: Option<String> = dispute.ruling.as_ref().map(ruling),
        credit_note: Option<String> = dispute.credit_note.map(|one| id('K', one)),
    }
}

row! {
    /// A credit note in a list.
    CreditNoteSummary from CreditNote as note {
        id: String = id('K', note.id),
        receivable: String = id('R', note.receivable),
        issued_by: String = note.issued_by.clone(),
        number: String = note.number.clone(),
        amount: Option<Money> = amount(note.amount.as_ref()),
        currency: String = currency(note.amount.as_ref()),
        dispute: Option<String> = note.dispute.map(|one| id('D', one)),
        status: String = word(note.status().as_str_name(), "CREDIT_NOTE_STATUS_"),
        ended_on: Option<String> = date(note.ended_on.as_ref()),
    }
}

row! {
    /// A credit note of record.
    CreditNoteRow from GetCreditNoteResponse as answer {
        id: Option<String> = note(answer).map(|note| id('K', note.id)),
        receivable: Option<String> = note(answer).map(|note| id('R', note.receivable)),
        issued_by: Option<String> = note(answer).map(|note| note.issued_by.clone()),
        number: Option<String> = note(answer).map(|note| note.number.clone()),
        issue_date: Option<String> = note(answer).and_then(|note| date(note.issue_date.as_ref())),
        amount: Option<Money> = note(answer).and_then(|note| amount(note.amount.as_ref())),
        currency: String = note(answer).map(|note| currency(note.amount.as_ref())).unwrap_or_default(),
        document: Option<String> = note(answer).and_then(|note| some(&hex::encode(&note.document_hash))),
        reason: Option<String> = note(answer).and_then(|note| some(&note.reason)),
        dispute: Option<String> = note(answer).and_then(|note| note.dispute).map(|one| id('D', one)),
        status: Option<String> =
            note(answer).map(|note| word(note.status().as_str_name(), "CREDIT_NOTE_STATUS_")),
        ended_on: Option<String> = note(answer).and_then(|note| date(note.ended_on.as_ref())),
        ruling: Option<String> = note(answer).and_then(|note| note.ruling.as_ref()).map(ruling),
        consents: Listed<ConsentRow> =
            note(answer).into_iter().flat_map(|note| &note.consents).map(ConsentRow::from).collect(),
        refusals: Listed<String> =
            note(answer).into_iter().flat_map(|note| note.refusals.iter().cloned()).collect(),
        losses: Listed<LossRow> =
            note(answer).into_iter().flat_map(|note| &note.losses).map(LossRow::from).collect(),
        expected_losses: Listed<LossRow> = answer.expected.iter().map(LossRow::from).collect(),
    }
}

row! {
    /// A member's agreement to a loss.
    ConsentRow from Consent as consent {
        member: String = consent.member.clone(),
        loss_max: Option<Money> = amount(consent.loss_max.as_ref()),
    }
}

row! {
    /// What one tranche loses.
    LossRow from Loss as loss {
        tranche: String = id('T', loss.tranche),
        holder: String = loss.holder.clone(),
        amount: Option<Money> = amount(loss.amount.as_ref()),
        because: String = because(loss.tier()),
        liable: Option<String> = some(&loss.liable),
    }
}

row! {
    /// What a member lost on one tranche, by which note and why.
    OwnLossRow from OwnLoss<'_> as own {
        credit_note: String = id('K', own.note.id),
        receivable: String = id('R', own.note.receivable),
        on: Option<String> = date(own.note.ended_on.as_ref()),
        tranche: String = id('T', own.loss.tranche),
        amount: Option<Money> = amount(own.loss.amount.as_ref()),
        currency: String = currency(own.loss.amount.as_ref()),
        because: String = because(own.loss.tier()),
        liable: Option<String> = some(&own.loss.liable),
        issued_by: String = own.note.issued_by.clone(),
        number: String = own.note.number.clone(),
        reason: Option<String> = some(&own.note.reason),
        ruling: Option<String> = own.note.ruling.as_ref().map(ruling),
    }
}

/// One loss and the note that took it.
pub struct OwnLoss<'n> {
    /// The applied note.
    pub note: &'n CreditNote,
    /// What one tranche lost by it.
    pub loss: &'n Loss,
}

impl fmt::Display for ConsentRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} up to {}", self.member, self.loss_max.as_ref().map(Money::text).unwrap_or_default())
    }
}

impl fmt::Display for LossRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lost = self.amount.as_ref().map(Money::text).unwrap_or_default();
        write!(f, "{} {} {lost} ({})", self.tranche, self.holder, self.because)?;
        self.liable.iter().try_for_each(|liable| write!(f, ", {liable} is liable"))
    }
}

fn note(answer: &GetCreditNoteResponse) -> Option<&CreditNote> {
    answer.credit_note.as_ref()
}

fn ruling(ruling: &Ruling) -> String {
    format!("{} (entered by {}, sha256:{})", ruling.reference, ruling.by, hex::encode(&ruling.award))
}

/// The place in the order in which losses are borne.
fn because(tier: Tier) -> String {
    match tier {
        Tier::Unspecified => "",
        Tier::SupplierUnfinanced => "1st: not financed, the original supplier's",
        Tier::Unfinanced => "2nd: not financed, pro rata",
        Tier::FinancedWithRecourse => "3rd: financed with recourse, pro rata",
        Tier::FinancedWithoutRecourse => "4th: financed without recourse, by consent",
    }
    .to_owned()
}
