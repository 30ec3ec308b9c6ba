//! Books: sums over all records that must agree with each other.
use super::super::claims::holds_claims;
use super::super::conservation::minor;
use super::super::dilution::applied;
use super::super::exposures::add_exposure;
use super::super::facilities::reserved;
use super::super::{ensure, signed};
use crate::facility::Facility;
use crate::failure::Fault;
use crate::lien::Lien;
use crate::money::{Account, Payout, PayoutStatus};
use crate::pool::Pool;
use crate::receivable::{Receivable, fingerprint};
use crate::screening::Withheld;
use crate::state::pages::record;
use crate::state::{Key, Record, StateRead};
use crate::tranche::{Purchase, Tranche};
use crate::types::{Currency, FacilityId, GuaranteeId, MemberId, PoolId, ReceivableId};
use std::collections::{BTreeMap, BTreeSet};

/// Differences that must end at zero, and how many index rows the records imply.
#[derive(Default)]
pub(super) struct Books {
    banks: BTreeMap<(MemberId, Currency), i128>,
    locked: BTreeMap<Account, i128>,
    facilities: BTreeMap<FacilityId, i128>,
    sellers: BTreeMap<(FacilityId, MemberId), i128>,
    enrolled: BTreeMap<PoolId, i128>,
    waiting: BTreeMap<PoolId, i128>,
    guaranteed: BTreeMap<GuaranteeId, i128>,
    exposures: BTreeMap<(MemberId, Currency), i128>,
    /// Diluted by the receivables less Σ applied credit notes.
    diluted: BTreeMap<ReceivableId, i128>,
    /// What credit files say is outstanding, less what is owed.
    profiles: BTreeMap<(MemberId, Currency), i128>,
    /// What credit files count for anchors, less what they count for suppliers: confirmed and diluted.
    counted: BTreeMap<(Currency, &'static str), i128>,
    rows: BTreeMap<u8, u64>,
}

impl Books {
    pub fn enter(&mut self, state: &dyn StateRead, key: &Key, record: &Record) -> Result<(), Fault> {
        for row in record.rows() {
            self.count_row(&row.encode());
        }
        match (key, record) {
            (Key::BankTotals { bank, currency }, Record::BankTotals(totals)) => {
                let net = signed(totals.credited).saturating_sub(signed(totals.redeemed));
                add(&mut self.banks, (*bank, *currency), net);
            }
            (Key::Deposit(account), Record::Deposit(deposit)) => {
                let held = signed(deposit.balance).saturating_add(signed(deposit.locked));
                add(&mut self.banks, (account.bank, account.currency), held.saturating_neg());
                add(&mut self.locked, *account, signed(deposit.locked));
            }
            (_, Record::Payout(payout)) => self.enter_payout(payout),
            (_, Record::Pool(pool)) => self.enter_pool(pool),
            (_, Record::PoolClaim(claim)) => add(&mut self.waiting, claim.pool, -1),
            (_, Record::Guarantee(it)) => add(&mut self.guaranteed, it.id, minor(it.paid)),
            (Key::GuaranteeClaim { guarantee, .. }, Record::GuaranteeClaim(claim)) => {
                add(&mut self.guaranteed, *guarantee, minor(claim.paid).saturating_neg());
            }
            (_, Record::Freeze(freeze)) => freeze.held.iter().for_each(|held| self.enter_held(held)),
            (_, Record::Withheld(withheld)) => self.enter_held(withheld),
            (_, Record::Receivable(receivable)) => {
                add_exposure(&mut self.exposures, receivable, -1);
                self.enter_receivable(receivable);
            }
            (Key::AnchorExposure { anchor, currency }, Record::Amount(owed)) => {
                add(&mut self.exposures, (*anchor, *currency), minor(*owed));
                add(&mut self.profiles, (*anchor, *currency), minor(*owed).saturating_neg());
            }
            (_, Record::CreditNote(note)) => {
                add(&mut self.diluted, note.receivable, applied(note).saturating_neg());
            }
            (_, Record::Tranche(tranche)) => self.enter_tranche(state, tranche)?,
            (_, Record::Lien(lien)) => self.enter_lien(lien),
            (Key::CreditFile { member, currency }, Record::CreditFile(file)) => {
                add(&mut self.profiles, (*member, *currency), signed(file.anchor.outstanding()));
                let (anchor, supplier) = (&file.anchor, &file.supplier);
                for (what, owed, supplied) in [
                    ("confirmed", anchor.confirmed.minor, supplier.confirmed.minor),
                    ("confirmations", anchor.confirmed.count.into(), supplier.confirmed.count.into()),
                    ("diluted", anchor.diluted, supplier.diluted),
                ] {
                    add(&mut self.counted, (*currency, what), signed(owed).saturating_sub(signed(supplied)));
                }
            }
            (_, Record::Facility(facility)) => {
                add(&mut self.facilities, facility.id, minor(facility.used));
            }
            (Key::FacilityUse { facility, seller }, Record::Amount(used)) => {
                add(&mut self.sellers, (*facility, *seller), minor(*used));
            }
            #[allow(clippy::wildcard_enum_match_arm, reason = "the others are in no sum")]
            _ => {}
        }
        Ok(())
    }

