//! Holds: what is reserved or pledged, worked out a second time: who gets what is paid, and what is still owed.
use super::naive::Naive;
use super::slices::{Rank, Slice};
use std::collections::BTreeMap;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::money::Account;
use tally_contracts::pledge::{OfferPledge, RepayPledge};
use tally_contracts::recourse::PayRecourse;
use tally_contracts::types::{BusinessDate, MemberId};

#[derive(Clone, Debug)]
pub enum Hold {
    Reserved { funder: MemberId, recourse: bool, held: BTreeMap<Account, u128> },
    Offered { funder: MemberId, advance_ppm: u128, rate_ppm: u128 },
    Pledged { pledgor: MemberId, funder: MemberId, owed: Owed, registered: Option<u64> },
    Claimed { transferor: MemberId },
}

/// A debt on 360 days, interest first.
#[derive(Clone, Copy, Debug)]
pub struct Owed {
    pub principal: u128,
    interest: u128,
    rate_ppm: u128,
    since: BusinessDate,
}

impl Owed {
    pub fn on(mut self, today: BusinessDate) -> Self {
        let days = u128::try_from(today.days_since(self.since)).expect("time goes on");
        let (product, year) = (self.principal * self.rate_ppm * days, 360_000_000);
        self.interest += (2 * product + year) / (2 * year);
        self.since = today;
        self
    }

    pub const fn sum(self) -> u128 {
        self.principal + self.interest
    }

    fn pay(&mut self, minor: u128) {
        let interest = self.interest.min(minor);
        self.interest -= interest;
        self.principal -= minor - interest;
    }
}

impl Naive {
    pub fn reserved(&mut self, id: u64, funder: MemberId, recourse: bool) {
        self.holds.insert(id, Hold::Reserved { funder, recourse, held: BTreeMap::new() });
    }

    /// Money held and title go to the buyer, or money to the seller.
    pub fn unreserved(&mut self, id: u64, is_paid: bool) {
        let Some(Hold::Reserved { funder, recourse, held }) = self.holds.remove(&id) else {
            panic!("T{id} was not reserved")
        };
        for (account, minor) in held {
            *self.locked.get_mut(&account).expect("it was locked") -= minor;
            if is_paid {
                self.give(Account { owner: funder, ..account }, minor);
            } else {
                self.due(id, account, minor);
            }
        }
        if is_paid && self.slices.contains_key(&id) {
            self.slice(id).hand_over(funder, recourse);
            self.slice(id).bought = true;
        }
    }

    pub fn pledge_offered(&mut self, it: &OfferPledge) {
        assert_eq!(it.terms.day_count, tally_contracts::types::DayCount::Act360, "the model counts on 360");
        let (advance_ppm, rate_ppm) = (it.terms.advance_rate.ppm().into(), it.terms.interest.ppm().into());
        self.holds.insert(it.tranche.number(), Hold::Offered { funder: it.funder, advance_ppm, rate_ppm });
    }

    pub fn pledged(&mut self, id: u64, bank: MemberId, today: BusinessDate) {
        let Some(Hold::Offered { funder, advance_ppm, rate_ppm }) = self.holds.remove(&id) else {
            panic!("no pledge of T{id} was offered")
        };
        let slice = self.slice(id);
        let (pledgor, principal, receivable) =
            (slice.holder, slice.face * advance_ppm / 1_000_000, slice.receivable);
        let account = self.debts[super::naive::index(receivable)].account;
        let to = Account { bank, owner: pledgor, ..account };
        if funder == bank {
            self.give(to, principal);
        } else {
            self.pay(Account { owner: funder, ..to }, to, principal);
        }
        let owed = Owed { principal, interest: 0, rate_ppm, since: today };
        self.holds.insert(id, Hold::Pledged { pledgor, funder, owed, registered: None });
    }

