//! Naive: deposits and tranches as plain maps, moved by what was asked and by what the events say was decided.
//!
//! It repeats no rule: whether something is allowed is the ledger's business; where money and title then are is
//! worked out here a second time, in the most obvious way.
use crate::credit::Files;
use crate::help::Backer;
use crate::holds::Hold;
use crate::late::{Late, Paid};
use crate::papers::Papers;
use crate::slices::{Slice, Slices};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tally_contracts::event::{Event, EventKind};
use tally_contracts::money::Account;
use tally_contracts::receivable::Terms;
use tally_contracts::tranche::{Offer, Recourse};
use tally_contracts::types::{BusinessDate, MemberId};
use tally_contracts::{Action, Transaction};

#[derive(Clone, Debug)]
pub struct Debt {
    pub anchor: MemberId,
    pub supplier: MemberId,
    pub account: Account,
    pub face: u128,
    pub confirmed: u128,
    pub late: Late,
    /// Confirmed, and not answered by the supplier yet.
    pub waits: bool,
    /// How much is disputed, since when.
    pub disputed: Option<(u128, BusinessDate)>,
    /// Credited by credit notes.
    pub diluted: u128,
}

#[derive(Clone, Copy, Debug)]
pub struct Buyer {
    pub funder: MemberId,
    pub bank: MemberId,
    pub recourse: bool,
}

#[derive(Default)]
pub struct Naive {
    pub balances: BTreeMap<Account, u128>,
    pub locked: BTreeMap<Account, u128>,
    pub payouts: Vec<(Account, u128)>,
    pub debts: Vec<Debt>,
    pub buyers: Vec<Buyer>,
    pub slices: Slices,
    pub offers: BTreeMap<u64, Offer>,
    /// Receivable of each dispute and of each credit note.
    pub disputes: Vec<u64>,
    pub notes: Vec<u64>,
    /// Legs of each netting.
    pub nettings: Vec<Vec<(u64, u128)>>,
    /// What still waits for somebody, so that long runs go on with old business too: nettings, disputes, facilities
    /// that buy, and confirmed receivables.
    pub open_nettings: BTreeSet<u64>,
    pub open_disputes: BTreeSet<u64>,
    pub open_buyers: BTreeSet<u64>,
    pub unanswered: BTreeSet<u64>,
    pub last_tranche: u64,
    pub proposals: u64,
    pub frozen: BTreeSet<u64>,
    /// Identifiers of members, which in the cast are their ids.
    pub listed: BTreeSet<String>,
    pub guarantees: Vec<Backer>,
    /// Where each pool's money is locked.
    pub pools: Vec<Account>,
    /// Who put money into which pool.
    pub contributors: BTreeSet<(u64, MemberId)>,
    pub holds: BTreeMap<u64, Hold>,
    pub programmes: Vec<MemberId>,
    /// What the claims of recourse were paid, in order: how much was owed on them is the ledger's decision.
    pub paid: VecDeque<Event>,
    /// What was sold early, by seller.
    pub sales: Files,
    pub papers: Papers,
}

