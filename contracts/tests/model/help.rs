//! Help, naively: who paid for whom is in the events; what money and title do then is worked out here.
use crate::late::Paid;
use crate::naive::{Naive, index};
use crate::slices::Slice;
use tally_contracts::Action;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::money::Account;
use tally_contracts::types::{Amount, BusinessDate, MemberId};

/// A guarantor, who asked it, and what for.
#[derive(Clone, Copy, Debug)]
pub struct Backer {
    pub account: Account,
    pub applicant: MemberId,
    fee: u128,
}

impl Naive {
    pub fn helped(&mut self, sender: MemberId, action: &Action, events: &[Event], today: BusinessDate) {
        let minor = |amount: Amount| u128::from(amount.minor());
        #[allow(clippy::wildcard_enum_match_arm, reason = "the caller picks the actions")]
        match action {
            Action::OfferGuarantee(it) => {
                let terms = &it.terms;
                let account = Account { bank: terms.bank, owner: sender, currency: terms.cap.currency() };
                self.guarantees.push(Backer { account, applicant: terms.applicant, fee: minor(terms.fee) });
            }
            Action::AcceptGuarantee(it) => {
                let Backer { account, applicant, fee } = self.guarantees[index(it.guarantee.number())];
                self.pay(Account { owner: applicant, ..account }, account, fee);
            }
            Action::ClaimGuarantee(it) => {
                let from = self.guarantees[index(it.guarantee.number())].account;
                for event in events.iter().filter(|event| event.kind == EventKind::ClaimTakenOver) {
                    let minor = minor(event.amount.expect("it has one"));
                    let paid = Paid { from, minor, takes: true, today };
                    self.buy_out(it.tranche.number(), paid, None);
                }
            }
            Action::OpenPool(it) => {
                let (bank, currency) = (it.terms.bank, it.terms.cap.currency());
                self.pools.push(Account { bank, owner: sender, currency });
            }
            Action::ContributeToPool(it) => {
                let account = self.pools[index(it.pool.number())];
                self.contributors.insert((it.pool.number(), sender));
                self.take(Account { owner: sender, ..account }, minor(it.amount));
                *self.locked.entry(account).or_default() += minor(it.amount);
            }
            Action::EnrolTranche(it) => {
                self.slice(it.tranche.number()).enrolled = Some(it.pool.number());
            }
            Action::ClaimSubsidy(it) => {
                let account = self.pools[index(it.pool.number())];
                let paid = minor(events[0].proceeds.expect("it has them"));
                *self.locked.get_mut(&account).expect("it is funded") -= paid;
                self.give(Account { owner: sender, ..account }, paid);
            }
            _ => {}
        }
    }

    /// At a block's end only pools take claims over.
    pub fn pool_paid(&mut self, event: &Event, today: BusinessDate) {
        let tranche = event.tranches[0].number();
        let pool = self.slice(tranche).enrolled.expect("it was enrolled");
        let (from, minor) = (self.pools[index(pool)], u128::from(event.amount.expect("it has one").minor()));
        *self.locked.get_mut(&from).expect("it is funded") -= minor;
        self.give(from, minor);
        self.buy_out(tranche, Paid { from, minor, takes: true, today }, Some(pool));
    }

    /// One holder is paid; that part of its slice is the payer's then.
    fn buy_out(&mut self, tranche: u64, paid: Paid, pool: Option<u64>) {
        let Paid { from, minor, today, .. } = paid;
        let receivable = self.slice(tranche).receivable;
        let rank = Some(self.rank(tranche));
        self.keep_interest(receivable, today);
        self.pay_slice(tranche, from, minor, today);
        self.shrink(tranche, minor);
        let taken_from = Some(tranche);
        self.take_over(Slice { pool, rank, taken_from, ..Slice::new(receivable, minor, from.owner) });
    }
}
