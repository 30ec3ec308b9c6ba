//! The model: random members do random valid and invalid things, and a second, naive ledger must agree.
//!
//! ```text
//! cargo test -p tally-contracts --test model                                 30,000 actions, seed 1
//! TALLY_SEED=7 TALLY_ACTIONS=1000000 cargo test -p tally-contracts --test model -- --nocapture
//! ```
//! A failure prints the seed and the last lines of the script that led to it.
#[path = "../common/mod.rs"]
mod common;
mod compare;
mod credit;
mod help;
mod holds;
mod late;
mod naive;
mod papers;
mod random;
mod slices;
mod told;
mod trouble;

use common::script::Stage;
use common::show;
use naive::Naive;
use papers::Papers;
use random::Random;
use std::collections::{BTreeMap, VecDeque};
use tally_contracts::netting::{Leg, Netting, find_cycles};
use tally_contracts::state::Key;
use tally_contracts::types::{Currency, NettingId, Timestamp};
use tally_contracts::{BlockContext, Receipt, Transaction};
use told::Told;

/// Actions of the ordinary run: seconds.
const ACTIONS: u64 = 30_000;
/// Searches for cycles among the actions about netting.
const SEARCHES_ONE_IN: u64 = 8;
/// Blocks with a line about papers.
const PAPERS_ONE_IN: u64 = 2;
/// What the papers' seed is further on.
const PAPERS_SEED: u64 = 1 << 32;
/// Lines that a failure prints.
const LINES_KEPT: usize = 30;

struct Run {
    stage: Stage,
    naive: Naive,
    told: Told,
    random: Random,
    /// Of its own, so that papers change nothing about the business of a seed.
    papers: Random,
    /// What happened how often: events and reasons.
    outcomes: BTreeMap<String, u64>,
    lines: VecDeque<String>,
}

