//! Business: money, receivables and tranches as they come and go.
use super::{ANCHORS, ANYONE, BANKS, Random, SUPPLIERS, amount};
use crate::naive::Naive;
use tally_contracts::types::BusinessDate;

impl Random {
    pub(super) fn credit(&mut self) -> String {
        let reference = self.fresh - self.below(20).saturating_sub(18);
        let owner = if self.chance(60) {
            self.pick(&["acme", "bolt", "fund", "guard", "east"])
        } else {
            self.pick(&ANYONE)
        };
        // anchors are short of money most of the time, and now and then can pay everything
        let sum = match self.below(100) {
            0..90 => amount(1 + self.below(5_000)),
            90..99 => self.money(),
            _ => "100_000.00".to_owned(),
        };
        format!("{} credits {owner} {sum} ref B{reference}", self.pick(&BANKS))
    }

    pub(super) fn move_deposit(&mut self) -> String {
        let amount = self.money();
        format!("{} moves {amount} at {} to {}", self.pick(&ANYONE), self.pick(&BANKS), self.pick(&ANYONE))
    }

    pub(super) fn payout(&mut self, naive: &Naive) -> String {
        let payout = 1 + self.below(naive.payouts.len() as u64 + 1);
        match self.below(3) {
            0 => format!("{} draws {} at {} to IBAN", self.pick(&ANYONE), self.money(), self.pick(&BANKS)),
            1 => format!("{} paid P{payout} ref C{}", self.pick(&BANKS), self.fresh),
            _ => format!("{} returns P{payout} because closed", self.pick(&BANKS)),
        }
    }

    pub(super) fn submit(&mut self, today: BusinessDate) -> String {
        let (supplier, anchor) = (self.pick(&SUPPLIERS), self.pick(&ANCHORS));
        let due = today.plus_days(i32::try_from(self.below(90)).expect("small") - 2);
        let invoice = if self.chance(10) { self.below(self.fresh) } else { self.fresh };
        let (face, bank) = (self.money(), self.pick(&BANKS));
        let terms = format!("due {due} inv N{invoice}@2026-01-15 bank {bank}");
        if self.chance(30) {
            return format!("{anchor} issues {face} to {supplier} {terms} knowing");
        }
        format!("{supplier} submits {face} on {anchor} {terms}")
    }

    /// Debts that run in a circle, due soon; now and then a netting of what is not due.
    pub fn circular(&mut self, today: BusinessDate) -> String {
        self.fresh += 1;
        let circle = ["bolt", "crux", "duke", "bolt"];
        let from = usize::try_from(self.below(3)).expect("small");
        let (debtor, creditor) = (circle[from], circle[from + 1]);
        if self.chance(10) {
            return format!("{debtor} nets T1 1.00 T2 1.00");
        }
        let due = today.plus_days(2);
        let (sum, fresh) = (self.money(), self.fresh);
        format!("{debtor} issues {sum} to {creditor} due {due} inv M{fresh}@2026-01-15 bank west knowing")
    }

    /// To one of the latest receivables, by the right side or by anyone.
    pub(super) fn answer(&mut self, naive: &Naive) -> String {
        if let Some(old) = self.one_of(&naive.unanswered).filter(|_| self.chance(10)) {
            let supplier = naive.debts[crate::naive::index(old)].supplier;
            return format!(
                "{supplier} {} R{old}",
                self.pick(&["accepts", "accepts", "accepts", "declines"])
            );
        }
        let count = naive.debts.len() as u64;
        let Some(back) = count.checked_sub(1 + self.below(20.min(count))) else { return self.credit() };
        let (id, debt) = (back + 1, &naive.debts[usize::try_from(back).expect("small")]);
        let (anchor, supplier) = (debt.anchor, debt.supplier);
        let stranger = self.pick(&ANYONE);
        if debt.confirmed > 0 {
            return match self.below(20) {
                0..10 => format!("{supplier} accepts R{id}"),
                10 => format!("{supplier} declines R{id}"),
                11 => format!("{stranger} accepts R{id}"),
                _ => format!("{} cancels R{id}", if self.chance(50) { anchor } else { supplier }),
            };
        }
        if let Some((disputed, _)) = debt.disputed
            && self.chance(60)
        {
            let rest = u64::try_from(debt.face.saturating_sub(disputed)).expect("a face");
            return format!("{anchor} confirms R{id} {} knowing because the rest is disputed", amount(rest));
        }
        match self.below(15) {
            0..9 => format!("{anchor} confirms R{id} knowing"),
            9 => format!("{anchor} confirms R{id} {} because less", self.money()),
            10 => format!("{stranger} confirms R{id} knowing"),
            11 => format!("{anchor} rejects R{id} because no"),
            12 => format!("{supplier} withdraws R{id}"),
            _ => format!("{supplier} accepts R{id}"),
        }
    }

    pub(super) fn split(&mut self, naive: &Naive) -> String {
        let Some((id, holder, face)) = self.tranche(naive) else { return self.credit() };
        let count = 2 + self.below(4);
        let mut left = face;
        let mut parts = Vec::new();
        let pays = self.chance(60);
        for _ in 1..count {
            let part = self.below(left / 2 + 1);
            left -= part;
            parts.push(self.part(part, pays));
        }
        let last = if self.chance(5) { left + 1 } else { left };
        parts.push(self.part(last, pays));
        format!("{holder} splits T{id} {}", parts.join(" "))
    }

    pub(super) fn part(&mut self, minor: u64, pays: bool) -> String {
        let face = amount(minor);
        if !pays || self.chance(50) {
            return face;
        }
        format!("{face}>{}{}", self.pick(&ANYONE), self.pick(&["", "", "!", "?"]))
    }

    pub(super) fn merge(&mut self, naive: &Naive) -> String {
        let Some((id, holder, _)) = self.tranche(naive) else { return self.credit() };
        let first = &naive.slices[&id];
        let alike = naive.slices.of(first.receivable).filter(|(_, it)| it.holder == first.holder);
        let ids: Vec<String> = alike.take(4).map(|(id, _)| format!("T{id}")).collect();
        if ids.len() < 2 && self.chance(90) {
            return self.transfer(naive);
        }
        format!("{holder} merges {}", ids.join(" "))
    }

    pub(super) fn transfer(&mut self, naive: &Naive) -> String {
        if self.chance(50)
            && let Some((id, to)) = naive.offers.iter().next_back()
        {
            let to = if self.chance(90) { to.to.as_str().to_owned() } else { self.pick(&ANYONE).to_owned() };
            return format!("{to} {} T{id}", self.pick(&["accepts", "accepts", "accepts", "declines"]));
        }
        let Some((id, holder, _)) = self.tranche(naive) else { return self.credit() };
        format!("{holder} offers T{id}>{}{}", self.pick(&ANYONE), self.pick(&["", "", "!", "?"]))
    }

    pub(super) fn trust(&mut self) -> String {
        let verb = self.pick(&["trusts", "distrusts", "distrusts"]);
        format!("{} {verb} {}", self.pick(&SUPPLIERS), self.pick(&ANYONE))
    }
}
