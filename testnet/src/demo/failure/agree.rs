//! What is owed: one receivable that will not be paid, one that a credit note dilutes, three that run in a circle, one
//! that is paid by a plan, one of which a part is disputed, and one with a long tenor; then tier 1 pays with a part and sells a part.

use serde_json::Value;

use super::cast::{
    ANCHOR, CIRCLE as PARTIES, EAST, NORTH, SECOND_ANCHOR, SOUTH, STRANGER, TIER_1, TIER_2, TIER_3,
};
use super::typed::{event, named, tranches};
use super::{CIRCLE, DILUTED, DISPUTED, FAILING, Failure, LONG, PLANNED};
use crate::demo::error::DemoError;
use crate::demo::limits::{FAILURE_COMMANDS, FAILURE_DUE_DAYS, FAILURE_SECONDS_MIN};

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// Days from now until the long receivable is due.
const LONG_DAYS: i32 = 250;

/// One debt: number, debtor, creditor, CNY, settlement bank, late interest per day.
type Debt = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const DEBTS: [Debt; 7] = [
    (FAILING, ANCHOR, TIER_1, "1000000.00", NORTH, "0.03%"),
    (DILUTED, SECOND_ANCHOR, STRANGER, "600000.00", NORTH, "0.05%"),
    (CIRCLE[0], PARTIES[0], PARTIES[1], "600000.00", SOUTH, "0.02%"),
    (CIRCLE[1], PARTIES[1], PARTIES[2], "450000.00", SOUTH, "0.02%"),
    (CIRCLE[2], PARTIES[2], PARTIES[0], "520000.37", SOUTH, "0.02%"),
    (PLANNED, PARTIES[0], TIER_1, "240000.00", NORTH, "0.05%"),
    (DISPUTED, PARTIES[1], TIER_3, "180000.00", NORTH, "0.05%"),
];

impl Failure<'_> {
    pub(super) async fn agree(&mut self) -> Result<(), DemoError> {
        self.stages.begin("anchors promise to pay, suppliers accept");
        let today = self.today().await?;
        self.due = today.plus_days(due_days(self.command_s, self.options.speed()));
        let due = self.due.to_string();
        for (id, anchor, supplier, face, bank, late) in DEBTS {
            let invoice = format!("INV-{id},{today},{face} CNY");
            let words =
                ["--invoice", &invoice, "--due", &due, "--settlement-bank", bank, "--late-rate", late];
            self.issue(id, anchor, supplier, &words).await?;
            self.stages.note(&format!("{id}: {anchor} owes {supplier} {face} CNY on {due}"));
        }
        let paper = self.paper("long-tenor.txt", "a crane takes nine months to build")?;
        let (invoice, later) =
            (format!("INV-{LONG},{today},80000.00 CNY"), today.plus_days(LONG_DAYS).to_string());
        let words =
            ["--invoice", &invoice, "--due", &later, "--settlement-bank", NORTH, "--justification", &paper];
        self.issue(LONG, SECOND_ANCHOR, STRANGER, &words).await?;
        self.stages.end(&format!("eight receivables are live; seven are due on {due}, {LONG} on {later}"));
        Ok(())
    }

    async fn issue(
        &mut self,
        id: &str,
        anchor: &str,
        supplier: &str,
        terms: &[&str],
    ) -> Result<(), DemoError> {
        let mut words = vec!["receivable", "issue", "--supplier", supplier, "--waive-defences"];
        words.push("--acknowledge-near-duplicates");
        words.extend(terms);
        let issued = self.act(anchor, &words).await?;
        let found = named(event(&issued, "receivable_confirmed")?, "receivable")?;
        if found != id {
            let hint = "the story counts on a fresh ledger's numbers";
            return Err(DemoError::Missing { what: "the expected receivable number", hint });
        }
        self.act(supplier, &["receivable", "accept", id]).await.map(|_| ())
    }

    /// Tier 1 pays tier 2 with a part of what the failing anchor owes, and sells a part to a bank. The stranger does
    /// the same with the second receivable.
    pub(super) async fn split_and_sell(&mut self) -> Result<(), DemoError> {
        self.stages.begin("suppliers split, pay others and sell to a bank");
        let until = self.due.plus_days(400).to_string();
        let facility =
            ["facility", "open", "--anchor", ANCHOR, "--anchor", SECOND_ANCHOR, "--limit", "2000000.00"];
        let terms = ["--currency", "CNY", "--curve", "1:3%,365:5%", "--fee", "0.05%", "--paying-bank", EAST];
        let words: Vec<&str> = facility.into_iter().chain(terms).chain(["--valid-until", &until]).collect();
        self.act(EAST, &words).await?;

        let paid = self.pay_word("200000.00", TIER_2, "castings.txt")?;
        let parts = self.split(TIER_1, FAILING, &[&paid, "500000.00", "rest"]).await?;
        let [to_tier_2, sold, _] = three(&parts)?;
        self.act(TIER_2, &["tranche", "accept", to_tier_2]).await?;
        self.act(TIER_1, &["discount", "take", sold]).await?;
        self.bought = sold.to_owned();
        self.stages
            .note(&format!("{FAILING}: {TIER_1} pays {TIER_2} with {to_tier_2} and sells {sold} to {EAST}"));

        let (second, third) = (
            self.pay_word("150000.00", TIER_2, "pins.txt")?,
            self.pay_word("100000.00", TIER_3, "bolts.txt")?,
        );
        let parts =
            self.split(STRANGER, DILUTED, &["200000.00", "50000.00", &second, &third, "rest"]).await?;
        let [_, _, to_tier_2, to_tier_3, sold] = parts.as_slice() else { return Err(parts_missing()) };
        self.act(TIER_2, &["tranche", "accept", to_tier_2]).await?;
        self.act(TIER_3, &["tranche", "accept", to_tier_3]).await?;
        self.act(STRANGER, &["discount", "take", sold]).await?;
        self.stages.end("two split trees, each with a part that a bank bought without recourse");
        Ok(())
    }

    async fn split(&mut self, who: &str, receivable: &str, parts: &[&str]) -> Result<Vec<String>, DemoError> {
        let listed = self.read(who, &["tranche", "list", "--receivable", receivable]).await?;
        let root = listed.pointer("/0/id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut words = vec!["tranche", "split", root.as_str()];
        words.extend(parts);
        let done = self.act(who, &words).await?;
        Ok(tranches(event(&done, "tranche_split")?))
    }

    /// `AMOUNT@MEMBER:ref=FILE`.
    fn pay_word(&self, amount: &str, to: &str, paper: &str) -> Result<String, DemoError> {
        Ok(format!("{amount}@{to}:ref={}", self.paper(paper, &format!("order of {to}"))?))
    }
}

fn three(parts: &[String]) -> Result<[&str; 3], DemoError> {
    match parts {
        [first, second, third] => Ok([first, second, third]),
        _ => Err(parts_missing()),
    }
}

fn parts_missing() -> DemoError {
    DemoError::Missing { what: "the parts of a split", hint: "the receipt does not name them" }
}

/// How many chain days the story needs here before the due date, with room: slow machines get later due dates.
fn due_days(command_s: f64, speed: u32) -> i32 {
    let seconds = FAILURE_SECONDS_MIN + FAILURE_COMMANDS * command_s;
    let days = seconds * f64::from(speed) / DAY_S;
    // Clamped to a few hundred, so that it is exact.
    days.clamp(*FAILURE_DUE_DAYS.start(), *FAILURE_DUE_DAYS.end()).round() as i32
}
