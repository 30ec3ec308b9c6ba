//! The business-script language of the table tests: one line is one block, unless `together … end` joins them.
//!
//! ```text
//! alpha submits 1_000.00 on acme due 2026-06-17 inv A1      who does what; `alpha/2` signs with her second key
//! given acme confirms R1                                    must apply, and shows nothing
//! on 2026-06-17 10:00                                       time passes, and an empty block runs
//! quote T1                                                  what a discount would give
//! risk acme                                                 the worst class of an anchor
//! forecast C1 5.00                                          when a pool runs out if 5 % of what it carries is lost
//! contagion acme                                            what its default would cost whom
//! show money                                                money | tranches | receivables | facilities | liens | programmes | costs | queue | late | help | credit | documents | misbehaviour
//! ```
//!
//! Receivables, tranches, facilities and payouts are named by their numbers: R1, T1, F1, P1.
mod business;
mod cases;
mod credit;
mod documents;
mod finance;
mod governance;
mod help;
mod late;
mod people;
mod trouble;
mod words;

use super::cast::{self, genesis, key, member};
use super::ledger::Ledger;
use super::show;
use expect_test::Expect;
use std::fmt::Write;
use tally_contracts::financing::quote;
use tally_contracts::member::{Member, MemberStatus};
use tally_contracts::policy::Policy;
use tally_contracts::programme::quote_early_payment;
use tally_contracts::state::Key;
use tally_contracts::types::{Hash, PublicKey, Timestamp};
use tally_contracts::{Action, BlockContext, Receipt, Transaction};
pub use words::Words;

/// An amount as scripts write it.
pub fn words_amount(word: &str) -> tally_contracts::types::Amount {
    words::amount(word).unwrap_or_else(|| panic!("{word} is no amount"))
}

/// R1: acme owes alpha 1,000.00 on Wednesday, 17 June 2026; T1 is all of it.
pub const LIVE: &str = "given alpha submits 1_000.00 on acme due 2026-06-17 inv A1
                        given acme confirms R1
                        given alpha accepts R1
                        ";

/// Runs `script` on a fresh ledger under the rulebook's policy and compares what happened.
pub fn check(name: &str, script: &str, expected: Expect) {
    check_under(name, |_| {}, script, expected);
}

/// The same under a policy that differs.
pub fn check_under(name: &str, change: impl FnOnce(&mut Policy), script: &str, expected: Expect) {
    let mut policy = Policy::rulebook();
    change(&mut policy);
    check_policies(name, vec![policy], script, expected);
}

/// The same under policies that come into force one after the other.
pub fn check_policies(name: &str, policies: Vec<Policy>, script: &str, expected: Expect) {
    let mut stage = Stage::new(policies);
    let outcome = stage.run(script);
    expected.assert_eq(&outcome);
    assert!(!outcome.is_empty(), "{name}: a script shows something");
}

/// A ledger and what was said on it.
pub struct Stage {
    pub ledger: Ledger,
    requests: u64,
}

impl Stage {
    pub fn new(policies: Vec<Policy>) -> Self {
        Self { ledger: Ledger::new(&genesis(policies)), requests: 0 }
    }

    pub fn rulebook() -> Self {
        Self::new(vec![Policy::rulebook()])
    }

    /// Runs every line; what happened, a line each.
    pub fn run(&mut self, script: &str) -> String {
        let mut shown = String::new();
        let mut lines =
            script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        while let Some(line) = lines.next() {
            if line == "together" {
                let joined: Vec<&str> = lines.by_ref().take_while(|line| *line != "end").collect();
                shown += &self.joined(&joined);
            } else {
                shown += &self.line(line);
            }
        }
        shown
    }

    fn line(&mut self, line: &str) -> String {
        if let Some(line) = line.strip_prefix("given ") {
            let shown = self.line(line);
            assert!(!shown.contains("refused "), "given {line}: {shown}");
            return String::new();
        }
        let mut words = Words::new(line);
        match words.peek() {
            "on" => self.pass_until(&mut words),
            "show" => self.show(words.skip().next()),
            "quote" => self.quote(words.skip()),
            "risk" => late::risk(&self.ledger, words.skip().member()),
            "contagion" => late::contagion(&self.ledger, words.skip().member()),
            "forecast" => help::forecast(&self.ledger, words.skip()),
            "cycles" => {
                let context = BlockContext { height: self.ledger.height, time: self.ledger.time };
                trouble::cycles(&self.ledger.state, context, words.skip().optional().unwrap_or("CNY"))
            }
            "early" => self.early(words.skip()),
            "suspend" => self.suspend(words.skip().next()),
            _ => self.joined(&[line]),
        }
    }

    fn joined(&mut self, lines: &[&str]) -> String {
        let transactions: Vec<Transaction> = lines.iter().map(|line| self.transaction(line)).collect();
        self.ledger.time = Timestamp::from_ms(self.ledger.time.ms() + 1_000);
        show_receipts(&self.ledger.block(&transactions))
    }

    /// The transaction that a line asks for, as the ledger stands now.
    pub fn transaction(&mut self, line: &str) -> Transaction {
        let mut words = Words::new(line);
        let (slug, numbers) = words.next().split_once('/').unwrap_or((words.current(), "1"));
        let sender = member(slug);
        let action = self.action(sender, &mut words);
        assert!(words.is_done(), "{line}: what does {} mean?", words.peek());
        self.sign(slug, numbers, action)
    }