    pub fn repaid(&mut self, it: &RepayPledge, today: BusinessDate) {
        let Some(Hold::Pledged { pledgor, funder, .. }) = self.holds.get(&it.tranche.number()).cloned()
        else {
            panic!("{} was not pledged", it.tranche)
        };
        let from = Account { bank: it.bank, owner: pledgor, currency: it.amount.currency() };
        self.pay(from, Account { owner: funder, ..from }, it.amount.minor().into());
        self.pay_debt(it.tranche.number(), it.amount.minor().into(), today);
    }

    /// What fell due.
    pub fn lapsed(&mut self, event: &Event) {
        let id = event.tranche.map_or(0, |id| id.number());
        if event.kind == EventKind::DiscountLapsed {
            self.unreserved(id, false);
        }
        if event.kind == EventKind::PledgeLapsed {
            self.holds.remove(&id);
        }
    }

    /// Pays what a slice gets of a distribution to whom it belongs.
    pub fn pay_slice(&mut self, id: u64, from: Account, share: u128, today: BusinessDate) {
        if share == 0 {
            return;
        }
        let to = |owner| Account { owner, ..from };
        match self.holds.get_mut(&id) {
            Some(Hold::Reserved { .. }) => self.hold(id, from, share),
            Some(Hold::Pledged { pledgor, funder, owed, .. }) => {
                let (pledgor, funder) = (*pledgor, *funder);
                let repaid = owed.on(today).sum().min(share);
                self.take(from, share);
                self.due_party(to(funder), repaid);
                self.due(id, to(pledgor), share - repaid);
                self.pay_debt(id, repaid, today);
            }
            Some(Hold::Claimed { .. }) => self.pay_claim(id, from, share),
            Some(Hold::Offered { .. }) | None => self.pay_free(from, id, share),
        }
    }

    /// Until the bank's word, what is paid waits in the seller's deposit.
    fn hold(&mut self, id: u64, from: Account, share: u128) {
        let account = Account { owner: self.slice(id).holder, ..from };
        self.take(from, share);
        *self.locked.entry(account).or_default() += share;
        if let Some(Hold::Reserved { held, .. }) = self.holds.get_mut(&id) {
            *held.entry(account).or_default() += share;
        }
    }

    /// Money that a tranche brings its holder waits where the tranche is frozen or the holder listed.
    fn due(&mut self, id: u64, to: Account, minor: u128) {
        if self.frozen.contains(&id) {
            *self.locked.entry(to).or_default() += minor;
        } else {
            self.due_party(to, minor);
        }
    }

    /// The same for somebody else.
    fn due_party(&mut self, to: Account, minor: u128) {
        if self.listed.contains(to.owner.as_str()) {
            *self.locked.entry(to).or_default() += minor;
        } else {
            self.give(to, minor);
        }
    }

    fn pay_debt(&mut self, id: u64, minor: u128, today: BusinessDate) {
        let Some(Hold::Pledged { owed, .. }) = self.holds.get_mut(&id) else {
            panic!("T{id} was not pledged")
        };
        *owed = owed.on(today);
        owed.pay(minor);
        if owed.sum() == 0 {
            self.holds.remove(&id);
        }
    }

    /// A purchase's registration, else that of an advance.
    fn registration(&self, id: u64) -> Option<u64> {
        let on_pledge = match self.holds.get(&id) {
            Some(Hold::Pledged { registered, .. }) => *registered,
            Some(Hold::Reserved { .. } | Hold::Offered { .. } | Hold::Claimed { .. }) | None => None,
        };
        self.slices.get(&id).and_then(|slice| slice.registered).or(on_pledge)
    }

    /// Registered financings first, by their time.
    pub fn rank(&self, id: u64) -> Rank {
        let registered = self.registration(id);
        let own = (registered.is_none(), registered.unwrap_or(0));
        self.slices.get(&id).and_then(|slice| slice.rank).unwrap_or(own)
    }

