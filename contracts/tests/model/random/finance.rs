//! Finance: facilities, sales, pledges, early payments and what follows from them.
use super::{ANCHORS, ANYONE, BANKS, FUNDERS, LOOKED_AT, Random, SUPPLIERS, amount};
use crate::holds::Hold;
use crate::naive::Naive;
use tally_contracts::types::BusinessDate;

impl Random {
    /// Early payments, registrations and claims.
    pub(super) fn finance(&mut self, naive: &Naive, today: BusinessDate) -> String {
        let Some((id, holder, face)) = self.tranche(naive) else { return self.credit() };
        let anchor = naive.debts[crate::naive::index(naive.slices[&id].receivable)].anchor;
        let of_anchor = naive.programmes.iter().rposition(|owner| *owner == anchor);
        let any = 1 + self.below(naive.programmes.len() as u64 + 1);
        let programme = of_anchor.filter(|_| self.chance(80)).map_or(any, |position| position as u64 + 1);
        let owner = naive.programmes.get(crate::naive::index(programme)).map_or("acme", |it| it.as_str());
        match self.below(20) {
            0..2 => {
                let pricing = self.pick(&["apr", "sliding"]);
                let (anchor, rate) = (self.pick(&ANCHORS), self.below(9));
                let (budget, until) = (1 + self.below(10_000), today.plus_days(300));
                format!("{anchor} posts {pricing} {rate}.00 budget {budget}.00 until {until}")
            }
            2 => format!("{owner} unposts E{programme}"),
            3..11 => {
                let found = payable_early(naive).filter(|_| self.chance(60));
                let (programme, id, holder, face) = found.unwrap_or((programme, id, holder, face));
                // anchors are short of money: a small part is paid sooner than the whole
                let part =
                    if self.chance(70) { 100 + self.below(face.min(400)) } else { self.below(face + 2) };
                format!("{holder} cashes E{programme} T{id} {}", amount(part))
            }
            11..15 => {
                let (number, day) = (self.fresh, 10 + self.below(5));
                let free = |id: &u64| !naive.frozen.contains(id) && !naive.holds.contains_key(id);
                let mut bought =
                    naive.slices.iter().rev().take(LOOKED_AT).filter(|(id, it)| it.bought && free(id));
                let unregistered = bought.find(|(_, it)| it.registered.is_none());
                let own = unregistered.map(|(id, it)| (*id, it.holder.as_str().to_owned()));
                let (id, holder) = own.filter(|_| self.chance(50)).unwrap_or((id, holder));
                format!("{holder} records T{id} number {number} at 2026-01-{day}")
            }
            15..18 => format!("{holder} turns T{id} on {}", self.pick(&SUPPLIERS)),
            _ => format!("{} redeems T{id} {} at {}", self.pick(&SUPPLIERS), self.money(), self.pick(&BANKS)),
        }
    }

    pub(super) fn facility(&mut self, naive: &Naive, today: BusinessDate) -> String {
        let funder = self.pick(&FUNDERS);
        let any = 1 + self.below(naive.buyers.len() as u64 + 1);
        let existing = self.one_of(&naive.open_buyers).filter(|_| self.chance(50)).unwrap_or(any);
        let until = today.plus_days(i32::try_from(self.below(200)).expect("small"));
        let (limit, rate) = (self.money(), 2 + self.below(5));
        let (fee, least) = (self.below(20), amount(self.below(300)));
        let recourse = if self.chance(20) { " recourse" } else { "" };
        let recourse = if self.chance(30) { format!("{recourse} instructed") } else { recourse.to_owned() };
        let offering = format!(
            "limit {limit} rate 10:{rate}.{fee:02},80:{}.50 fee 0.{fee:02} least {least}{recourse} until {until}",
            rate + 1
        );
        match self.below(10) {
            0..4 => format!("{funder} opens on {} {offering}", self.pick(&["acme", "acme,bolt", "bolt"])),
            4..8 => {
                let funder =
                    naive.buyers.get(crate::naive::index(existing)).map_or(funder, |it| it.funder.as_str());
                format!("{funder} closes F{existing}")
            }
            _ => format!("{funder} amends F{existing} {offering}"),
        }
    }

    pub(super) fn discount(&mut self, naive: &Naive) -> String {
        let Some((id, holder, face)) = self.tranche(naive) else { return self.credit() };
        let part = if self.chance(50) { face } else { self.below(face + 2) };
        let under = if self.chance(20) {
            format!(" under F{}", 1 + self.below(naive.buyers.len() as u64 + 1))
        } else {
            String::new()
        };
        let minimum =
            if self.chance(20) { format!(" min {}", amount(part - part / 50)) } else { String::new() };
        let partial = if self.chance(60) { " partial" } else { "" };
        format!("{holder} discounts T{id} {}{minimum}{under}{partial}", amount(part))
    }

    pub(super) fn pledge(&mut self, naive: &Naive) -> String {
        let Some((id, holder, _)) = self.tranche(naive) else { return self.credit() };
        let (funder, rate) = (self.pick(&FUNDERS), self.below(20));
        format!("{holder} pledges T{id} to {funder} at {}.00 interest {rate}.00", 1 + self.below(101))
    }

    /// Goes on with a lien that there is.
    pub(super) fn hold(&mut self, naive: &Naive, today: BusinessDate) -> String {
        let from = self.below(naive.last_tranche + 1);
        let found = naive.holds.range(from..).next().or_else(|| naive.holds.iter().next());
        let Some((id, hold)) = found.map(|(id, hold)| (*id, hold.clone())) else { return self.pledge(naive) };
        if self.chance(15) {
            return self.finance(naive, today);
        }
        match hold {
            Hold::Claimed { transferor } => {
                format!("{transferor} redeems T{id} {} at {}", self.money(), self.pick(&BANKS))
            }
            Hold::Reserved { .. } => format!("{} remits T{id} ref D{}", self.pick(&BANKS), self.fresh),
            Hold::Offered { funder, .. } => match self.below(10) {
                0..5 => format!("{funder} advances T{id}{}", self.pick(&["", "", " bank west"])),
                5 => format!("{} forgoes T{id}", self.pick(&ANYONE)),
                _ => format!("{funder} forgoes T{id}"),
            },
            Hold::Pledged { pledgor, owed, .. } => {
                let most = u64::try_from(owed.principal).expect("small") + 2;
                let part = if self.chance(40) { most - 2 } else { self.below(most) };
                format!("{pledgor} repays T{id} {} at {}", amount(part), self.pick(&BANKS))
            }
        }
    }
}

/// One of the newest tranches whose anchor posted a programme and has money where it settles.
fn payable_early(naive: &Naive) -> Option<(u64, u64, String, u64)> {
    naive.slices.iter().rev().take(LOOKED_AT).find_map(|(id, slice)| {
        let debt = &naive.debts[crate::naive::index(slice.receivable)];
        let programme = naive.programmes.iter().rposition(|owner| *owner == debt.anchor)?;
        let is_funded = naive.balances.get(&debt.account).is_some_and(|minor| *minor > 100);
        let is_free = !debt.late.is_overdue && !naive.holds.contains_key(id) && !naive.frozen.contains(id);
        let face = u64::try_from(slice.face).expect("a face");
        (is_funded && is_free).then(|| (programme as u64 + 1, *id, slice.holder.as_str().to_owned(), face))
    })
}
