//! What the second story's parties agreed on or had decided: the plan that was kept, the dispute, the subsidies.

use super::facts::{Receivable, Row};
use super::numbers::{discount, share_of};
use super::parts::{Report, Subsidy};

type Promises = Vec<(&'static str, bool)>;

impl Report {
    pub(super) fn plan(&self) -> Promises {
        let (case, instalments) = (&self.plan.case, &self.plan.instalments);
        let place = |kind: &str| case.entries.iter().position(|entry| entry.kind == kind);
        let kept: Vec<_> = case.entries.iter().filter(|entry| entry.kind == "kept").collect();
        let last_kept = case.entries.iter().rposition(|entry| entry.kind == "kept");
        let one = self.receivable(&case.receivable);
        let in_force = place("in_force").and_then(|place| case.entries.get(place)).map(|entry| entry.on);
        let due_by = |count: usize| instalments.iter().take(count).map(|one| one.minor_units).sum::<u64>();
        let paid_in_time = instalments.iter().zip(1..).all(|(instalment, count)| {
            let counts = |row: &&Row| in_force.is_some_and(|from| row.on >= from) && row.on <= instalment.on;
            one.is_some_and(|one| {
                paid(one).filter(counts).map(|row| row.event.minor()).sum::<u64>() >= due_by(count)
            })
        });
        let overdue = one.and_then(|one| first(one, "receivable_overdue")).map(|row| row.event.minor());
        vec![
            (
                "a plan is proposed, approved and in force",
                place("proposed") < place("approved") && place("approved") < place("in_force"),
            ),
            ("its instalments are what was overdue", Some(due_by(instalments.len())) == overdue),
            ("every instalment was paid by its day", paid_in_time),
            (
                "each was judged after its day, and kept",
                kept.len() == instalments.len()
                    && kept.iter().zip(instalments).all(|(entry, instalment)| entry.on > instalment.on),
            ),
            ("none was broken", place("broken").is_none()),
            (
                "meanwhile nobody pressed harder",
                place("escalated").is_none_or(|place| Some(place) > last_kept),
            ),
            (
                "it never defaulted, and was paid in full",
                one.is_some_and(|one| {
                    first(one, "receivable_defaulted").is_none()
                        && one.status == "settled"
                        && one.diluted.minor_units == 0
                }) && case.status == "closed",
            ),
        ]
    }

    pub(super) fn dispute(&self) -> Promises {
        let (dispute, note) = (&self.dispute, &self.dispute_credit_note);
        let Some(one) = self.receivable(&dispute.receivable) else {
            return vec![("the disputed receivable is there", false)];
        };
        let (disputed, upheld) = (dispute.amount.minor_units, note.amount.minor_units);
        let payments: Vec<(u64, &Row)> = paid(one).map(|row| (row.event.minor(), row)).collect();
        let ruled = first(one, "dispute_ruled");
        let overdue = self.receivable(&self.case.receivable).and_then(|one| first(one, "receivable_overdue"));
        let in_time =
            |row: &Row| row.on >= one.due_date && overdue.is_some_and(|overdue| row.on < overdue.on);
        let sums: Vec<u64> = payments.iter().map(|(minor, _)| *minor).collect();
        let lost: u64 = note.losses.iter().map(|loss| loss.amount.minor_units).sum();
        vec![
            (
                "what was not disputed was paid on the settlement day",
                payments.first().is_some_and(|(_, row)| in_time(row)),
            ),
            (
                "then what the decision did not uphold",
                upheld < disputed && sums == [one.face.minor_units - disputed, disputed - upheld],
            ),
            (
                "the latter after the decision",
                ruled.is_some_and(|ruled| {
                    payments.last().is_some_and(|(_, row)| row.height() >= ruled.height())
                }),
            ),
            (
                "the decision says what was upheld",
                dispute.status == "ruled" && ruled.is_some_and(|ruled| ruled.event.minor() == upheld),
            ),
            ("that is what holders lost, and no more", lost == upheld && one.diluted.minor_units == upheld),
            ("the disputed receivable was never late", first(one, "receivable_overdue").is_none()),
            ("it is settled", one.status == "settled"),
        ]
    }

    pub(super) fn subsidies(&self) -> Promises {
        let Some(one) = self.receivable(&self.case.receivable) else { return Vec::new() };
        let paid: Vec<&Row> = one.history.iter().filter(|row| row.event.kind == "subsidy_paid").collect();
        let figures: Vec<(u64, u64)> = paid.iter().map(|row| (row.event.minor(), proceeds(row))).collect();
        let seller = self.guarantee.applicant.as_str();
        let sold = one.history.iter().filter(|row| row.event.kind == "tranche_discounted");
        let own = sold.filter(|row| row.event.member() == seller);
        let interest =
            own.map(|row| discount(row.event.minor(), row.on.days_until(one.due_date), &self.facility.curve));
        let interest: Option<u64> = interest.sum();
        let fee = self.guarantee.fee.minor_units;
        let expected = interest.map(|interest| {
            [(interest, self.pool.interest_subsidy.of(interest)), (fee, self.pool.fee_subsidy.of(fee))]
        });
        let settled = first(one, "receivable_settled").map(Row::height);
        vec![
            (
                "the seller has its share of the discount and of the fee back, up to the caps",
                expected.is_some_and(|expected| figures == expected),
            ),
            ("a cap was reached", self.pool.fee_subsidy.of(fee) == self.pool.fee_subsidy.cap_minor_units),
            (
                "only after everything was paid",
                paid.iter().all(|row| settled.is_some_and(|settled| row.height() >= settled)),
            ),
            (
                "the pool's record says so",
                figures.iter().map(|(_, paid)| *paid).sum::<u64>() == self.pool.subsidised.minor_units,
            ),
        ]
    }
}

impl Subsidy {
    fn of(&self, cost: u64) -> u64 {
        share_of(cost, self.share_ppm).min(self.cap_minor_units)
    }
}

/// What the anchor paid.
fn paid(one: &Receivable) -> impl Iterator<Item = &Row> {
    one.history.iter().filter(|row| row.event.kind == "settlement_debited")
}

fn first<'r>(one: &'r Receivable, kind: &str) -> Option<&'r Row> {
    one.history.iter().find(|row| row.event.kind == kind)
}

fn proceeds(row: &Row) -> u64 {
    row.event.proceeds.as_ref().map_or(0, |paid| paid.minor_units)
}
