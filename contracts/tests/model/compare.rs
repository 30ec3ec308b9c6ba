//! Compare: every balance, owner and status of the naive ledger with the contracts' own.
use crate::common::memory::MemoryState;
use crate::naive::{Naive, index};
use crate::slices::Slice;
use std::collections::BTreeMap;
use tally_contracts::lien::Lien;
use tally_contracts::money::{Account, Deposit};
use tally_contracts::state::Key;
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, Currency, MemberId};

impl Naive {
    /// Every balance, locked sum, holder and face.
    pub fn compare(&self, state: &MemoryState) {
        let deposits = |of: fn(&Deposit) -> u128| -> BTreeMap<Account, u128> {
            let all = state.all::<Deposit>().into_iter();
            all.map(|(_, it)| (it.account, of(&it))).filter(|(_, minor)| *minor > 0).collect()
        };
        let own = |sums: &BTreeMap<Account, u128>| -> BTreeMap<Account, u128> {
            sums.iter().filter(|(_, minor)| **minor > 0).map(|(account, minor)| (*account, *minor)).collect()
        };
        assert_eq!(own(&self.balances), deposits(|it| it.balance), "balances");
        assert_eq!(own(&self.locked), deposits(|it| it.locked), "locked");
        let mut slices = BTreeMap::new();
        for (key, it) in state.all::<Tranche>() {
            assert_eq!(key, Key::Tranche(it.id));
            let (receivable, face) = (it.receivable.number(), u128::from(it.face.minor()));
            let written_off = it.written_off.is_some();
            let enrolled = it.enrolled.map(|enrolment| enrolment.pool.number());
            let pool = it.taken_over.and_then(|taken| taken.pool).map(|pool| pool.number());
            let taken_from = it.taken_over.and_then(|taken| taken.from).map(|from| from.number());
            let (bought, liable) = (it.bought_under.is_some(), it.recourse.clone());
            let registered = it.registration.map(|registration| registration.at.ms());
            let rank = it.taken_over.map(|taken| match taken.rank {
                tally_contracts::registration::Rank::Registered(at) => (false, at.ms()),
                tally_contracts::registration::Rank::Noticed(at) => panic!("noticed at {at:?}"),
                tally_contracts::registration::Rank::Others => (true, 0),
            });
            let (holder, own) = (it.holder, Slice::new(receivable, face, it.holder));
            let slice = Slice {
                holder,
                written_off,
                enrolled,
                pool,
                taken_from,
                bought,
                liable,
                registered,
                rank,
                ..own
            };
            slices.insert(it.id.number(), slice);
        }
        assert_eq!(*self.slices, slices, "tranches");
        assert_eq!(self.exposures(), exposures(state), "exposures");
        self.compare_debts(state);
        let under_lien = |lien: &Lien| match lien {
            Lien::Reserved(it) => it.held_sum().expect("an amount").minor(),
            Lien::PledgeOffered(_) => 0,
            Lien::Pledged(it) => it.debt.owed().expect("an amount").minor(),
            Lien::Claimed(_) => 0,
        };
        let liens = state.all::<Lien>();
        self.compare_holds(
            liens.iter().map(|(_, it)| (it.tranche().number(), under_lien(it).into())).collect(),
        );
        self.compare_files(state);
    }

    /// What each anchor owes: what suppliers have not answered yet, and every open slice.
    fn exposures(&self) -> BTreeMap<(MemberId, Currency), u128> {
        let mut owed = BTreeMap::new();
        for debt in self.debts.iter().filter(|debt| debt.waits) {
            *owed.entry((debt.anchor, debt.account.currency)).or_default() += debt.confirmed;
        }
        for slice in self.slices.values() {
            let debt = &self.debts[index(slice.receivable)];
            *owed.entry((debt.anchor, debt.account.currency)).or_default() += slice.face;
        }
        owed
    }
}

fn exposures(state: &MemoryState) -> BTreeMap<(MemberId, Currency), u128> {
    let owed = |(key, owed): (Key, Amount)| {
        let Key::AnchorExposure { anchor, currency } = key else { return None };
        Some(((anchor, currency), u128::from(owed.minor())))
    };
    state.all::<Amount>().into_iter().filter_map(owed).collect()
}
