//! What the second story promises, each recomputed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::book::Help;
use super::facts::{Receivable, number};
use super::numbers::{proceeds, share_of};
use super::parts::{Leg, Report, WouldRefuse};
use super::replay::Replay;

/// Refusals that the story provokes.
const REFUSALS: [&str; 4] =
    ["CONTACT_OUTSIDE_HOURS", "ANCHOR_SUSPENDED", "TENOR_EXCEEDS_CAP", "SUBSIDY_NONE"];

/// Days after the due date from which a case is a demand, and a default.
const STAGES: [(&str, u64); 2] = [("demand", 8), ("legal", 31)];

impl Report {
    pub fn read(report: &Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(report.clone())
    }

    /// What does not hold.
    pub fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let replays: BTreeMap<&str, Replay> =
            self.receivables.iter().map(|one| (one.id.as_str(), Replay::of(one))).collect();
        for one in &self.receivables {
            let Some(replay) = replays.get(one.id.as_str()) else { continue };
            broken.extend(replay.broken.iter().map(|what| format!("{}: {what}", one.id)));
            if replay.working() != one.working {
                broken.push(format!("{}: its figures are those recomputed", one.id));
            }
        }
        let failing = replays.get(self.case.receivable.as_str());
        let helps = failing.map(|replay| replay.book.helps.as_slice()).unwrap_or_default();
        let netted: Vec<(u64, u64)> =
            replays.values().flat_map(|replay| replay.book.netted.clone()).collect();
        let mut promises = self.general();
        promises.extend(self.guarantee(helps));
        promises.extend(self.pool(helps));
        promises.extend(self.credit_note());
        promises.extend(self.netting(&netted));
        promises.extend(self.policy());
        promises.extend(self.case());
        promises.extend(self.plan());
        promises.extend(self.dispute());
        promises.extend(self.subsidies());
        promises.push(("every discount brings face less discount and fee", self.discounts()));
        broken.extend(promises.into_iter().filter(|(_, kept)| !kept).map(|(what, _)| what.to_owned()));
        broken
    }

    fn general(&self) -> Vec<(&'static str, bool)> {
        let refused = |reason: &&str| self.refusals.get(*reason).is_some_and(|count| *count == 1);
        let late =
            |one: &Receivable| one.working.pointer("/payments").and_then(Value::as_array).map_or(0, Vec::len);
        let failing = self.receivable(&self.case.receivable);
        vec![
            ("four validators and an observer", (self.validators, self.observers) == (4, 1)),
            ("one state root on all nodes", self.state_roots_equal),
            ("all invariants hold", self.invariants_ok),
            ("what must be refused is refused, each once", REFUSALS.iter().all(refused)),
            (
                "the failing receivable is settled in the end",
                failing.is_some_and(|one| one.status == "settled"),
            ),
            ("money reached it at least three times", failing.is_some_and(|one| late(one) >= 3)),
        ]
    }

    fn guarantee(&self, helps: &[Help]) -> Vec<(&'static str, bool)> {
        let terms = &self.guarantee;
        let own: Vec<&Help> = helps.iter().filter(|help| help.payer == terms.guarantor).collect();
        let owed = |help: &&Help| share_of(help.whole, terms.share_ppm).min(terms.cap.minor_units);
        vec![
            ("the guarantor pays once", own.len() == 1),
            (
                "it pays for the guaranteed tranche",
                own.iter().all(|help| help.tranche == number(&terms.tranche)),
            ),
            (
                "it pays its share of the loss, at most the cap",
                own.iter().all(|help| help.amount == owed(help)),
            ),
            ("its record says so", own.iter().map(|help| help.amount).sum::<u64>() == terms.paid.minor_units),
        ]
    }

    fn pool(&self, helps: &[Help]) -> Vec<(&'static str, bool)> {
        let pool = &self.pool;
        let own: Vec<&Help> = helps.iter().filter(|help| help.payer == pool.manager).collect();
        let put_in: u64 = pool.contributions.iter().map(|one| one.minor_units).sum();
        let owed = |help: &&Help| {
            let share = share_of(help.whole, pool.share_with_guarantor_ppm).saturating_sub(help.borne);
            share.min(pool.cap.minor_units).min(put_in)
        };
        let paid = own.iter().map(|help| help.amount).sum::<u64>();
        let enrolled = self.branch_face(&self.guarantee.tranche);
        vec![
            ("the pool pays once", own.len() == 1),
            ("it pays its share of the loss", own.iter().all(|help| help.amount == owed(help))),
            ("its record says so", paid == pool.paid.minor_units),
            ("what is recovered is what its part brought", pool.recovered.minor_units == self.recovered()),
            (
                "its money adds up",
                pool.balance.minor_units + paid + pool.subsidised.minor_units
                    == put_in + pool.recovered.minor_units,
            ),
            ("nothing waits or is enrolled in the end", (pool.waiting, pool.enrolled.minor_units) == (0, 0)),
            ("enrolled face was within its leverage", enrolled <= put_in * pool.leverage),
        ]
    }

    /// Σ of what was distributed to the pool's manager on the tranche that it took over.
    fn recovered(&self) -> u64 {
        let rows = self.receivables.iter().flat_map(|one| &one.history);
        let reached =
            rows.filter(|row| row.event.member() == self.pool.manager && row.event.tranche.is_some());
        let is_share = |kind: &str| kind == "settlement_distributed" || kind == "late_interest_distributed";
        reached.filter(|row| is_share(&row.event.kind)).map(|row| row.event.minor()).sum()
    }

    fn credit_note(&self) -> Vec<(&'static str, bool)> {
        let note = &self.credit_note;
        let rows = self.receivable(&note.receivable).map(|one| one.history.as_slice()).unwrap_or_default();
        let diluted = rows.iter().filter(|row| row.event.kind == "tranche_diluted");
        let from_events: Vec<(u64, &str, u64)> =
            diluted.map(|row| (row.event.tranche(), row.event.member(), row.event.minor())).collect();
        let from_note: Vec<(u64, &str, u64)> = note
            .losses
            .iter()
            .map(|loss| (number(&loss.tranche), loss.holder.as_str(), loss.amount.minor_units))
            .collect();
        let holders: BTreeSet<&str> = note.losses.iter().map(|loss| loss.holder.as_str()).collect();
        let sum: u64 = note.losses.iter().map(|loss| loss.amount.minor_units).sum();
        vec![
            ("the losses of the credit note are those of the history", from_events == from_note),
            ("they sum to the credit note", sum == note.amount.minor_units),
            ("it was issued as it was applied", self.sum_of("credit_note_issued") == sum),
            ("three holders lose by it", holders.len() == 3),
        ]
    }

    fn netting(&self, netted: &[(u64, u64)]) -> Vec<(&'static str, bool)> {
        let netting = &self.netting;
        let smallest = netted.iter().map(|(face, _)| *face).min().unwrap_or(0);
        let balance = |party: &String| {
            let sum = |who: fn(&Leg) -> &String| -> u64 {
                netting.legs.iter().filter(|leg| who(leg) == party).map(|leg| leg.amount.minor_units).sum()
            };
            sum(|leg| &leg.debtor) == sum(|leg| &leg.creditor)
        };
        let of_legs: BTreeSet<&str> = netting.legs.iter().map(|leg| leg.receivable.as_str()).collect();
        let consents: BTreeSet<&String> = netting.consents.iter().collect();
        vec![
            ("the circle is netted", netting.status == "executed" && netting.legs.len() == 3),
            ("every party consented", netting.parties.iter().collect::<BTreeSet<_>>() == consents),
            ("every party owes there what it is owed", netting.parties.iter().all(balance)),
            (
                "each leg is the smallest debt",
                netting.legs.iter().all(|leg| leg.amount.minor_units == smallest),
            ),
            (
                "each leg is one receivable's, and was set off",
                of_legs.len() == 3 && netted.iter().all(|(_, gone)| *gone == smallest),
            ),
            ("the reduction is their sum", netting.reduction.minor_units == smallest * 3),
        ]
    }

    fn policy(&self) -> Vec<(&'static str, bool)> {
        let (policy, refused) = (&self.policy, &self.policy.refused_after_it);
        let too_long: BTreeSet<(u64, &str)> =
            self.receivables.iter().filter_map(|one| self.too_long(one)).collect();
        let by_reason =
            policy.would_be_refused.iter().filter(|row| row.reason.as_deref() == Some("TENOR_EXCEEDS_CAP"));
        let simulated: BTreeSet<(u64, &str)> =
            by_reason.map(|row| (row.height, row.transaction_id.as_str())).collect();
        let follows = policy.would_be_refused.iter().filter(|row| row.reason.is_none());
        let after = |row: &WouldRefuse| {
            row.follows.as_deref().is_some_and(|id| too_long.iter().any(|(_, own)| *own == id))
        };
        let proposal = &policy.proposal;
        vec![
            (
                "the simulation refuses exactly what is too long",
                !too_long.is_empty() && simulated == too_long,
            ),
            ("what else it names builds on that", follows.into_iter().all(after)),
            (
                "more than two thirds voted for it",
                proposal.status == "passed" && proposal.power_in_favour * 3 > proposal.power_total * 2,
            ),
            (
                "it then refuses what it would have refused",
                refused.reason.as_deref() == Some("TENOR_EXCEEDS_CAP"),
            ),
            (
                "from its day on",
                refused.on.is_some_and(|on| on >= policy.effective_from) && refused.policy_version == Some(2),
            ),
        ]
    }

    /// The confirmation of a tenor over the new cap.
    fn too_long<'r>(&self, one: &'r Receivable) -> Option<(u64, &'r str)> {
        let confirmed = one.history.iter().find(|row| row.event.kind == "receivable_confirmed")?;
        let is_long = confirmed.on.days_until(one.due_date) > self.policy.tenor_hard_days;
        if is_long { Some((confirmed.height(), confirmed.transaction_id.as_deref()?)) } else { None }
    }

    fn case(&self) -> Vec<(&'static str, bool)> {
        let (case, entries) = (&self.case, &self.case.entries);
        let is_numbered = entries.iter().zip(1..).all(|(entry, number)| entry.number == number);
        let receivable = self.receivable(&case.receivable);
        let stage_on = |(stage, after): &(&str, u64)| {
            let entry = entries.iter().find(|entry| entry.stage.as_deref() == Some(*stage))?;
            Some(receivable?.due_date.days_until(entry.on) >= *after)
        };
        let overdue =
            receivable.and_then(|one| one.history.iter().find(|row| row.event.kind == "receivable_overdue"));
        let owed = entries.first().and_then(|entry| entry.amount.as_ref()).map(|amount| amount.minor_units);
        let has = |kind: &str| entries.iter().any(|entry| entry.kind == kind);
        vec![
            ("the case's entries are numbered without a gap", is_numbered && !entries.is_empty()),
            (
                "it opened with what was overdue",
                owed.is_some() && owed == overdue.map(|row| row.event.minor()),
            ),
            ("it was assigned and the debtor contacted", has("assigned") && has("contact")),
            ("it escalated on its days", STAGES.iter().all(|stage| stage_on(stage) == Some(true))),
            (
                "it closed when everything was paid",
                case.status == "closed" && entries.last().is_some_and(|entry| entry.kind == "closed"),
            ),
        ]
    }

    fn discounts(&self) -> bool {
        let mut count = 0;
        for one in &self.receivables {
            for row in one.history.iter().filter(|row| row.event.kind == "tranche_discounted") {
                count += 1;
                let computed = proceeds(
                    row.event.minor(),
                    row.on.days_until(one.due_date),
                    &self.facility.curve,
                    self.facility.fee_ppm,
                );
                if computed.is_none() || computed != row.event.proceeds.as_ref().map(|paid| paid.minor_units)
                {
                    return false;
                }
            }
        }
        count >= 2
    }

    /// Σ amounts of the events of a kind.
    fn sum_of(&self, kind: &str) -> u64 {
        let rows = self.receivables.iter().flat_map(|one| &one.history);
        rows.filter(|row| row.event.kind == kind).map(|row| row.event.minor()).sum()
    }

    pub(super) fn receivable(&self, id: &str) -> Option<&Receivable> {
        self.receivables.iter().find(|one| one.id == id)
    }

    fn branch_face(&self, tranche: &str) -> u64 {
        let mut branches = self.receivables.iter().flat_map(|one| &one.tree);
        branches.find(|branch| branch.tranche == tranche).map_or(0, |branch| branch.face.minor_units)
    }
}