impl Naive {
    /// Follows an applied transaction.
    pub fn apply(&mut self, transaction: &Transaction, events: &[Event], today: BusinessDate) {
        let sender = transaction.sender;
        self.note_payments(events);
        self.follow(events, today);
        self.count_sales(events);
        self.papers.follow(sender, &transaction.action);
        match &transaction.action {
            Action::SubmitProposal(_) => self.proposals += 1,
            Action::ScreenParty(it) => {
                self.listed.insert(it.identifier.value.to_string());
            }
            Action::ClearParty(it) => {
                self.listed.remove(it.identifier.value.as_str());
                self.freed(events);
            }
            Action::FreezeTranche(it) => {
                self.frozen.insert(it.tranche.number());
            }
            Action::UnfreezeTranche(it) => {
                self.frozen.remove(&it.tranche.number());
                self.freed(events);
            }
            Action::GrantCreditConsent(_)
            | Action::RevokeCreditConsent(_)
            | Action::ReadCredit(_)
            | Action::SetEncryptionKey(_)
            | Action::RotateConsensusKey(_)
            | Action::RegisterDocument(_)
            | Action::ShareDocument(_)
            | Action::ShredDocument(_)
            | Action::AttestMember(_)
            | Action::RevokeAttestation(_)
            | Action::SetApprovalPolicy(_)
            | Action::VoteProposal(_)
            | Action::RegisterMember(_)
            | Action::AddKey(_)
            | Action::RevokeKey(_)
            | Action::SetStandingAcceptance(_)
            | Action::RejectReceivable(_)
            | Action::WithdrawReceivable(_)
            | Action::DisputeReceivable(_)
            | Action::WithdrawDispute(_)
            | Action::RuleDispute(_)
            | Action::IssueCreditNote(_)
            | Action::AcceptCreditNote(_)
            | Action::RefuseCreditNote(_)
            | Action::WithdrawCreditNote(_)
            | Action::RuleCreditNote(_)
            | Action::RefuseNetting(_)
            | Action::AssignCases(_)
            | Action::EndMandate(_)
            | Action::LogContact(_)
            | Action::ProposeArrangement(_)
            | Action::ApproveArrangement(_)
            | Action::RefuseArrangement(_) => {}
            Action::ProposeNetting(it) => self
                .nettings
                .push(it.legs.iter().map(|leg| (leg.tranche.number(), leg.amount.minor().into())).collect()),
            Action::ConsentNetting(it) => {
                if events.iter().any(|it| it.kind == EventKind::NettingExecuted) {
                    for (tranche, minor) in self.nettings[index(it.netting.number())].clone() {
                        let id = self.slices[&tranche].receivable;
                        self.keep_interest(id, today);
                        self.debts[index(id)].late.pay(today, minor);
                        self.shrink(tranche, minor);
                        self.finish(id, today);
                    }
                }
            }
            Action::AmendFacility(it) => {
                self.buyers[index(it.facility.number())].recourse = it.offering.recourse == Recourse::Full;
            }
            Action::DeclineReceivable(it) => {
                self.debts[index(it.receivable.number())].waits = false;
                self.unanswered.remove(&it.receivable.number());
            }
            Action::CreditDeposit(it) => {
                let account = Account { bank: sender, owner: it.owner, currency: it.amount.currency() };
                self.give(account, it.amount.minor().into());
            }
            Action::MoveDeposit(it) => {
                let from = Account { bank: it.bank, owner: sender, currency: it.amount.currency() };
                self.pay(from, Account { owner: it.to, ..from }, it.amount.minor().into());
            }
            Action::RequestPayout(it) => {
                let account = Account { bank: it.bank, owner: sender, currency: it.amount.currency() };
                self.take(account, it.amount.minor().into());
                *self.locked.entry(account).or_default() += u128::from(it.amount.minor());
                self.payouts.push((account, it.amount.minor().into()));
            }
            Action::ConfirmPayout(it) => {
                self.unlock(it.payout.number());
            }
            Action::RejectPayout(it) => {
                let (account, minor) = self.unlock(it.payout.number());
                self.give(account, minor);
            }
            Action::SubmitReceivable(it) => {
                self.enter(it.anchor, sender, &it.terms);
            }
            Action::IssueReceivable(it) => {
                self.enter(sender, it.supplier, &it.terms);
                let debt = self.debts.last_mut().expect("just entered");
                (debt.confirmed, debt.waits) = (debt.face, true);
                self.unanswered.insert(self.debts.len() as u64);
                self.accepted(events);
            }
            Action::ConfirmReceivable(it) => {
                let debt = &mut self.debts[index(it.receivable.number())];
                (debt.confirmed, debt.waits) = (it.amount.minor().into(), true);
                self.unanswered.insert(it.receivable.number());
                self.accepted(events);
            }
            Action::AcceptReceivable(_) => self.accepted(events),
            Action::CancelReceivable(it) => {
                if events[0].kind == EventKind::ReceivableCancelled {
                    for (id, _) in self.of(it.receivable.number()) {
                        self.slices.remove(id);
                    }
                }
            }
            Action::SplitTranche(it) => {
                let whole = self.slices.remove(it.tranche.number());
                let mut last = self.last_tranche;
                for part in &it.parts {
                    last = self.create(Slice { face: part.face.minor().into(), ..whole.clone() });
                    if let Some(offer) = part.pay {
                        self.offered(last, offer, events);
                    }
                }
                assert_eq!(last, self.last_tranche);
            }
            Action::MergeTranches(it) => {
                let merged: Vec<Slice> =
                    it.tranches.iter().map(|id| self.slices.remove(id.number())).collect();
                let face = merged.iter().map(|slice| slice.face).sum();
                self.create(Slice { face, ..merged[0].clone() });
            }
            Action::OfferTransfer(it) => self.offered(it.tranche.number(), it.offer, events),
            Action::AcceptTransfer(it) => {
                let offer = self.offers.remove(&it.tranche.number()).expect("it was offered");
                self.moved(it.tranche.number(), offer);
            }
            Action::DeclineTransfer(it) => {
                self.offers.remove(&it.tranche.number());
            }
            Action::OpenFacility(it) => {
                let recourse = it.offering.recourse == Recourse::Full;
                self.buyers.push(Buyer { funder: sender, bank: it.offering.paying_bank, recourse });
                self.open_buyers.insert(self.buyers.len() as u64);
            }
            Action::CloseFacility(it) => {
                self.open_buyers.remove(&it.facility.number());
            }
            Action::DiscountTranche(it) => self.discounted(it.tranche.number(), events),
            Action::PayReceivable(it) => {
                let from = self.debts[index(it.receivable.number())].account;
                let minor = it.amount.minor().into();
                self.settle(it.receivable.number(), Paid { from, minor, takes: false, today });
            }
            Action::PayForAnchor(it) => {
                let from = Account { bank: it.bank, owner: sender, currency: it.amount.currency() };
                let (id, minor) = (it.receivable.number(), it.amount.minor().into());
                self.settle(id, Paid { from, minor, takes: it.take_claim, today });
            }
            Action::ClaimCosts(it) => {
                let debt = &mut self.debts[index(it.receivable.number())];
                debt.late.cost_claims.push((sender, it.amount.minor().into()));
            }
            Action::AnswerCosts(it) => {
                let late = &mut self.debts[index(it.receivable.number())].late;
                let place = late.cost_claims.iter().position(|(by, _)| *by == it.claimant).expect("it waits");
                let (by, minor) = late.cost_claims.remove(place);
                if it.allow {
                    *late.costs.entry((by, None)).or_default() += minor;
                }
            }
            Action::WriteOffTranche(it) => self.slice(it.tranche.number()).written_off = true,
            Action::OfferGuarantee(_)
            | Action::AcceptGuarantee(_)
            | Action::ClaimGuarantee(_)
            | Action::OpenPool(_)
            | Action::ContributeToPool(_)
            | Action::EnrolTranche(_)
            | Action::ClaimFromPool(_)
            | Action::ClaimSubsidy(_) => self.helped(sender, &transaction.action, events, today),
            Action::ConfirmDiscount(it) => self.unreserved(it.tranche.number(), true),
            Action::OfferPledge(it) => self.pledge_offered(it),
            Action::AcceptPledge(it) => self.pledged(it.tranche.number(), it.paying_bank, today),
            Action::DeclinePledge(it) => {
                self.holds.remove(&it.tranche.number());
            }
            Action::RepayPledge(it) => self.repaid(it, today),
            Action::RegisterFinancing(it) => {
                self.registered(it.tranche.number(), it.registered_at.ms(), sender)
            }
            Action::ClaimRecourse(it) => {
                self.holds.insert(it.tranche.number(), Hold::Claimed { transferor: it.transferor });
            }
            Action::PayRecourse(it) => self.redeemed(it, sender, events),
            Action::PostProgramme(_) => self.programmes.push(sender),
            Action::CloseProgramme(_) | Action::ReportMisbehaviour(_) => {}
            Action::TakeEarlyPayment(it) => self.paid_early(it.tranche.number(), today, events),
        }
    }