    pub fn sign(&mut self, slug: &str, numbers: &str, action: Action) -> Transaction {
        self.requests += 1;
        let mut request_id = [0; 16];
        request_id[8..].copy_from_slice(&self.requests.to_be_bytes());
        let signers: Vec<PublicKey> = match numbers {
            "none" => Vec::new(),
            numbers => numbers.split(',').map(|number| key(slug, number)).collect(),
        };
        Transaction {
            id: Hash::of(format!("{slug}/{numbers} {} {action:?}", self.requests).as_bytes()),
            sender: member(slug),
            request_id,
            valid_until: self.ledger.height.plus(1_000),
            signers,
            action,
        }
    }

    fn action(&self, sender: cast::MemberId, words: &mut Words) -> Action {
        let verb = words.next();
        people::action(verb, words)
            .or_else(|| governance::action(verb, words))
            .or_else(|| business::action(&self.ledger.state, verb, words))
            .or_else(|| finance::action(&self.ledger.state, sender, verb, words))
            .or_else(|| late::action(verb, words))
            .or_else(|| help::action(verb, words))
            .or_else(|| trouble::action(verb, words))
            .or_else(|| cases::action(verb, words))
            .or_else(|| credit::action(verb, words))
            .or_else(|| documents::action(verb, words))
            .unwrap_or_else(|| panic!("nobody {verb}"))
    }

    fn pass_until(&mut self, words: &mut Words) -> String {
        let day = words.skip().date();
        let minutes = words.optional().map_or(9 * 60, |clock| {
            let (hours, minutes) = clock.split_once(':').expect("HH:MM");
            hours.parse::<u64>().expect(clock) * 60 + minutes.parse::<u64>().expect(clock)
        });
        self.ledger.time = Timestamp::from_ms(day.start(480).ms() + minutes * 60_000);
        show_receipts(&self.ledger.block(&[]))
    }

    fn show(&self, what: &str) -> String {
        let state = &self.ledger.state;
        match what {
            "money" => show::money(state),
            "tranches" => show::tranches(state),
            "receivables" => show::receivables(state),
            "facilities" => show::facilities(state),
            "queue" => show::queue(state),
            "proposals" => show::proposals(state),
            "validators" => show::validators(state),
            "misbehaviour" => show::misbehaviour(state),
            "help" => help::show(state),
            "credit" => credit::show(state),
            "documents" => documents::show(state),
            "late" => show::late(state, self.ledger.time.date(480)),
            "trouble" => trouble::show(state),
            "cases" => cases::show(state),
            "liens" => show::liens(state),
            "programmes" => show::programmes(state),
            "costs" => show::costs(state),
            other => panic!("show {other}?"),
        }
    }

    fn quote(&self, words: &mut Words) -> String {
        let tranche = words.id();
        let amount = words.optional_amount();
        let only = words.after("under").map(|id| id.parse().expect(id));
        let context = BlockContext { height: self.ledger.height, time: self.ledger.time };
        let quote = match quote(&self.ledger.state, context, tranche, amount, only) {
            Ok(quote) => quote,
            Err(failure) => return format!("no quote: {failure}\n"),
        };
        let mut out = String::new();
        for bid in quote.bids {
            let answer = bid.answer.map_or_else(|why| why.to_string(), |price| finance::price(&price));
            writeln!(out, "{}: {answer}", bid.facility.id).unwrap();
        }
        let fill = |fill: &tally_contracts::financing::Fill| {
            format!(
                "{} takes {} for {}",
                fill.facility.id,
                show::amount(&fill.price.face),
                show::amount(&fill.price.proceeds)
            )
        };
        writeln!(out, "best: {}", quote.fills.iter().map(fill).collect::<Vec<_>>().join(", ")).unwrap();
        out
    }

    /// What being paid early would give.
    fn early(&self, words: &mut Words) -> String {
        let (programme, tranche, amount) = (words.id(), words.id(), words.optional_amount());
        let context = BlockContext { height: self.ledger.height, time: self.ledger.time };
        match quote_early_payment(&self.ledger.state, context, programme, tranche, amount) {
            Err(failure) => format!("no early payment: {failure}\n"),
            Ok(price) => {
                let (on_365, on_360) = (price.apr_ppm(365).unwrap_or(0), price.apr_ppm(360).unwrap_or(0));
                let (proceeds, days) = (show::amount(&price.proceeds), price.days_left);
                let face = show::amount(&price.face);
                format!(
                    "{proceeds} for {face}, {days} days early, APR {on_365} ppm on 365, {on_360} on 360\n"
                )
            }
        }
    }

    /// What governance will do in a later version.
    fn suspend(&mut self, slug: &str) -> String {
        let key = Key::Member(member(slug));
        let record: Member = self.ledger.state.get(key).expect("a member");
        self.ledger.force(key, Member { status: MemberStatus::Suspended, ..record });
        String::new()
    }
}

fn show_receipts(receipts: &[Receipt]) -> String {
    let (end, transactions) = receipts.split_last().expect("a block has an end");
    let shown: String = transactions.iter().map(|receipt| show::receipt(receipt, "")).collect();
    shown + &show::receipt(end, "end: ")
}
