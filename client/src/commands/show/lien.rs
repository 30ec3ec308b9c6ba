//! Liens.

use tally_proto::v1::financing::{Held, Lien, lien::Kind};

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, id, time};

row! {
    /// What holds a tranche.
    LienRow from Lien as lien {
        tranche: String = id('T', lien.tranche),
        receivable: String = id('R', lien.receivable),
        kind: Option<String> = lien.kind.as_ref().map(kind).map(str::to_owned),
        holder: Option<String> = lien.kind.as_ref().map(holder),
        counterparty: Option<String> = lien.kind.as_ref().map(counterparty),
        facility: Option<String> = lien.kind.as_ref().and_then(facility),
        paid: Option<Money> = lien.kind.as_ref().and_then(paid),
        owed: Option<Money> = amount(lien.owed.as_ref()),
        held: Listed<String> = lien.kind.as_ref().map(held).into_iter().flatten().collect(),
        lapses_at: Option<String> = lien.kind.as_ref().and_then(lapses_at),
    }
}

const fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Reserved(_) => "reserved",
        Kind::PledgeOffered(_) => "offered",
        Kind::Pledged(_) => "pledged",
        Kind::Claimed(_) => "claimed",
    }
}

fn holder(kind: &Kind) -> String {
    match kind {
        Kind::Reserved(it) => it.seller.clone(),
        Kind::PledgeOffered(it) => it.pledgor.clone(),
        Kind::Pledged(it) => it.pledgor.clone(),
        Kind::Claimed(it) => it.creditor.clone(),
    }
}

/// Who finances, or who is to pay.
fn counterparty(kind: &Kind) -> String {
    match kind {
        Kind::Reserved(it) => it.funder.clone(),
        Kind::PledgeOffered(it) => it.funder.clone(),
        Kind::Pledged(it) => it.funder.clone(),
        Kind::Claimed(it) => it.transferor.clone(),
    }
}

fn facility(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Reserved(it) => Some(id('F', it.facility)),
        Kind::PledgeOffered(_) | Kind::Pledged(_) | Kind::Claimed(_) => None,
    }
}

/// What the holder gets or got for it.
fn paid(kind: &Kind) -> Option<Money> {
    match kind {
        Kind::Reserved(it) => amount(it.proceeds.as_ref()),
        Kind::PledgeOffered(_) | Kind::Claimed(_) => None,
        Kind::Pledged(it) => amount(it.advance.as_ref()),
    }
}

/// What waits for the paying bank's word, and where.
fn held(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Reserved(it) => it.held.iter().map(waiting).collect(),
        Kind::PledgeOffered(_) | Kind::Pledged(_) | Kind::Claimed(_) => Vec::new(),
    }
}

fn waiting(held: &Held) -> String {
    let sum = amount(held.amount.as_ref()).map(|sum| sum.text()).unwrap_or_default();
    format!("{sum} at {}", held.bank)
}

fn lapses_at(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Reserved(it) => Some(time(it.lapses_at_ms)),
        Kind::PledgeOffered(it) => Some(time(it.lapses_at_ms)),
        Kind::Pledged(_) | Kind::Claimed(_) => None,
    }
}