    /// How many rows with this first byte the records imply.
    pub fn rows_implied(&self, prefix: [u8; 1]) -> u64 {
        let [kind] = prefix;
        self.rows.get(&kind).copied().unwrap_or(0)
    }

    /// I5, and I9 in all and per seller.
    pub fn check(&self) -> Result<(), Fault> {
        none_left(&self.banks, "I5")?;
        none_left(&self.locked, "I5")?;
        none_left(&self.enrolled, "I9")?;
        none_left(&self.waiting, "I9")?;
        none_left(&self.guaranteed, "I2")?;
        none_left(&self.exposures, "I1")?;
        none_left(&self.profiles, "I1")?;
        none_left(&self.counted, "I1")?;
        none_left(&self.facilities, "I9")?;
        none_left(&self.sellers, "I9")?;
        none_left(&self.diluted, "I1")
    }

    fn enter_held(&mut self, held: &Withheld) {
        add(&mut self.locked, held.account, signed(held.minor).saturating_neg());
    }

    fn enter_payout(&mut self, payout: &Payout) {
        match payout.status {
            PayoutStatus::Requested => {
                add(&mut self.locked, payout.account, minor(payout.amount).saturating_neg());
            }
            PayoutStatus::Paid { .. } | PayoutStatus::Rejected { .. } => {}
        }
    }

    /// A pool's money is locked in its manager's deposit.
    fn enter_pool(&mut self, pool: &Pool) {
        add(&mut self.locked, pool.account(), signed(pool.balance).saturating_neg());
        add(&mut self.enrolled, pool.id, signed(pool.enrolled));
        add(&mut self.waiting, pool.id, pool.waiting.into());
    }

    fn enter_receivable(&mut self, receivable: &Receivable) {
        add(&mut self.diluted, receivable.id, minor(receivable.diluted));
        if !holds_claims(receivable) {
            return;
        }
        // two of its invoices may look alike and share a row
        let rows: BTreeSet<Vec<u8>> =
            fingerprint::near_rows(receivable).iter().map(|row| row.encode()).collect();
        rows.iter().for_each(|row| self.count_row(row));
    }

    /// What is reserved is used, and what was paid for it meanwhile is locked.
    fn enter_lien(&mut self, lien: &Lien) {
        if let Some((Purchase { facility, seller, .. }, face)) = reserved(lien) {
            add(&mut self.facilities, facility, minor(face).saturating_neg());
            add(&mut self.sellers, (facility, seller), minor(face).saturating_neg());
        }
        if let Lien::Reserved(reservation) = lien {
            for held in &reservation.held {
                add(&mut self.locked, held.account, minor(held.amount).saturating_neg());
            }
        }
    }

    /// What a facility bought is held by its funder.
    fn enter_tranche(&mut self, state: &dyn StateRead, tranche: &Tranche) -> Result<(), Fault> {
        if let Some(enrolment) = tranche.enrolled {
            add(&mut self.enrolled, enrolment.pool, minor(tranche.face).saturating_neg());
        }
        let Some(Purchase { facility, seller, .. }) = tranche.bought_under else { return Ok(()) };
        let buyer: Option<Facility> = record(state, Key::Facility(facility))?;
        let holds = buyer.is_some_and(|buyer| buyer.funder == tranche.holder);
        ensure(holds, "I9", || format!("{} is not held by who bought it under {facility}", tranche.id))?;
        let face = minor(tranche.face).saturating_neg();
        add(&mut self.facilities, facility, face);
        add(&mut self.sellers, (facility, seller), face);
        Ok(())
    }

    fn count_row(&mut self, row: &[u8]) {
        if let Some(kind) = row.first() {
            let count = self.rows.entry(*kind).or_default();
            *count = count.saturating_add(1);
        }
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, i128>, key: K, minor: i128) {
    let sum = sums.entry(key).or_default();
    *sum = sum.saturating_add(minor);
}

fn none_left<K: std::fmt::Debug>(sums: &BTreeMap<K, i128>, invariant: &'static str) -> Result<(), Fault> {
    match sums.iter().find(|(_, sum)| **sum != 0) {
        None => Ok(()),
        Some((key, sum)) => ensure(false, invariant, || format!("{key:?} is off by {sum}")),
    }
}