    /// Follows what fell due.
    pub fn end(&mut self, events: &[Event], today: BusinessDate) {
        self.note_payments(events);
        self.follow(events, today);
        for event in events {
            if event.kind == EventKind::TransferLapsed {
                self.offers.remove(&event.tranche.expect("it names one").number());
            }
            self.lapsed(event);
            if event.kind == EventKind::SettlementDebited {
                let id = event.receivable.expect("it names one").number();
                let account = self.debts[index(id)].account;
                let available = self.balances.get(&account).copied().unwrap_or(0);
                let outstanding = self.owed(id, today);
                let debited = u128::from(event.amount.expect("it has one").minor());
                assert_eq!(debited, available.min(outstanding), "R{id} is debited what is there and owed");
                self.settle(id, Paid { from: account, minor: debited, takes: false, today });
            }
            if event.kind == EventKind::ClaimTakenOver {
                self.pool_paid(event, today);
            }
            if event.kind == EventKind::ReceivableOverdue {
                self.debts[index(event.receivable.expect("it names one").number())].late.is_overdue = true;
            }
        }
    }

    fn enter(&mut self, anchor: MemberId, supplier: MemberId, terms: &Terms) {
        let account = Account { bank: terms.settlement_bank, owner: anchor, currency: terms.face.currency() };
        let (face, late) = (terms.face.minor().into(), Late::new(terms.due_date));
        let (waits, disputed, diluted) = (false, None, 0);
        self.debts.push(Debt {
            anchor,
            supplier,
            account,
            face,
            confirmed: 0,
            late,
            waits,
            disputed,
            diluted,
        });
    }

