//! What guarantors and pools do.
//!
//! ```text
//! guard guarantees anchor acme|receivable R1|tranche T1 share 50 cap 500.00 [fee 10.00] for alpha at east [until DATE]
//! alpha takes B1 · east claims T2 under B1
//! guard pools at east share 60,40 lever 10 cap 1_000.00 [interest 30:500_000.00] [fees 50:200_000.00]
//! east feeds C1 100.00 · east enrols T2 in C1 [with B1] · east queues T2 · alpha asks C1 interest|fee for R1
//! ```
use super::super::cast::date;
use super::super::ledger::Ledger;
use super::super::memory::MemoryState;
use super::super::show;
use super::Words;
use super::words::{amount, percent};
use std::fmt::Write;
use tally_contracts::guarantee::{
    AcceptGuarantee, ClaimGuarantee, Guarantee, GuaranteeTerms, OfferGuarantee, Scope,
};
use tally_contracts::pool::{
    self, ClaimFromPool, ClaimSubsidy, ContributeToPool, EnrolTranche, OpenPool, Pool, PoolTerms,
    SubsidyKind, SubsidyTerms,
};
use tally_contracts::types::{Amount, Rate};
use tally_contracts::{Action, BlockContext};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "guarantees" => Action::OfferGuarantee(OfferGuarantee { terms: guarantee_terms(words) }),
        "takes" => Action::AcceptGuarantee(AcceptGuarantee { guarantee: words.id() }),
        "claims" => {
            Action::ClaimGuarantee(ClaimGuarantee { tranche: words.id(), guarantee: words.skip().id() })
        }
        "pools" => Action::OpenPool(OpenPool { terms: pool_terms(words) }),
        "feeds" => Action::ContributeToPool(ContributeToPool { pool: words.id(), amount: words.amount() }),
        "enrols" => Action::EnrolTranche(EnrolTranche {
            tranche: words.id(),
            pool: words.skip().id(),
            guarantee: words.after("with").map(|id| id.parse().expect(id)),
        }),
        "queues" => Action::ClaimFromPool(ClaimFromPool { tranche: words.id() }),
        "asks" => Action::ClaimSubsidy(ClaimSubsidy {
            pool: words.id(),
            kind: if words.next() == "fee" { SubsidyKind::GuaranteeFee } else { SubsidyKind::Interest },
            receivable: words.skip().id(),
        }),
        _ => return None,
    };
    Some(action)
}

fn guarantee_terms(words: &mut Words) -> GuaranteeTerms {
    let scope = match words.next() {
        "anchor" => Scope::Anchor(words.member()),
        "receivable" => Scope::Receivable(words.id()),
        _ => Scope::Tranche(words.id()),
    };
    let share = words.after("share").map(percent).expect("a share");
    let cap = amount(words.after("cap").expect("a cap")).expect("an amount");
    let fee = words.after("fee").map_or(Amount::zero(cap.currency()), |fee| amount(fee).expect(fee));
    GuaranteeTerms {
        scope,
        share,
        cap,
        fee,
        applicant: words.skip().member(),
        bank: words.skip().member(),
        expires_on: words.after("until").map_or(date("2027-12-31"), date),
    }
}

fn pool_terms(words: &mut Words) -> PoolTerms {
    let bank = words.skip().member();
    let (two, three) = words.after("share").expect("shares").split_once(',').expect("60,40");
    let leverage = words.after("lever").expect("a leverage").parse().expect("a number");
    let cap = amount(words.after("cap").expect("a cap")).expect("an amount");
    let mut subsidy = |name: &str| {
        let none = SubsidyTerms { share: Rate::default(), cap: Amount::zero(cap.currency()) };
        words.after(name).map_or(none, |word| {
            let (share, cap) = word.split_once(':').expect("30:500_000.00");
            SubsidyTerms { share: percent(share), cap: amount(cap).expect(word) }
        })
    };
    PoolTerms {
        bank,
        share: percent(two),
        share_with_guarantor: percent(three),
        leverage,
        cap,
        interest_subsidy: subsidy("interest"),
        fee_subsidy: subsidy("fees"),
    }
}

/// Guarantees and pools, a line each.
pub fn show(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, it) in state.all::<Guarantee>() {
        let (paid, cap) = (show::amount(&it.paid), show::amount(&it.terms.cap));
        writeln!(out, "{} of {} for {}: {paid} paid of {cap}", it.id, it.guarantor, it.anchor).unwrap();
    }
    for (_, it) in state.all::<Pool>() {
        let [balance, enrolled, paid] = [it.balance, it.enrolled, it.paid].map(show::minor);
        let [recovered, subsidised] = [it.recovered, it.subsidised].map(show::minor);
        writeln!(
            out,
            "{} of {}: has {balance}, carries {enrolled}, paid {paid}, recovered {recovered}, subsidised \
             {subsidised}, {} wait",
            it.id, it.manager, it.waiting
        )
        .unwrap();
    }
    out
}

pub fn forecast(ledger: &Ledger, words: &mut Words) -> String {
    let context = BlockContext { height: ledger.height, time: ledger.time };
    let (id, rate) = (words.id(), percent(words.next()));
    let found = match pool::forecast(&ledger.state, context, id, rate) {
        Ok(found) => found,
        Err(failure) => return format!("no forecast: {failure}\n"),
    };
    let mut out = String::new();
    for point in found.points {
        let (expected, left) = (show::minor(point.expected), show::minor(point.left));
        writeln!(out, "{}: {expected} expected, {left} left", point.on).unwrap();
    }
    let end = found.runs_out_on.map_or("never".to_owned(), |on| on.to_string());
    writeln!(out, "{id} runs out: {end}, {} short", show::minor(found.shortfall)).unwrap();
    out
}
