//! What happens after the due date: payments by others, costs, write-offs.
//!
//! ```text
//! guard covers R1 100.00 at east [taking]
//! alpha bills R1 50.00 [doc D] [because lawyer] · acme allows R1 alpha [because …] · watch denies R1 alpha because …
//! alpha writes off T1 [because …]
//! ```
use super::super::cast::member;
use super::super::ledger::Ledger;
use super::super::show::minor;
use super::Words;
use std::fmt::Write;
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

/// A line per currency, member and tier.
pub fn contagion(ledger: &Ledger, anchor: MemberId) -> String {
    let context = BlockContext { height: ledger.height, time: ledger.time };
    let found = match tally_contracts::settlement::contagion(&ledger.state, context, anchor) {
        Ok(found) => found,
        Err(failure) => return format!("no contagion: {failure}\n"),
    };
    let mut out = String::new();
    for it in found.currencies {
        let (face, beside) = (minor(it.face), minor(it.beside));
        writeln!(
            out,
            "{} on {}: {} receivables, face {face}, beside {beside}",
            it.currency, found.as_of, it.receivables
        )
        .unwrap();
        let cost: u128 = it.members.iter().map(|member| member.cost).sum();
        assert_eq!(cost, it.face, "every fen of face is somebody's cost, once");
        for one in it.members {
            let parts = [
                ("held", one.held),
                ("bought", one.bought),
                ("helped", one.helped),
                ("recoverable", one.recoverable),
                ("liable", one.liable),
                ("helps", one.helps),
            ];
            let parts = parts.into_iter().filter(|(_, sum)| *sum > 0);
            let parts: Vec<String> = parts.map(|(name, sum)| format!("{name} {}", minor(sum))).collect();
            writeln!(out, "{}: {} ({})", one.member, minor(one.cost), parts.join(", ")).unwrap();
        }
        for tier in it.tiers {
            let (face, bought) = (minor(tier.face), minor(tier.bought));
            writeln!(out, "tier {}: {} tranches of {face}, {bought} bought", tier.tier, tier.tranches)
                .unwrap();
        }
    }
    out
}
