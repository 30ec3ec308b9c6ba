//! Trouble: disputes, cases, governance and the regulator.
use super::{ANCHORS, ANYONE, BANKS, Random, amount};
use crate::naive::Naive;
use tally_contracts::types::BusinessDate;

impl Random {
    /// Limits come and go, and members are suspended and come back; both voters must agree.
    pub(super) fn govern(&mut self, naive: &Naive) -> String {
        let proposal = naive.proposals + u64::from(self.chance(10));
        match self.below(10) {
            0 => format!("east proposes limit {} {}", self.pick(&ANCHORS), amount(self.below(3_000_000))),
            1 => format!("west proposes no-limit {} CNY", self.pick(&ANCHORS)),
            2 => format!("west proposes suspend {} days 1", self.pick(&["gamma", "guard"])),
            3 => format!("east proposes reactivate {}", self.pick(&["gamma", "guard"])),
            4 if self.chance(50) => format!("east proposes reactivate {}", self.pick(&["gamma", "guard"])),
            4 => format!("{} votes for G{proposal}", self.pick(&ANYONE)),
            5 => format!("{} votes against G{proposal}", self.pick(&BANKS)),
            _ => format!("{} votes for G{proposal}", self.pick(&BANKS)),
        }
    }

    /// A regulator freezes and screens, and lets go again soon, so that business goes on.
    pub(super) fn supervise(&mut self, naive: &Naive) -> String {
        if let Some(id) = naive.frozen.first()
            && self.chance(50)
        {
            return format!("watch unfreezes T{id}");
        }
        if let Some(id) = naive.listed.first()
            && self.chance(60)
        {
            return format!("watch clears TEST:{id}");
        }
        match self.tranche(naive) {
            Some((id, _, _)) if self.chance(60) => format!("watch freezes T{id}"),
            _ => format!("{} screens TEST:{}", self.pick(&["watch", "watch", "east"]), self.pick(&ANYONE)),
        }
    }

    /// Disputes and credit notes, mostly by who may.
    pub(super) fn trouble(&mut self, naive: &Naive) -> String {
        let Some((id, _, face)) = self.tranche(naive) else { return self.credit() };
        let receivable = naive.slices[&id].receivable;
        let debt = &naive.debts[crate::naive::index(receivable)];
        let part = amount(1 + self.below(face));
        let latest = naive.disputes.len() as u64 - self.below(3.min(naive.disputes.len() as u64));
        let dispute = self.one_of(&naive.open_disputes).filter(|_| self.chance(50)).unwrap_or(latest);
        let disputed = naive.disputes.get(dispute.saturating_sub(1) as usize).copied().unwrap_or(receivable);
        let note = naive.notes.len() as u64 - self.below(3.min(naive.notes.len() as u64));
        let noted = naive.notes.get(note.saturating_sub(1) as usize).copied().unwrap_or(receivable);
        match self.below(24) {
            0..4 => format!("{} disputes R{receivable} {part} with proof because rust", debt.anchor),
            4..6 => {
                let latest = naive.debts.len() as u64;
                let anchor = naive.debts[crate::naive::index(latest)].anchor;
                format!("{anchor} disputes R{latest} {} because rust", self.money())
            }
            6 => format!("{} drops D{dispute}", naive.debts[crate::naive::index(disputed)].anchor),
            7 => format!("watch rules D{dispute} {part} ref A{} award paper", self.fresh),
            8..11 => format!("{} notes R{receivable} {part} no N{}", debt.supplier, self.fresh),
            11..14 => {
                let supplier = naive.debts[crate::naive::index(disputed)].supplier;
                format!("{supplier} notes R{disputed} {part} no N{} for D{dispute}", self.fresh)
            }
            14..21 => {
                let holders: Vec<&str> = naive
                    .slices
                    .of(noted)
                    .map(|(_, it)| it.holder.as_str())
                    .chain([naive.debts[crate::naive::index(noted)].anchor.as_str()])
                    .collect();
                format!("{} agrees K{note}", self.pick(&holders))
            }
            21 => format!("{} objects K{note} because no", self.pick(&ANYONE)),
            22 => format!("{} recalls K{note}", naive.debts[crate::naive::index(noted)].supplier),
            _ => format!("watch upholds K{note} ref A{} award paper", self.fresh),
        }
    }

    /// What is done about a case, if there is one.
    pub(super) fn case(&mut self, naive: &Naive, today: BusinessDate) -> String {
        let Some(tranche) = self.overdue(naive) else { return self.credit() };
        let id = naive.slices[&tranche].receivable;
        let debt = &naive.debts[crate::naive::index(id)];
        let holders: Vec<&str> = naive.slices.of(id).map(|(_, it)| it.holder.as_str()).collect();
        let holder = self.pick(&holders);
        let owed = naive.owed_face(id);
        // small, so that some are kept
        let first = (owed / 50).max(1).min(owed);
        let (soon, later) = (today.plus_days(2), today.plus_days(9));
        match self.below(16) {
            12..16 => {
                let (bank, debtor) = (debt.account.bank, debt.anchor);
                format!("{bank} credits {debtor} {} ref B{}", amount(first), self.fresh)
            }
            0..2 => format!("{holder} assigns R{id} to agent until {later} under paper"),
            2 => format!("agent contacts R{id} by phone at {today} 10:00 saying hello"),
            3 => format!("{holder} contacts R{id} by letter at {today} 07:00 saying hello"),
            4 => format!("agent ends R{id} because done"),
            5..7 => {
                let anchor = debt.anchor;
                format!("{anchor} plans R{id} {soon}={} {later}={}", amount(first), amount(owed - first))
            }
            7 if self.chance(50) => format!("{holder} extends R{id} {later}={}", amount(owed)),
            7 => format!("{holder} restructures R{id} until {later} {later}={}", amount(owed)),
            8 => format!("{holder} refuses R{id} because no"),
            9 => format!("{} grants R{id}", debt.anchor),
            _ => format!("{holder} grants R{id}"),
        }
    }
}
