//! Late: payments, what is done about a debt that is late, who helps, and who asks about whom.
use super::{ANCHORS, ANYONE, BANKS, FUNDERS, LOOKED_AT, Random, SUPPLIERS, amount};
use crate::naive::Naive;
use tally_contracts::types::{BusinessDate, MemberId};

impl Random {
    pub(super) fn pay(&mut self, naive: &Naive) -> String {
        let Some((id, _, _)) = self.tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let anchor = naive.debts[crate::naive::index(receivable)].anchor;
        format!("{anchor} pays R{receivable} {}", self.money())
    }

    /// What is done about a debt that is late, whether it is or not.
    pub(super) fn late(&mut self, naive: &Naive) -> String {
        let Some((id, holder, face)) = self.late_tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let debt = &naive.debts[crate::naive::index(receivable)];
        let taking = self.pick(&["", " taking", " taking"]);
        let money = amount(1 + self.below(face * 2));
        match self.below(10) {
            0..3 => format!(
                "{} covers R{receivable} {money} at {}{taking}",
                self.pick(&ANYONE),
                self.pick(&BANKS)
            ),
            3..5 => {
                format!("{holder} bills R{receivable} {} doc D because work", amount(1 + self.below(500)))
            }
            5..8 => {
                let claimant = debt.late.cost_claims.first().map_or(holder.as_str(), |(by, _)| by.as_str());
                format!(
                    "{} {} R{receivable} {claimant}",
                    debt.anchor,
                    self.pick(&["allows", "allows", "denies"])
                )
            }
            _ => format!("{holder} writes off T{id} because hopeless"),
        }
    }

    /// What guarantors and pools do, and who asks them.
    pub(super) fn help(&mut self, naive: &Naive, today: BusinessDate) -> String {
        // the newest: the others have expired in a long run
        let given = naive.guarantees.len() as u64;
        let (guarantee, pool) =
            (given.saturating_sub(self.below(6)).max(1), 1 + self.below(naive.pools.len() as u64));
        let Some((id, holder, _)) = self.late_tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let (money, bank, supplier) = (self.money(), self.pick(&BANKS), self.pick(&SUPPLIERS));
        match self.below(14) {
            0 => {
                let scope = match self.below(3) {
                    0 => format!("anchor {}", self.pick(&ANCHORS)),
                    1 => format!("receivable R{receivable}"),
                    _ => format!("tranche T{id}"),
                };
                let (share, until) = (1 + self.below(100), today.plus_days(400));
                format!(
                    "guard guarantees {scope} share {share} cap {money} fee 0.01 for {supplier} at {bank} until \
                     {until}"
                )
            }
            1 | 2 => {
                let asked = naive.guarantees.get(crate::naive::index(guarantee));
                format!("{} takes B{guarantee}", asked.map_or(supplier, |it| it.applicant.as_str()))
            }
            3..6 => format!("{holder} claims T{id} under B{guarantee}"),
            6 if naive.pools.len() < 4 => {
                format!("guard pools at {bank} share 60,40 lever 10 cap {money} interest 30:1.00")
            }
            6..8 => format!("{} feeds C{pool} {money}", self.pick(&FUNDERS)),
            8..11 => {
                let (id, holder, pool) = enrollable(naive).unwrap_or((id, holder, pool));
                format!("{holder} enrols T{id} in C{pool}")
            }
            _ => match self.below(4) {
                0..3 => {
                    let enrolled = naive.slices.iter().take(LOOKED_AT).find(|(id, it)| {
                        let debt = &naive.debts[crate::naive::index(it.receivable)];
                        it.enrolled.is_some() && debt.late.is_overdue && !naive.holds.contains_key(id)
                    });
                    let late = enrolled.map(|(id, it)| (*id, it.holder.as_str().to_owned()));
                    let (id, holder) = late.unwrap_or((id, holder));
                    format!("{holder} queues T{id}")
                }
                _ => format!("{supplier} asks C{pool} interest for R{receivable}"),
            },
        }
    }

    /// An open tranche of a debt that is overdue, mostly.
    pub(super) fn late_tranche(&mut self, naive: &Naive) -> Option<(u64, String, u64)> {
        let found = self.overdue(naive);
        let Some(id) = found.filter(|_| !self.chance(20)) else { return self.tranche(naive) };
        let slice = &naive.slices[&id];
        Some((id, slice.holder.as_str().to_owned(), u64::try_from(slice.face).expect("a face")))
    }

    /// Consents, and who makes use of them.
    pub(super) fn ask(&mut self, today: BusinessDate) -> String {
        let (member, reader) = (self.pick(&ANCHORS), self.pick(&["east", "west"]));
        match self.below(4) {
            0 => {
                let until = today.plus_days(i32::try_from(self.below(60)).expect("small") - 2);
                format!("{member} permits {reader} Exposure,OnTimeShare,Tenor until {until} for business")
            }
            1 => format!("{member} forbids {reader}"),
            _ => format!("{reader} profiles {member} Exposure,OnTimeShare>=2"),
        }
    }
}

/// A bought tranche whose funder put money into a pool at the bank where it settles.
fn enrollable(naive: &Naive) -> Option<(u64, String, u64)> {
    let free = naive.slices.iter().rev().take(LOOKED_AT).filter(|(id, slice)| {
        let late = &naive.debts[crate::naive::index(slice.receivable)].late;
        slice.bought && slice.enrolled.is_none() && !late.is_overdue && !naive.holds.contains_key(id)
    });
    let pool_of = |slice: &crate::slices::Slice| {
        let bank = naive.debts[crate::naive::index(slice.receivable)].account.bank;
        let fits = |(pool, member): &&(u64, MemberId)| {
            *member == slice.holder && naive.pools[crate::naive::index(*pool)].bank == bank
        };
        naive.contributors.iter().find(fits).map(|(pool, _)| *pool)
    };
    free.filter_map(|(id, slice)| Some((*id, slice.holder.as_str().to_owned(), pool_of(slice)?))).next()
}
