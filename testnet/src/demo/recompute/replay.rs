//! A receivable's history against its book: every event must be what the book expects.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::book::{Book, Charge, Help, Part, Share};
use super::facts::{Receivable, Row, number};

/// The kinds by which money reaches somebody.
const SHARES: [&str; 3] = ["costs_distributed", "late_interest_distributed", "settlement_distributed"];

/// The book at the end, and what did not fit into it.
pub struct Replay {
    pub book: Book,
    pub broken: Vec<String>,
}

impl Replay {
    /// Replays everything that happened to a receivable.
    pub fn of(receivable: &Receivable) -> Self {
        let mut replay = Self { book: Book::new(receivable), broken: Vec::new() };
        let rows = &receivable.history;
        let mut place = 0;
        while let Some(row) = rows.get(place) {
            let group: Vec<&Row> =
                rows.iter().skip(place).take_while(|other| other.place() == row.place()).collect();
            replay.group(receivable, &group);
            place += group.len();
        }
        replay.end(receivable);
        replay
    }

    /// The figures behind interest and payments.
    pub fn working(&self) -> Value {
        let helps: Vec<Value> = self.book.helps.iter().map(help).collect();
        json!({
            "interest": self.book.interest, "interest_kept_as_charges": self.book.charged,
            "payments": self.book.payments, "paid_by_others": helps,
        })
    }

    /// The events of one transaction, or of a block's end.
    fn group(&mut self, receivable: &Receivable, rows: &[&Row]) {
        let mut place = 0;
        let mut is_help = false;
        while let Some(row) = rows.get(place) {
            place += 1;
            let event = &row.event;
            match event.kind.as_str() {
                "settlement_debited" => {
                    let after: Vec<Share> = rows
                        .iter()
                        .skip(place)
                        .take_while(|row| is_share(row))
                        .map(|row| share(row))
                        .collect();
                    let expected = self.book.pay(row.on, event.minor());
                    self.note_place(row);
                    place += after.len();
                    self.expect(expected == after, row, &format!("shares {after:?}, computed {expected:?}"));
                }
                "paid_for_anchor" => {
                    self.help(row, rows.get(place).map_or(0, |next| next.event.tranche()));
                    is_help = true;
                }
                "settlement_distributed" if is_help => self.book.shrink(event.tranche(), event.minor()),
                "tranche_diluted" if place == first(rows, "tranche_diluted") => {
                    self.dilute(receivable, row, rows)
                }
                "debt_netted" => self.net(row),
                _ => self.single(receivable, row),
            }
        }
    }

    fn single(&mut self, receivable: &Receivable, row: &Row) {
        if let Some(expected) = self.amount_of(receivable, row) {
            let found = row.event.minor();
            self.expect(found == expected, row, &format!("amount {found}, by the book {expected}"));
        }
        let (event, book) = (&row.event, &mut self.book);
        match event.kind.as_str() {
            "receivable_accepted" => {
                let root = event.tranche.as_deref().or(event.tranches.first().map(String::as_str));
                book.add(root.unwrap_or_default(), &receivable.supplier, receivable.face.minor_units);
            }
            "tranche_split" => self.split(receivable, row),
            "transfer_accepted" => book.move_to(event.tranche(), event.counterparty(), false),
            "tranche_discounted" => book.move_to(event.tranche(), event.counterparty(), true),
            "receivable_overdue" => book.is_past_due = true,
            "costs_allowed" => book.charge(Charge::Costs, event.counterparty(), event.minor()),
            "claim_taken_over" => book.take_over(event),
            "receivable_settled" => {
                let running = if book.is_past_due { book.running() } else { 0 };
                let left = (book.face(), running, book.charges.len());
                self.expect(
                    left == (0, 0, 0),
                    row,
                    &format!("face, interest, charges {left:?} are left by the book"),
                );
            }
            _ => {}
        }
    }