    /// The root tranche, where the supplier accepted.
    fn accepted(&mut self, events: &[Event]) {
        for event in events.iter().filter(|event| event.kind == EventKind::ReceivableAccepted) {
            let receivable = event.receivable.expect("it names one").number();
            let debt = &mut self.debts[index(receivable)];
            debt.waits = false;
            self.unanswered.remove(&receivable);
            let (face, holder) = (debt.confirmed, debt.supplier);
            let id = self.create(Slice::new(receivable, face, holder));
            assert_eq!(event.tranche.map(|id| id.number()), Some(id));
        }
    }

    fn offered(&mut self, id: u64, offer: Offer, events: &[Event]) {
        let concerns = |event: &&Event| event.tranche.is_some_and(|tranche| tranche.number() == id);
        let event = events.iter().rfind(concerns).expect("an offer has an event");
        if event.kind == EventKind::TransferAccepted {
            self.moved(id, offer);
        } else {
            self.offers.insert(id, offer);
        }
    }

    /// The fills' faces and prices are the ledger's decision; the rest stays with the seller.
    fn discounted(&mut self, id: u64, events: &[Event]) {
        let is_sale = |kind| kind == EventKind::TrancheDiscounted || kind == EventKind::DiscountReserved;
        let sales: Vec<&Event> = events.iter().filter(|it| is_sale(it.kind)).collect();
        let whole = self.slices.remove(id);
        let face = |event: &Event| u128::from(event.amount.expect("it has one").minor());
        let sold: u128 = sales.iter().map(|event| face(event)).sum();
        let is_whole = sales.len() == 1 && sold == whole.face;
        for sale in &sales {
            let buyer = self.buyers[index(sale.facility.expect("it names one").number())];
            let is_reserved = sale.kind == EventKind::DiscountReserved;
            let mut slice = Slice { face: face(sale), ..whole.clone() };
            if !is_reserved {
                slice.hand_over(buyer.funder, buyer.recourse);
                slice.bought = true;
            }
            let part = if is_whole { self.put_back(id, slice) } else { self.create(slice) };
            assert_eq!(sale.tranche.map(|id| id.number()), Some(part));
            if is_reserved {
                self.reserved(part, buyer.funder, buyer.recourse);
                continue;
            }
            let proceeds = sale.proceeds.expect("it has them");
            let to = Account { bank: buyer.bank, owner: whole.holder, currency: proceeds.currency() };
            if buyer.funder == buyer.bank {
                self.give(to, proceeds.minor().into());
            } else {
                self.pay(Account { owner: buyer.funder, ..to }, to, proceeds.minor().into());
            }
        }
        if sold < whole.face {
            self.create(Slice { face: whole.face - sold, ..whole });
        }
    }

