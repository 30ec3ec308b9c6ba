//! Credit, naively: what files say is worked out from the naive ledger's own payments and sales.
use crate::common::memory::MemoryState;
use crate::naive::Naive;
use std::collections::BTreeMap;
use tally_contracts::credit_profile::CreditFile;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::state::Key;
use tally_contracts::types::{Currency, MemberId};

/// Confirmed as anchor, confirmed as supplier, paid on time, paid late, late × days, credited, sold, got for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    confirmed: u128,
    supplied: u128,
    on_time: u128,
    late: u128,
    late_minor_days: u128,
    diluted: u128,
    sold: u128,
    proceeds: u128,
}

pub type Files = BTreeMap<(MemberId, Currency), Counted>;

impl Naive {
    /// What suppliers sell is what the events say.
    pub fn count_sales(&mut self, events: &[Event]) {
        for event in events.iter().filter(|event| event.kind == EventKind::TrancheDiscounted) {
            let (face, proceeds) = (event.amount.expect("a face"), event.proceeds.expect("proceeds"));
            let seller = event.member.expect("a seller");
            let counted = self.sales.entry((seller, face.currency())).or_default();
            counted.sold += u128::from(face.minor());
            counted.proceeds += u128::from(proceeds.minor());
        }
    }

    pub fn compare_files(&self, state: &MemoryState) {
        let mut own = self.sales.clone();
        for debt in self.debts.iter().filter(|debt| debt.confirmed > 0) {
            let currency = debt.account.currency;
            own.entry((debt.supplier, currency)).or_default().supplied += debt.confirmed;
            let anchor = own.entry((debt.anchor, currency)).or_default();
            anchor.confirmed += debt.confirmed;
            let (on_time, late, late_minor_days) = debt.late.punctuality();
            anchor.on_time += on_time;
            anchor.late += late;
            anchor.late_minor_days += late_minor_days;
            anchor.diluted += debt.diluted;
        }
        let found: Files = state
            .all::<CreditFile>()
            .into_iter()
            .filter_map(|(key, file)| {
                let Key::CreditFile { member, currency } = key else { return None };
                let counted = Counted {
                    confirmed: file.anchor.confirmed.minor,
                    supplied: file.supplier.confirmed.minor,
                    on_time: file.anchor.paid_on_time,
                    late: file.anchor.late(),
                    late_minor_days: file.anchor.late_minor_days,
                    diluted: file.anchor.diluted,
                    sold: file.holder.discounted.minor,
                    proceeds: file.holder.proceeds,
                };
                (counted != Counted::default()).then_some(((member, currency), counted))
            })
            .collect();
        assert_eq!(own, found, "credit files");
    }
}
