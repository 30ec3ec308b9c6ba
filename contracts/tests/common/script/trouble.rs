//! What goes wrong: disputes, credit notes.
//!
//! ```text
//! acme disputes R1 100.00 [with DOCUMENT] because … · acme drops D1 · watch rules D1 60.00 [ref A7] [award DOCUMENT]
//! alpha notes R1 50.00 no CN1[@DATE][#document] [for D1] [because …]        a credit note
//! beta agrees K1 [10.00] · beta objects K1 because … · alpha recalls K1 · watch upholds K1 [ref A7] [award DOCUMENT]
//! bolt nets T1 10.00 T2 10.00 · crux consents N1 · duke balks N1 [because …]
//! cycles [EUR]                                     what could be netted now
//! ```
use super::super::cast::{date, text};
use super::super::memory::MemoryState;
use super::super::show::amount;
use super::Words;
use std::fmt::Write;
use tally_contracts::dilution::*;
use tally_contracts::dispute::*;
use tally_contracts::netting::*;
use tally_contracts::types::{Currency, Hash, Text};
use tally_contracts::{Action, BlockContext};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "disputes" => Action::DisputeReceivable(DisputeReceivable {
            receivable: words.id(),
            amount: words.amount(),
            evidence: document(words, "with"),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        "drops" => Action::WithdrawDispute(WithdrawDispute { dispute: words.id() }),
        "rules" => Action::RuleDispute(RuleDispute {
            dispute: words.id(),
            upheld: words.amount(),
            reference: words.after("ref").map(text).unwrap_or_default(),
            award: document(words, "award"),
        }),
        "notes" => Action::IssueCreditNote(note(words)),
        "agrees" => Action::AcceptCreditNote(AcceptCreditNote {
            credit_note: words.id(),
            loss_max: words.optional_amount().unwrap_or_else(|| super::words_amount("1_000_000.00")),
        }),
        "objects" => Action::RefuseCreditNote(RefuseCreditNote {
            credit_note: words.id(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        "recalls" => Action::WithdrawCreditNote(WithdrawCreditNote { credit_note: words.id() }),
        "upholds" => Action::RuleCreditNote(RuleCreditNote {
            credit_note: words.id(),
            reference: words.after("ref").map(text).unwrap_or_default(),
            award: document(words, "award"),
        }),
        "nets" => {
            let mut legs = Vec::new();
            while let Some(tranche) = words.optional() {
                legs.push(LegOrder { tranche: tranche.parse().expect(tranche), amount: words.amount() });
            }
            Action::ProposeNetting(ProposeNetting { legs })
        }
        "consents" => Action::ConsentNetting(ConsentNetting { netting: words.id() }),
        "balks" => Action::RefuseNetting(RefuseNetting {
            netting: words.id(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        _ => return None,
    };
    Some(action)
}

fn document(words: &mut Words, before: &str) -> Hash {
    words.after(before).map_or(Hash::ZERO, |name| Hash::of(name.as_bytes()))
}

fn note(words: &mut Words) -> IssueCreditNote {
    let (receivable, amount) = (words.id(), words.amount());
    let word = words.after("no").unwrap_or_default();
    let (word, document) = word.split_once('#').unwrap_or((word, ""));
    let (number, issued) = word.split_once('@').unwrap_or((word, "2026-01-15"));
    IssueCreditNote {
        receivable,
        amount,
        number: if number == "-" { Text::default() } else { text(number) },
        issue_date: date(issued),
        document_hash: if document.is_empty() { Hash::ZERO } else { Hash::of(document.as_bytes()) },
        dispute: words.after("for").map(|id| id.parse().expect(id)),
        reason: words.rest_after("because").unwrap_or_default(),
    }
}

/// Disputes and credit notes, with every loss and its reason.
pub fn show(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, it) in state.all::<Dispute>() {
        writeln!(out, "{} of {}: {} {}", it.id, it.receivable, amount(&it.amount), ended(&it.status))
            .unwrap();
    }
    for (_, it) in state.all::<CreditNote>() {
        write!(out, "{} of {}: {} {}", it.id, it.receivable, amount(&it.amount), it.number).unwrap();
        match &it.status {
            CreditNoteStatus::Open => {
                let consents: Vec<String> = it
                    .consents
                    .iter()
                    .map(|it| format!("{} to {}", it.member, amount(&it.loss_max)))
                    .collect();
                writeln!(out, ", open, consents {consents:?}, refusals {:?}", it.refusals).unwrap();
            }
            CreditNoteStatus::Withdrawn { on } => writeln!(out, ", withdrawn on {on}").unwrap(),
            CreditNoteStatus::Applied { on, ruling, losses } => {
                let how =
                    ruling.as_ref().map_or("by consent".to_owned(), |it| format!("by {}", it.reference));
                writeln!(out, ", applied on {on} {how}").unwrap();
                for loss in losses {
                    let liable = loss.liable.map(|it| format!(", {it} is liable")).unwrap_or_default();
                    let (tranche, holder, tier) = (loss.tranche, loss.holder, loss.tier.as_str());
                    writeln!(out, "  {tranche} {holder} lost {}: {tier}{liable}", amount(&loss.amount))
                        .unwrap();
                }
            }
        }
    }
    out
}

fn ended(status: &DisputeStatus) -> String {
    match status {
        DisputeStatus::Open => "open".to_owned(),
        DisputeStatus::Excluded => "excluded".to_owned(),
        DisputeStatus::Withdrawn { on } => format!("withdrawn on {on}"),
        DisputeStatus::Agreed { on, credit_note } => format!("agreed on {on} by {credit_note}"),
        DisputeStatus::Ruled { on, ruling, credit_note } => {
            let note = credit_note.map_or("nothing".to_owned(), |it| it.to_string());
            format!("ruled on {on} by {}, upheld in {note}", ruling.reference)
        }
    }
}

/// The cycles that could be netted now.
pub fn cycles(state: &MemoryState, context: BlockContext, currency: &str) -> String {
    let currency = Currency::new(currency).expect("a currency");
    let found = find_cycles(state, context, currency).expect("a sound state");
    let mut out = String::new();
    for cycle in found.cycles {
        let parties = cycle.parties.iter().map(ToString::to_string).collect::<Vec<_>>().join(" owes ");
        let legs: Vec<String> =
            cycle.legs.iter().map(|leg| format!("{} {}", leg.tranche, amount(&leg.amount))).collect();
        let legs = legs.join(" ");
        writeln!(out, "{} less: {parties} by {}: {legs}", amount(&cycle.reduction), amount(&cycle.amount))
            .unwrap();
    }
    out + if found.is_complete { "all\n" } else { "cut short\n" }
}