    pub fn registered(&mut self, id: u64, at: u64, by: MemberId) {
        if let Some(Hold::Pledged { funder, registered, .. }) = self.holds.get_mut(&id)
            && *funder == by
        {
            *registered = Some(at);
            return;
        }
        self.slice(id).registered = Some(at);
    }

    /// Remembers what was paid on tranches, and how claims ended.
    pub fn note_payments(&mut self, events: &[Event]) {
        let kinds = [
            EventKind::SettlementDistributed,
            EventKind::LateInterestDistributed,
            EventKind::RecourseSettled,
        ];
        self.paid = events.iter().filter(|event| kinds.contains(&event.kind)).cloned().collect();
    }

    /// A claimed tranche is paid to whom the events say, and every unit of the share to somebody.
    fn pay_claim(&mut self, id: u64, from: Account, share: u128) {
        let mut left = share;
        while left > 0 {
            let event = self.next_paid(id).expect("a payment for the share");
            let minor = u128::from(event.amount.expect("it has one").minor());
            self.take(from, minor);
            self.due_party(Account { owner: event.member.expect("it has one"), ..from }, minor);
            left -= minor;
        }
        self.claim_ended(id);
    }

    fn next_paid(&mut self, id: u64) -> Option<Event> {
        let concerns = |event: &Event| event.tranche.map(|tranche| tranche.number()) == Some(id);
        let position = self.paid.iter().position(concerns)?;
        self.paid.remove(position)
    }

    /// Where the ledger says that the claim is paid, what is left of the tranche is the transferor's.
    fn claim_ended(&mut self, id: u64) {
        let next = self.paid.iter().find(|event| event.tranche.map(|tranche| tranche.number()) == Some(id));
        if next.is_some_and(|event| event.kind == EventKind::RecourseSettled)
            && self.next_paid(id).is_some()
            && let Some(Hold::Claimed { transferor }) = self.holds.remove(&id)
            && self.slices.contains_key(&id)
        {
            let slice = self.slice(id);
            slice.hand_over(transferor, false);
            // those before it stay liable
            let before = slice.liable.iter().position(|member| *member == transferor);
            slice.liable.truncate(before.unwrap_or(0));
        }
    }

    pub fn redeemed(&mut self, it: &PayRecourse, sender: MemberId, events: &[Event]) {
        let creditor = events[0].member.expect("the creditor");
        let from = Account { bank: it.bank, owner: sender, currency: it.amount.currency() };
        self.pay(from, Account { owner: creditor, ..from }, it.amount.minor().into());
        self.claim_ended(it.tranche.number());
    }

    /// The anchor pays less than it owes, and owes it no more.
    pub fn paid_early(&mut self, id: u64, today: BusinessDate, events: &[Event]) {
        let event = events.iter().find(|event| event.kind == EventKind::EarlyPaid).expect("it was paid");
        let face = u128::from(event.amount.expect("it has one").minor());
        let proceeds = u128::from(event.proceeds.expect("it has them").minor());
        let whole = self.slices.remove(id);
        let debt = &mut self.debts[super::naive::index(whole.receivable)];
        debt.late.pay(today, face);
        let from = debt.account;
        self.pay(from, Account { owner: whole.holder, ..from }, proceeds);
        if face < whole.face {
            let paid = self.create(Slice { face, ..whole.clone() });
            self.slices.remove(paid);
            self.create(Slice { face: whole.face - face, ..whole });
        }
    }

    /// What the ledger says is held and owed must be what is noted here.
    pub fn compare_holds(&self, ledger: BTreeMap<u64, u128>) {
        let noted = |hold: &Hold| match hold {
            Hold::Reserved { held, .. } => held.values().sum(),
            Hold::Offered { .. } | Hold::Claimed { .. } => 0,
            Hold::Pledged { owed, .. } => owed.sum(),
        };
        let own: BTreeMap<u64, u128> = self.holds.iter().map(|(id, hold)| (*id, noted(hold))).collect();
        assert_eq!(own, ledger, "what is held or owed under liens");
    }
}
