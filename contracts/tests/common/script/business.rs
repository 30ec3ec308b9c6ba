//! What anchors, suppliers and holders do: receivables and tranches.
//!
//! ```text
//! alpha submits 100.00 on acme due 2026-06-17 inv A1 [inv A2=60.00@2026-01-10#doc] [delivered DATE] [bank west] [justified] [late PPM]
//! acme issues 100.00 to alpha due 2026-06-17 inv A1 … [knowing]
//! acme confirms R1 [90.00] [knowing] [because …] · acme rejects R1 because … · alpha withdraws R1
//! alpha accepts R1 · beta accepts T1 · alpha declines R1 [because …] · beta declines T1 · acme cancels R1 · acme pays R1 10.00
//! alpha splits T1 40.00 60.00>beta          `>to` pays it on, `!` with recourse, `?` without a trade reference
//! alpha merges T1 T2 · alpha offers T1>beta
//! ```
use super::super::cast::{date, first_morning, member, text};
use super::super::memory::MemoryState;
use super::Words;
use super::words::amount;
use tally_contracts::Action;
use tally_contracts::receivable::*;
use tally_contracts::settlement::PayReceivable;
use tally_contracts::state::Key;
use tally_contracts::tranche::*;
use tally_contracts::types::{Amount, Hash, ReceivableId, Text};

pub fn action(state: &MemoryState, verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "submits" => {
            let (face, anchor) = (words.amount(), words.skip().member());
            Action::SubmitReceivable(SubmitReceivable { anchor, terms: terms(face, words) })
        }
        "issues" => {
            let (face, supplier) = (words.amount(), words.skip().member());
            Action::IssueReceivable(IssueReceivable {
                supplier,
                terms: terms(face, words),
                defences_waived: false,
                acknowledge_near_duplicates: words.take("knowing"),
            })
        }
        "confirms" => Action::ConfirmReceivable(confirm(state, words)),
        "rejects" => Action::RejectReceivable(RejectReceivable {
            receivable: words.id(),
            code: RejectCode::Other,
            text: words.rest_after("because").unwrap_or_default(),
        }),
        "withdraws" => Action::WithdrawReceivable(WithdrawReceivable { receivable: words.id() }),
        "accepts" if words.peek().starts_with('R') => {
            Action::AcceptReceivable(AcceptReceivable { receivable: words.id() })
        }
        "accepts" => Action::AcceptTransfer(AcceptTransfer { tranche: words.id() }),
        "declines" if words.peek().starts_with('R') => Action::DeclineReceivable(DeclineReceivable {
            receivable: words.id(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        "declines" => Action::DeclineTransfer(DeclineTransfer { tranche: words.id() }),
        "cancels" => {
            Action::CancelReceivable(CancelReceivable { receivable: words.id(), reason: Text::default() })
        }
        "pays" => Action::PayReceivable(PayReceivable { receivable: words.id(), amount: words.amount() }),
        "splits" => Action::SplitTranche(SplitTranche { tranche: words.id(), parts: parts(words) }),
        "merges" => Action::MergeTranches(MergeTranches {
            tranches: std::iter::from_fn(|| words.optional()).map(|word| word.parse().expect(word)).collect(),
        }),
        "offers" => {
            let (tranche, to) = words.next().split_once('>').expect("a transfer such as T1>beta");
            Action::OfferTransfer(OfferTransfer {
                tranche: tranche.parse().expect(tranche),
                offer: offer(to),
            })
        }
        _ => return None,
    };
    Some(action)
}

fn confirm(state: &MemoryState, words: &mut Words) -> ConfirmReceivable {
    let id: ReceivableId = words.id();
    let stored: Option<Receivable> = state.get(Key::Receivable(id));
    let face = stored.map_or_else(|| amount("1.00").expect("an amount"), |it| it.terms.face);
    ConfirmReceivable {
        receivable: id,
        amount: words.optional_amount().unwrap_or(face),
        acknowledge_near_duplicates: words.take("knowing"),
        reason: words.rest_after("because").unwrap_or_default(),
        defences_waived: false,
    }
}

fn terms(face: Amount, words: &mut Words) -> Terms {
    assert!(words.take("due"), "a due date is missing");
    let due_date = words.date();
    let mut invoices = Vec::new();
    while let Some(word) = words.after("inv") {
        invoices.push(invoice(word, face));
    }
    Terms {
        face,
        due_date,
        invoices,
        delivery_date: words.after("delivered").map_or(first_morning().date(480), date),
        contract_reference: text("C-1"),
        settlement_bank: words.after("bank").map_or(member("east"), member),
        tenor_justification: words.take("justified").then(|| Hash::of(b"justification")),
        late_rate_ppm_per_day: words.after("late").map(|ppm| ppm.parse().expect(ppm)),
    }
}

/// `NUMBER[=amount][@date][#document]`; `_` stands for a space in the number. Amount: the face; date: the first
/// morning's; document: none.
fn invoice(word: &str, face: Amount) -> Invoice {
    let (word, document) = word.split_once('#').unwrap_or((word, ""));
    let (word, issued) = word.split_once('@').unwrap_or((word, "2026-01-15"));
    let (number, sum) = word.split_once('=').unwrap_or((word, ""));
    Invoice {
        number: text(&number.replace('_', " ")),
        issue_date: date(issued),
        amount: amount(sum).unwrap_or(face),
        document_hash: if document.is_empty() { Hash::ZERO } else { Hash::of(document.as_bytes()) },
        format: InvoiceFormat::Ubl21,
    }
}

fn parts(words: &mut Words) -> Vec<Part> {
    let part = |word: &str| {
        let (face, to) = word.split_once('>').unwrap_or((word, ""));
        Part { face: amount(face).expect(word), pay: (!to.is_empty()).then(|| offer(to)) }
    };
    std::iter::from_fn(|| words.optional()).map(part).collect()
}

fn offer(word: &str) -> Offer {
    let slug = word.trim_end_matches(['!', '?']);
    Offer {
        to: member(slug),
        recourse: if word.contains('!') { Recourse::Full } else { Recourse::None },
        trade_reference: (!word.contains('?')).then(|| Hash::of(b"order 7")),
    }
}
