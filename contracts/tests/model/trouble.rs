//! Trouble: disputes and credit notes, and who bears what they take away.
use crate::holds::Hold;
use crate::late::shares;
use crate::naive::{Naive, index};
use crate::slices::Slice;
use std::collections::BTreeMap;
use tally_contracts::event::{Event, EventKind};
use tally_contracts::types::BusinessDate;

impl Naive {
    /// Follows disputes and credit notes, whoever or whatever moved them.
    pub fn follow(&mut self, events: &[Event], today: BusinessDate) {
        let lost = |id: u64| -> BTreeMap<u64, u128> {
            let own = events.iter().filter(|it| it.kind == EventKind::TrancheDiluted);
            let own = own.filter(|it| it.receivable.is_some_and(|it| it.number() == id));
            own.filter_map(|it| Some((it.tranche?.number(), it.amount?.minor().into()))).collect()
        };
        for event in events {
            self.follow_netting(event);
            self.follow_dispute(event);
            let Some(id) = event.receivable.map(|id| id.number()) else { continue };
            let minor = event.amount.map_or(0, |amount| u128::from(amount.minor()));
            #[allow(
                clippy::wildcard_enum_match_arm,
                reason = "the others are followed where they are asked for"
            )]
            match event.kind {
                EventKind::DisputeOpened => {
                    self.disputes.push(id);
                    self.keep_interest(id, today);
                    self.debts[index(id)].disputed = Some((minor, today));
                }
                EventKind::DisputeExcluded => self.debts[index(id)].disputed = None,
                EventKind::DisputeWithdrawn => {
                    self.keep_interest(id, today);
                    self.debts[index(id)].disputed = None;
                }
                EventKind::DisputeRuled if minor == 0 => {
                    self.keep_interest(id, today);
                    self.debts[index(id)].disputed = None;
                }
                EventKind::CreditNoteIssued => self.notes.push(id),
                EventKind::CreditNoteApplied => {
                    self.keep_interest(id, today);
                    self.debts[index(id)].diluted += minor;
                    // what was rightly disputed bore interest until then
                    let disputed = self.debts[index(id)].disputed.filter(|_| event.dispute.is_some());
                    if let Some((_, since)) = disputed {
                        self.debts[index(id)].disputed = None;
                        self.debts[index(id)].late.repay(since, minor);
                    } else {
                        self.debts[index(id)].late.repay(today, minor);
                    }
                    let burden: BTreeMap<u64, u128> = self.burden(id, minor).into_iter().collect();
                    assert_eq!(burden, lost(id), "R{id} is diluted by {minor}");
                    for (tranche, share) in burden {
                        self.shrink(tranche, share);
                    }
                    self.finish(id, today);
                    // a ruling's own note was never issued
                    if event.credit_note.is_some_and(|it| index(it.number()) == self.notes.len()) {
                        self.notes.push(id);
                    }
                }
                _ => {}
            }
        }
    }

    fn follow_dispute(&mut self, event: &Event) {
        let Some(id) = event.dispute.map(|id| id.number()) else { return };
        #[allow(clippy::wildcard_enum_match_arm, reason = "the others neither begin nor end a dispute")]
        match event.kind {
            EventKind::DisputeOpened => {
                self.open_disputes.insert(id);
            }
            EventKind::DisputeExcluded
            | EventKind::DisputeWithdrawn
            | EventKind::DisputeAgreed
            | EventKind::DisputeRuled => {
                self.open_disputes.remove(&id);
            }
            _ => {}
        }
    }

    fn follow_netting(&mut self, event: &Event) {
        let Some(id) = event.netting.map(|id| id.number()) else { return };
        #[allow(clippy::wildcard_enum_match_arm, reason = "the others neither begin nor end a netting")]
        match event.kind {
            EventKind::NettingProposed => {
                self.open_nettings.insert(id);
            }
            EventKind::NettingExecuted | EventKind::NettingRefused | EventKind::NettingLapsed => {
                self.open_nettings.remove(&id);
            }
            _ => {}
        }
    }

    /// What of `minor` each slice bears: place after place in the declared order.
    pub fn burden(&self, id: u64, minor: u128) -> Vec<(u64, u128)> {
        let supplier = self.debts[index(id)].supplier;
        let own = || self.slices.of(id);
        let place = |id: &u64, slice: &Slice| {
            match self.holds.get(id) {
                Some(Hold::Reserved { recourse: false, .. }) => return 3,
                Some(Hold::Reserved { recourse: true, .. } | Hold::Pledged { .. }) => return 2,
                Some(Hold::Offered { .. } | Hold::Claimed { .. }) | None => {}
            }
            let funder = ["east", "west", "fund", "bolt", "idle"].contains(&slice.holder.as_str());
            match (slice.bought || (funder && slice.holder != supplier), !slice.liable.is_empty()) {
                (false, _) if slice.holder == supplier => 0,
                (false, _) => 1,
                (true, true) => 2,
                (true, false) => 3,
            }
        };
        let (mut left, mut burden) = (minor, Vec::new());
        for current in 0..4 {
            let mut faces: Vec<(u64, u128)> =
                own().filter(|(id, it)| place(id, it) == current).map(|(id, it)| (id, it.face)).collect();
            let taken = left.min(faces.iter().map(|(_, face)| face).sum());
            left -= taken;
            if current > 0 {
                let weights: Vec<u128> = faces.iter().map(|(_, face)| *face).collect();
                burden.extend(faces.iter().map(|(id, _)| *id).zip(shares(taken, &weights)));
                continue;
            }
            faces.sort_by_key(|(id, face)| (*face, *id));
            let mut rest = taken;
            for (id, face) in faces {
                burden.push((id, face.min(rest)));
                rest -= face.min(rest);
            }
        }
        assert_eq!(left, 0);
        burden.retain(|(_, share)| *share > 0);
        burden
    }
}
