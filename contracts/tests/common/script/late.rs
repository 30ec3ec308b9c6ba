//! What happens after the due date: payments by others, costs, write-offs.
//!
//! ```text
//! guard covers R1 100.00 at east [taking]
//! alpha bills R1 50.00 [doc D] [because lawyer] · acme allows R1 alpha [because …] · watch denies R1 alpha because …
//! alpha writes off T1 [because …]
//! ```
use super::super::cast::member;
use super::super::ledger::Ledger;
use super::Words;
use tally_contracts::settlement::{AnswerCosts, ClaimCosts, PayForAnchor, WriteOffTranche, anchor_risk};
use tally_contracts::types::{Hash, MemberId};
use tally_contracts::{Action, BlockContext};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "covers" => Action::PayForAnchor(PayForAnchor {
            receivable: words.id(),
            amount: words.amount(),
            bank: words.skip().member(),
            take_claim: words.take("taking"),
        }),
        "bills" => Action::ClaimCosts(ClaimCosts {
            receivable: words.id(),
            amount: words.amount(),
            evidence: words.after("doc").map_or(Hash::ZERO, |document| Hash::of(document.as_bytes())),
            note: words.rest_after("because").unwrap_or_default(),
        }),
        "allows" | "denies" => Action::AnswerCosts(AnswerCosts {
            receivable: words.id(),
            claimant: member(words.next()),
            allow: verb == "allows",
            note: words.rest_after("because").unwrap_or_default(),
        }),
        "writes" => Action::WriteOffTranche(WriteOffTranche {
            tranche: words.skip().id(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        _ => return None,
    };
    Some(action)
}

/// `acme: Substandard, 92 days past due by R1, defaulted R1`.
pub fn risk(ledger: &Ledger, anchor: MemberId) -> String {
    let context = BlockContext { height: ledger.height, time: ledger.time };
    let risk = match anchor_risk(&ledger.state, context, anchor) {
        Ok(risk) => risk,
        Err(failure) => return format!("no class: {failure}\n"),
    };
    let named = |id: Option<tally_contracts::types::ReceivableId>| {
        id.map_or("nothing".to_owned(), |id| id.to_string())
    };
    let (overdue, defaulted) = (named(risk.oldest_overdue), named(risk.oldest_defaulted));
    format!(
        "{anchor}: {:?}, {} days past due by {overdue}, defaulted {defaulted}\n",
        risk.class, risk.days_past_due
    )
}