#[test]
fn random_business_breaks_no_invariant_and_a_naive_ledger_agrees() {
    let actions = number_from("TALLY_ACTIONS", ACTIONS);
    let seed = number_from("TALLY_SEED", 1);
    say(&format!("TALLY_SEED={seed} TALLY_ACTIONS={actions}"));
    let mut run = Run::new(seed);
    // the full check reads everything, so long runs do it at longer intervals
    let interval = (actions / 400).max(5);
    let mut done = 0;
    let mut blocks = 0;
    while done < actions {
        done += run.block();
        blocks += 1;
        if blocks % interval == 0 {
            run.compare();
        }
    }
    run.compare();
    for (outcome, count) in &run.outcomes {
        say(&format!("{count:>8} {outcome}"));
    }
    // rare things need luck or time
    if seed == 1 && actions == ACTIONS || actions >= 10 * ACTIONS {
        run.everything_happened(actions >= 10 * ACTIONS);
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let root = |seed| {
        let mut run = Run::new(seed);
        (0..40).for_each(|_| {
            run.block();
        });
        run.stage.ledger.tree.root()
    };
    assert_eq!(root(7), root(7));
    assert_ne!(root(7), root(8));
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut stage = Stage::rulebook();
        stage.ledger.thorough = false;
        let state = &stage.ledger.state;
        let (told, papers) = (Told::new(state), Papers::new(state));
        Self {
            naive: Naive { papers, ..Naive::default() },
            told,
            random: Random::new(seed),
            papers: Random::new(seed.wrapping_add(PAPERS_SEED)),
            outcomes: BTreeMap::new(),
            lines: VecDeque::new(),
            stage,
        }
    }

    /// One block of up to eight random actions, and now and then one about papers; how many there were.
    fn block(&mut self) -> u64 {
        let count = 1 + self.random.below(8);
        let mut transactions = Vec::new();
        for _ in 0..count {
            let today = self.stage.ledger.time.date(480);
            let line = match self.random.below(100) {
                0..8 => self.netting(),
                _ => self.random.line(&self.naive, today),
            };
            transactions.push(self.stage.transaction(&line));
            self.lines.push_back(line);
        }
        if self.papers.below(PAPERS_ONE_IN) == 0 {
            let line = self.papers.paper(&self.naive);
            transactions.push(self.stage.transaction(&line));
            self.lines.push_back(line);
        }
        while self.lines.len() > LINES_KEPT {
            self.lines.pop_front();
        }
        self.stage.ledger.time = Timestamp::from_ms(self.stage.ledger.time.ms() + self.random.pause_ms());
        let receipts = self.guarded(|run| run.stage.ledger.block(&transactions));
        self.count(&receipts);
        self.guarded(|run| run.follow(&transactions, &receipts));
        count
    }

    /// Proposes the best cycle there is, or answers the latest netting that waits for somebody.
    fn netting(&mut self) -> String {
        let state = &self.stage.ledger.state;
        if let Some(id) = self.naive.open_nettings.last() {
            let netting: Netting = state.get(Key::Netting(NettingId::new(*id))).expect("it was proposed");
            let verb = if self.random.below(3) == 0 { "balks" } else { "consents" };
            let missing = netting.parties.iter().find(|party| !netting.consents.contains(party));
            return format!("{} {verb} {}", missing.unwrap_or(&netting.proposed_by), netting.id);
        }
        // a search reads thousands of debts, so it is done now and then only
        let today = self.stage.ledger.time.date(480);
        if self.random.below(SEARCHES_ONE_IN) > 0 {
            return self.random.circular(today);
        }
        let context = BlockContext { height: self.stage.ledger.height, time: self.stage.ledger.time };
        let currency = Currency::new("CNY").expect("a currency");
        let found = find_cycles(&self.stage.ledger.state, context, currency).expect("a sound state");
        let Some(best) = found.cycles.first() else { return self.random.circular(today) };
        let leg = |leg: &Leg| format!(" {} {}", leg.tranche, show::amount(&leg.amount));
        format!("{} nets{}", best.parties[0], best.legs.iter().map(leg).collect::<String>())
    }

    fn follow(&mut self, transactions: &[Transaction], receipts: &[Receipt]) {
        let (height, today) = (self.stage.ledger.height, self.stage.ledger.time.date(480));
        self.naive.papers.height = height.number();
        for (transaction, receipt) in transactions.iter().zip(receipts) {
            if receipt.rejection().is_none() {
                self.naive.apply(transaction, receipt.events(), today);
            }
        }
        let end = receipts.last().expect("a block has an end");
        self.naive.end(end.events(), today);
        let state = &self.stage.ledger.state;
        self.told.block(&self.naive, (transactions, receipts), (height, today), state);
    }

    fn compare(&mut self) {
        self.guarded(|run| {
            run.stage.ledger.check();
            run.naive.compare(&run.stage.ledger.state);
            run.naive.papers.compare(&run.stage.ledger.state);
            run.told.compare(&run.stage.ledger.state);
        });
    }

    /// Runs `step`, and on a panic says how to get there again.
    fn guarded<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| step(self)));
        result.unwrap_or_else(|panic| {
            let lines: Vec<&str> = self.lines.iter().map(String::as_str).collect();
            say(&format!("seed {}, after:\n{}", self.random.seed, lines.join("\n")));
            std::panic::resume_unwind(panic)
        })
    }

    fn count(&mut self, receipts: &[Receipt]) {
        for receipt in receipts {
            let events = receipt.events().iter().map(|event| format!("{:?}", event.kind));
            let reason = receipt.rejection().map(|it| format!("refused {}", it.kind().reason));
            for outcome in events.chain(reason) {
                *self.outcomes.entry(outcome).or_default() += 1;
            }
        }
    }

    /// A run in which something never happened proves nothing about it.
    fn everything_happened(&self, is_long: bool) {
        use tally_contracts::event::EventKind::*;
        for kind in [
            StandingAcceptanceSet,
            DepositCredited,
            DepositMoved,
            PayoutRequested,
            PayoutConfirmed,
            PayoutRejected,
            ReceivableSubmitted,
            ReceivableConfirmed,
            ReceivableRejected,
            ReceivableWithdrawn,
            ReceivableLapsed,
            ReceivableAccepted,
            ReceivableDeclined,
            CancellationAsked,
            ReceivableCancelled,
            TrancheSplit,
            TranchesMerged,
            TransferOffered,
            TransferAccepted,
            TransferDeclined,
            TransferLapsed,
            FacilityOpened,
            FacilityAmended,
            FacilityClosed,
            TrancheDiscounted,
            SettlementDebited,
            SettlementDistributed,
            ReceivableOverdue,
            ReceivableSettled,
            ProposalSubmitted,
            ProposalVoted,
            ProposalPassed,
            ProposalRefused,
            ProposalLapsed,
            MemberStatusSet,
            AnchorLimitSet,
            PartyScreened,
            PartyCleared,
            TrancheFrozen,
            TrancheUnfrozen,
            HeldMoneyReleased,
            PaidForAnchor,
            ClaimTakenOver,
            LateInterestDistributed,
            CostsDistributed,
            CostsClaimed,
            CostsAllowed,
            CostsDeclined,
            ReceivableDefaulted,
            TrancheWrittenOff,
            ReceivableWrittenOff,
            GuaranteeOffered,
            GuaranteeAccepted,
            PoolOpened,
            PoolContributed,
            TrancheEnrolled,
            CreditConsentGranted,
            CreditConsentRevoked,
            CreditRead,
            DisputeOpened,
            DisputeWithdrawn,
            DisputeAgreed,
            DisputeRuled,
            CreditNoteIssued,
            CreditNoteAccepted,
            CreditNoteWithdrawn,
            CreditNoteRuled,
            TrancheDiluted,
            CreditNoteApplied,
            CaseOpened,
            CaseEscalated,
            CaseAssigned,
            ArrangementProposed,
            ArrangementRefused,
            CaseClosed,
            DiscountReserved,
            DiscountLapsed,
            PledgeOffered,
            TranchePledged,
            PledgeDeclined,
            PledgeLapsed,
            PledgeRepaid,
            PledgeReleased,
            FinancingRegistered,
            ProgrammePosted,
            ProgrammeClosed,
            EarlyPaid,
            EncryptionKeySet,
            DocumentRegistered,
            DocumentShared,
            DocumentShredded,
            ValidatorsChanged,
            MisbehaviourReported,
        ] {
            assert!(self.outcomes.contains_key(&format!("{kind:?}")), "{kind:?} never happened");
        }
        let rare = [
            GuaranteeClaimed,
            PoolClaimQueued,
            DisputeExcluded,
            CreditNoteRefused,
            NettingProposed,
            NettingConsented,
            NettingRefused,
            NettingLapsed,
            DebtNetted,
            NettingExecuted,
            CaseMandateEnded,
            ContactLogged,
            ArrangementApproved,
            ArrangementInForce,
            InstalmentKept,
            ArrangementBroken,
        ];
        for kind in rare.iter().filter(|_| is_long) {
            assert!(self.outcomes.contains_key(&format!("{kind:?}")), "{kind:?} never happened");
        }
        let reasons = self.outcomes.keys().filter(|outcome| outcome.starts_with("refused")).count();
        assert!(reasons >= 25, "only {reasons} kinds of refusals");
    }
}

#[allow(clippy::disallowed_methods, reason = "a test may be told its seed and length")]
fn number_from(variable: &str, otherwise: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")),
        Err(_) => otherwise,
    }
}

#[allow(clippy::disallowed_macros, reason = "a test says which seed it runs")]
fn say(line: &str) {
    println!("{line}");
}
