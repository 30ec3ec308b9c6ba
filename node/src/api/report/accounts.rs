//! Accounts: what a member holds, has, lent and owes; what a step moves on them, and how they stand.
use super::super::error::CallError;
use super::walk::Step;
use crate::ledger::History;
use std::collections::BTreeMap;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::lien::Lien;
use tally_contracts::money::{BankTotals, Deposit};
use tally_contracts::pledge::Pledge;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{Key, Record, RecordType, StateRead, Touched};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, Currency, MemberId, ReceivableId, TrancheId};

/// Faces held, faces owed, deposits owned, deposits that the member owes as a bank, and what is open of the principal
/// of advances on pledges that it gave and took.
pub(super) const ACCOUNTS: [&str; 6] =
    ["holdings", "payables", "money", "deposits owed", "advances given", "advances taken"];
const HELD: usize = 0;
const OWED: usize = 1;
const MONEY: usize = 2;
const LIABILITY: usize = 3;
const LENT: usize = 4;
const BORROWED: usize = 5;

/// A movement on one of the accounts.
pub(super) struct Movement {
    pub account: usize,
    pub currency: Currency,
    pub minor: i128,
    pub other: Option<MemberId>,
    pub receivable: Option<ReceivableId>,
    pub tranche: Option<TrancheId>,
}

/// What a step moved on the member's accounts; nothing where it only passed through.
pub(super) fn movements(step: &Step<'_>, member: MemberId) -> Vec<Movement> {
    step.changes.iter().filter_map(|change| movement(change, member)).filter(|it| it.minor != 0).collect()
}

fn movement(change: &Touched, member: MemberId) -> Option<Movement> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "what is on none of the accounts")]
    match change.key {
        Key::Tranche(id) => {
            let (before, now) = sides::<Tranche>(change);
            let face = |side: Option<&Tranche>| {
                side.filter(|it| it.holder == member).map_or(0, |it| signed(it.face))
            };
            let either = now.or(before)?;
            let others = [before, now].into_iter().flatten().map(|it| it.holder);
            Some(Movement {
                account: HELD,
                currency: either.face.currency(),
                minor: face(now).saturating_sub(face(before)),
                other: others.into_iter().find(|holder| *holder != member),
                receivable: Some(either.receivable),
                tranche: Some(id),
            })
        }
        Key::Receivable(id) => {
            let (before, now) = sides::<Receivable>(change);
            let owed = |side: Option<&Receivable>| side.and_then(|it| it.exposure().ok()).map_or(0, signed);
            let either = now.or(before).filter(|it| it.anchor == member)?;
            Some(Movement {
                account: OWED,
                currency: either.terms.face.currency(),
                minor: owed(now).saturating_sub(owed(before)),
                other: Some(either.supplier),
                receivable: Some(id),
                tranche: None,
            })
        }
        Key::Lien(_) => {
            let (before, now) = sides::<Lien>(change);
            let (before, now) = (before.and_then(pledge), now.and_then(pledge));
            let (either, account) = now.or(before).and_then(|it| Some((it, side(it, member)?)))?;
            let principal = |it: Option<&Pledge>| it.map_or(0, |it| signed(it.debt.principal));
            Some(Movement {
                account,
                currency: either.advance.currency(),
                minor: principal(now).saturating_sub(principal(before)),
                other: Some(if account == LENT { either.pledgor } else { either.funder }),
                receivable: Some(either.receivable),
                tranche: Some(either.tranche),
            })
        }
        Key::Deposit(account) if account.owner == member => {
            let (before, now) = sides::<Deposit>(change);
            let all =
                |side: Option<&Deposit>| side.map_or(0, |it| wide(it.balance.saturating_add(it.locked)));
            let minor = all(now).saturating_sub(all(before));
            Some(of_bank(MONEY, account.currency, minor, account.bank))
        }
        Key::BankTotals { bank, currency } if bank == member => {
            let (before, now) = sides::<BankTotals>(change);
            let net = |side: Option<&BankTotals>| {
                side.map_or(0, |it| wide(it.credited).saturating_sub(wide(it.redeemed)))
            };
            let minor = net(now).saturating_sub(net(before));
            Some(of_bank(LIABILITY, currency, minor, bank))
        }
        _ => None,
    }
}

fn pledge(lien: &Lien) -> Option<&Pledge> {
    match lien {
        Lien::Pledged(pledge) => Some(pledge),
        Lien::Reserved(_) | Lien::PledgeOffered(_) | Lien::Claimed(_) => None,
    }
}

/// On which account an advance is the member's.
fn side(pledge: &Pledge, member: MemberId) -> Option<usize> {
    if pledge.funder == member {
        return Some(LENT);
    }
    (pledge.pledgor == member).then_some(BORROWED)
}