    pub fn of(&self, receivable: u64) -> Vec<(u64, u128)> {
        self.slices.of(receivable).map(|(id, slice)| (id, slice.face)).collect()
    }

    /// How much waited is the ledger's bookkeeping; that it moves from locked to free is checked here.
    fn freed(&mut self, events: &[Event]) {
        for event in events.iter().filter(|event| event.kind == EventKind::HeldMoneyReleased) {
            let (bank, owner) = (event.counterparty.expect("a bank"), event.member.expect("an owner"));
            let amount = event.amount.expect("it has one");
            let account = Account { bank, owner, currency: amount.currency() };
            let locked = self.locked.get_mut(&account).expect("it was locked");
            *locked = locked.checked_sub(amount.minor().into()).expect("never below zero");
            self.give(account, amount.minor().into());
        }
    }

    /// Title moves on the terms of an offer.
    fn moved(&mut self, id: u64, offer: Offer) {
        self.slice(id).hand_over(offer.to, offer.recourse == Recourse::Full);
    }

    /// A slice that was paid in full ends, with what was offered of it.
    pub fn shrink(&mut self, id: u64, by: u128) {
        self.slice(id).face -= by;
        if self.slice(id).face == 0 {
            self.slices.remove(id);
            self.offers.remove(&id);
            if matches!(self.holds.get(&id), Some(Hold::Offered { .. })) {
                self.holds.remove(&id);
            }
        }
    }

    pub fn slice(&mut self, id: u64) -> &mut Slice {
        self.slices.get_mut(id).expect("it was there")
    }

    pub fn create(&mut self, slice: Slice) -> u64 {
        self.last_tranche += 1;
        self.slices.insert(self.last_tranche, slice);
        self.last_tranche
    }

    fn put_back(&mut self, id: u64, slice: Slice) -> u64 {
        self.slices.insert(id, slice);
        id
    }

    /// A part of the same loss that the payer took over before becomes larger; the first is a slice of its own.
    pub fn take_over(&mut self, part: Slice) {
        let is_earlier = |(_, it): &(u64, &Slice)| {
            (it.holder, it.taken_from, it.pool, it.rank)
                == (part.holder, part.taken_from, part.pool, part.rank)
        };
        let earlier = self.slices.of(part.receivable).find(is_earlier).map(|(id, _)| id);
        match earlier {
            Some(id) => self.slice(id).face += part.face,
            None => {
                self.create(part);
            }
        }
    }

    fn unlock(&mut self, payout: u64) -> (Account, u128) {
        let (account, minor) = self.payouts[index(payout)];
        *self.locked.get_mut(&account).expect("it was locked") -= minor;
        (account, minor)
    }

    pub fn pay(&mut self, from: Account, to: Account, minor: u128) {
        self.take(from, minor);
        self.give(to, minor);
    }

    pub fn take(&mut self, account: Account, minor: u128) {
        let balance = self.balances.entry(account).or_default();
        *balance = balance.checked_sub(minor).expect("never below zero");
    }

    pub fn give(&mut self, account: Account, minor: u128) {
        *self.balances.entry(account).or_default() += minor;
    }
}

/// Numbers begin at 1, vectors at 0.
pub fn index(number: u64) -> usize {
    usize::try_from(number - 1).expect("a small number")
}