    /// What an event's amount must be, where the book knows it before.
    fn amount_of(&self, receivable: &Receivable, row: &Row) -> Option<u64> {
        let (event, book) = (&row.event, &self.book);
        match event.kind.as_str() {
            "receivable_submitted" | "receivable_confirmed" | "receivable_accepted" => {
                Some(receivable.face.minor_units)
            }
            "tranche_split" | "transfer_offered" | "transfer_accepted" | "tranche_discounted"
            | "tranche_enrolled" | "pool_claim_queued" => {
                Some(book.parts.get(&event.tranche()).map_or(0, |part| part.face))
            }
            "receivable_overdue" | "receivable_defaulted" | "case_opened" => Some(book.face()),
            "receivable_settled" => Some(book.settled),
            _ => None,
        }
    }

    fn split(&mut self, receivable: &Receivable, row: &Row) {
        let Some(parent) = self.book.parts.remove(&row.event.tranche()) else {
            return self.expect(false, row, "the book has no such tranche");
        };
        let mut sum = 0;
        for id in &row.event.tranches {
            let branch = receivable.tree.iter().find(|branch| branch.tranche == *id);
            let face = branch.map_or(0, |branch| branch.face.minor_units);
            sum += face;
            self.book.insert(number(id), Part { face, ..parent.clone() });
        }
        self.expect(sum == parent.face, row, &format!("parts of {sum} from {}", parent.face));
    }

    fn help(&mut self, row: &Row, tranche: u64) {
        self.book.keep(row.on);
        let payer = row.event.member().to_owned();
        let (whole, amount) = (self.book.whole(tranche), row.event.minor());
        let borne = self.book.taken(tranche).filter(|part| part.holder == payer).map(|part| part.face).sum();
        self.book.helps.push(Help { payer, tranche, whole, borne, amount });
    }

    fn dilute(&mut self, receivable: &Receivable, row: &Row, rows: &[&Row]) {
        self.book.keep(row.on);
        let found: BTreeMap<u64, u64> = rows
            .iter()
            .filter(|row| row.event.kind == "tranche_diluted")
            .map(|row| (row.event.tranche(), row.event.minor()))
            .collect();
        let amount = rows
            .iter()
            .find(|row| row.event.kind == "credit_note_applied")
            .map_or(0, |row| row.event.minor());
        let expected = self.book.losses(&receivable.supplier, amount);
        self.expect(expected == found, row, &format!("losses {found:?}, computed {expected:?}"));
        found.iter().for_each(|(tranche, loss)| self.book.shrink(*tranche, *loss));
        self.book.diluted += amount;
    }

    fn net(&mut self, row: &Row) {
        self.book.keep(row.on);
        self.book.netted.push((self.book.face(), row.event.minor()));
        self.book.shrink(row.event.tranche(), row.event.minor());
        self.book.settled += row.event.minor();
    }

    fn end(&mut self, receivable: &Receivable) {
        let (book, face) = (&self.book, receivable.face.minor_units);
        let said = (receivable.settled.minor_units, receivable.diluted.minor_units);
        if (book.settled, book.diluted) != said {
            self.broken.push(format!(
                "{}: settled and diluted {said:?}, by the book {:?}",
                receivable.id,
                (book.settled, book.diluted)
            ));
        }
        if book.settled + book.diluted + book.face() != face {
            self.broken.push(format!("{}: face {face} is not settled + diluted + open", receivable.id));
        }
        let tree: BTreeMap<u64, u64> =
            receivable.tree.iter().map(|branch| (number(&branch.tranche), branch.face.minor_units)).collect();
        if tree != book.created || book.parts.len() != receivable.open_tranches {
            self.broken
                .push(format!("{}: the tree {tree:?} is not the book's {:?}", receivable.id, book.created));
        }
    }

    /// Where the payment that was just computed stands on the chain.
    fn note_place(&mut self, row: &Row) {
        if let Some(payment) = self.book.payments.last_mut() {
            payment["height"] = json!(row.height());
            payment["transaction_id"] = json!(row.transaction_id);
        }
    }