fn of_bank(account: usize, currency: Currency, minor: i128, bank: MemberId) -> Movement {
    Movement { account, currency, minor, other: Some(bank), receivable: None, tranche: None }
}

/// What the member is richer by; `None` where the step only moved what it has. Claims that move without money pay
/// for goods, unless a credit note took them; money that moves alone is a transfer, unless what happened is
/// interest, costs, a fee or a subsidy. An advance is money that is owed back, so that of a repayment the interest is
/// left. A sale whose price a bank pays elsewhere says by itself what it cost.
pub(super) fn gain(
    step: &Step<'_>,
    movements: &[Movement],
    currency: Currency,
    member: MemberId,
) -> Option<i128> {
    let of = |accounts: &[usize]| {
        let own = movements.iter().filter(|it| it.currency == currency && accounts.contains(&it.account));
        (own.clone().count() > 0, own.fold(0_i128, |sum, it| sum.saturating_add(worth(it))))
    };
    let ((moved_claims, claims), (moved_money, money)) =
        (of(&[HELD, OWED]), of(&[MONEY, LIABILITY, LENT, BORROWED]));
    let events = step.receipt.events();
    let is_loss = |event: &Event| event.kind == EventKind::TrancheDiluted && event.member == Some(member);
    let counts = match (moved_claims, moved_money) {
        (true, true) => true,
        (true, false) => events.iter().any(is_loss),
        (false, _) => events.iter().any(is_gain) || movements.iter().any(is_advance),
    };
    counts.then(|| claims.saturating_add(money))
}

/// Debts count against.
fn worth(movement: &Movement) -> i128 {
    match movement.account {
        OWED | LIABILITY | BORROWED => movement.minor.saturating_neg(),
        _ => movement.minor,
    }
}

fn is_advance(movement: &Movement) -> bool {
    matches!(movement.account, LENT | BORROWED)
}

pub(super) fn is_gain(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::LateInterestDistributed
            | EventKind::CostsDistributed
            | EventKind::GuaranteeAccepted
            | EventKind::SubsidyPaid
            | EventKind::TrancheDiluted
    )
}

pub(super) fn concerns(event: &Event, member: MemberId) -> bool {
    event.member == Some(member) || event.counterparty == Some(member)
}

/// The accounts as the state has them.
pub(super) fn closing(
    state: &History,
    member: MemberId,
) -> Result<BTreeMap<(usize, Currency), i128>, CallError> {
    let mut found: BTreeMap<(usize, Currency), i128> = BTreeMap::new();
    let mut add = |account, currency, minor: i128| {
        let sum = found.entry((account, currency)).or_default();
        *sum = sum.saturating_add(minor);
    };
    for (row, stored) in state.records_from(&[], &[], usize::MAX)? {
        let Some(key) = Key::decode(&row) else { continue };
        let Some(record) = Record::decode(&key, &stored.bytes) else { continue };
        #[allow(clippy::wildcard_enum_match_arm, reason = "what is on none of the accounts")]
        match key {
            Key::Tranche(_) => {
                if let Some(tranche) = Tranche::unwrap(&record).filter(|it| it.holder == member) {
                    add(HELD, tranche.face.currency(), signed(tranche.face));
                }
            }
            Key::Lien(_) => {
                let own = Lien::unwrap(&record).and_then(pledge);
                if let Some((it, account)) = own.and_then(|it| Some((it, side(it, member)?))) {
                    add(account, it.advance.currency(), signed(it.debt.principal));
                }
            }
            Key::AnchorExposure { anchor, currency } if anchor == member => {
                add(OWED, currency, Amount::unwrap(&record).copied().map_or(0, signed));
            }
            Key::Deposit(account) if account.owner == member => {
                let all = Deposit::unwrap(&record).map_or(0, |it| wide(it.balance.saturating_add(it.locked)));
                add(MONEY, account.currency, all);
            }
            Key::BankTotals { bank, currency } if bank == member => {
                let net = |it: &BankTotals| wide(it.credited).saturating_sub(wide(it.redeemed));
                add(LIABILITY, currency, BankTotals::unwrap(&record).map_or(0, net));
            }
            _ => {}
        }
    }
    Ok(found)
}

fn sides<T: RecordType>(change: &Touched) -> (Option<&T>, Option<&T>) {
    (change.before.as_deref().and_then(T::unwrap), change.now.as_deref().and_then(T::unwrap))
}

pub(super) fn signed(amount: Amount) -> i128 {
    amount.minor().into()
}

fn wide(minor: u128) -> i128 {
    i128::try_from(minor).unwrap_or(i128::MAX)
}