    fn expect(&mut self, holds: bool, row: &Row, found: &str) {
        if !holds {
            self.broken.push(format!("{} at {}: {found}", row.event.kind, row.cursor));
        }
    }
}

fn is_share(row: &Row) -> bool {
    SHARES.contains(&row.event.kind.as_str())
}

fn share(row: &Row) -> Share {
    let kind = SHARES.into_iter().find(|kind| *kind == row.event.kind).unwrap_or_default();
    let (member, tranche) = (row.event.member().to_owned(), row.event.tranche());
    Share { kind, member, tranche, minor_units: row.event.minor() }
}

/// The place after the first event of that kind, from 1.
fn first(rows: &[&Row], kind: &str) -> usize {
    rows.iter().position(|row| row.event.kind == kind).map_or(0, |place| place + 1)
}

fn help(help: &Help) -> Value {
    json!({
        "payer": help.payer, "tranche": format!("T{}", help.tranche), "loss_before_help": help.whole,
        "borne_before": help.borne, "minor_units": help.amount,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cursor: &str, on: &str, event: Value) -> Value {
        json!({"cursor": cursor, "on": on, "transaction_id": null, "event": event})
    }

    fn money(minor_units: u64) -> Value {
        json!({"minor_units": minor_units})
    }

    /// 1,000.00 in two parts; 100 days late at 36.5 % a year; the first payment covers interest and a part of the face.
    fn late(interest_of_the_first: u64) -> Receivable {
        let share = |kind: &str, member: &str, tranche: &str, minor: u64| json!({"kind": kind, "member": member, "tranche": tranche, "amount": money(minor)});
        let history = [
            row(
                "3.0.0",
                "2026-01-01",
                json!({"kind": "receivable_accepted", "tranche": "T1", "amount": money(100_000)}),
            ),
            row(
                "4.0.0",
                "2026-01-01",
                json!({"kind": "tranche_split", "tranche": "T1", "tranches": ["T2", "T3"], "amount": money(100_000)}),
            ),
            row(
                "4.0.1",
                "2026-01-01",
                json!({"kind": "transfer_accepted", "tranche": "T3", "counterparty": "beta", "amount": money(25_000)}),
            ),
            row("9.0.0", "2026-02-02", json!({"kind": "receivable_overdue", "amount": money(100_000)})),
            row(
                "12.0.0",
                "2026-05-12",
                json!({"kind": "settlement_debited", "member": "anchor", "amount": money(50_000)}),
            ),
            row(
                "12.0.1",
                "2026-05-12",
                share("late_interest_distributed", "alpha", "T2", interest_of_the_first),
            ),
            row("12.0.2", "2026-05-12", share("late_interest_distributed", "beta", "T3", 2_500)),
            row("12.0.3", "2026-05-12", share("settlement_distributed", "alpha", "T2", 30_000)),
            row("12.0.4", "2026-05-12", share("settlement_distributed", "beta", "T3", 10_000)),
        ];
        let tree: Vec<Value> = [("T1", 100_000), ("T2", 75_000), ("T3", 25_000)]
            .map(|(tranche, face)| json!({"tranche": tranche, "face": money(face)}))
            .to_vec();
        let receivable = json!({
            "id": "R1", "supplier": "alpha", "face": money(100_000), "due_date": "2026-02-01",
            "late_rate_ppm_per_year": 365_000, "status": "overdue", "settled": money(40_000), "diluted": money(0),
            "open_tranches": 2, "tree": tree, "history": history,
        });
        serde_json::from_value(receivable).unwrap()
    }

    #[test]
    fn a_share_that_is_not_what_the_book_says_is_named() {
        let replay = Replay::of(&late(7_500));
        assert_eq!(replay.broken, Vec::<String>::new());
        assert_eq!(replay.working()["interest"][0]["days"], 100);
        assert_eq!(replay.working()["payments"][0]["late_interest"], 10_000);
        assert!(Replay::of(&late(7_501)).broken[0].starts_with("settlement_debited at 12.0.0"));
    }
}
