//! Late, naively: interest worked out from the payments instead of from the balance, and the waterfall step by step.
use crate::common::memory::MemoryState;
use crate::holds::Hold;
use crate::naive::{Naive, index};
use crate::slices::{Rank, Slice};
use std::collections::BTreeMap;
use tally_contracts::money::Account;
use tally_contracts::receivable::{Receivable, ReceivableStatus};
use tally_contracts::types::{BusinessDate, MemberId};

/// The rulebook policy's rate: 500 ppm a day.
const PPM_PER_DAY: u128 = 500;

#[derive(Clone, Debug)]
pub struct Late {
    due: BusinessDate,
    pub is_overdue: bool,
    /// When how much face ended.
    repaid: Vec<(BusinessDate, u128)>,
    /// Of that what was paid or set off, and whether that was late.
    paid: Vec<(BusinessDate, u128, bool)>,
    interest_paid: u128,
    pub costs: BTreeMap<Payee, u128>,
    /// Interest that payers took over.
    taken: BTreeMap<Payee, u128>,
    pub cost_claims: Vec<(MemberId, u128)>,
}

/// Who is owed a charge, and the slice under whose lien it is paid, if there was one.
type Payee = (MemberId, Option<u64>);

/// A payment: from where, how much, whether the payer takes over what it pays.
#[derive(Clone, Copy)]
pub struct Paid {
    pub from: Account,
    pub minor: u128,
    pub takes: bool,
    pub today: BusinessDate,
}

impl Late {
    pub fn new(due: BusinessDate) -> Self {
        Self {
            due,
            is_overdue: false,
            repaid: Vec::new(),
            paid: Vec::new(),
            interest_paid: 0,
            costs: BTreeMap::new(),
            taken: BTreeMap::new(),
            cost_claims: Vec::new(),
        }
    }

    pub fn is_due(&self, today: BusinessDate) -> bool {
        self.due <= today
    }

    /// Face paid on time, face paid late, and the latter × days past due.
    pub fn punctuality(&self) -> (u128, u128, u128) {
        let days = |on: BusinessDate| u128::try_from(on.days_since(self.due)).unwrap_or(0).max(1);
        let late = || self.paid.iter().filter(|(.., is_late)| *is_late);
        let on_time = self.paid.iter().filter(|(.., is_late)| !is_late).map(|(_, minor, _)| minor).sum();
        let minor_days = late().map(|(on, minor, _)| minor * days(*on)).sum();
        (on_time, late().map(|(_, minor, _)| minor).sum(), minor_days)
    }

    /// So much face was paid or set off.
    pub fn pay(&mut self, on: BusinessDate, minor: u128) {
        self.paid.push((on, minor, self.is_overdue));
        self.repay(on, minor);
    }

    /// So much face bears no more interest from `on` on.
    pub fn repay(&mut self, on: BusinessDate, minor: u128) {
        self.repaid.push((on, minor));
    }

    /// Every fen bears interest from the due date until it was paid, or until today; what is disputed, until it
    /// was disputed.
    fn interest(&self, face: u128, disputed: Option<(u128, BusinessDate)>, today: BusinessDate) -> u128 {
        let days = |until: BusinessDate| u128::try_from(until.days_since(self.due)).unwrap_or(0);
        let repaid: u128 = self.repaid.iter().map(|(on, minor)| minor * days(*on)).sum();
        let (waits, since) = disputed.unwrap_or((0, today));
        let millionths = (repaid + (face - waits) * days(today) + waits * days(since)) * PPM_PER_DAY;
        (millionths + 500_000) / 1_000_000 - self.interest_paid
    }
}

impl Naive {
    /// Costs, interest and face.
    fn parts(&self, id: u64, today: BusinessDate) -> (u128, u128, u128) {
        let face: u128 = self.of(id).iter().map(|(_, face)| face).sum();
        let (late, disputed) = (&self.debts[index(id)].late, self.debts[index(id)].disputed);
        let payable = face - disputed.map_or(0, |(minor, _)| minor);
        if !late.is_overdue {
            return (0, 0, payable);
        }
        let taken: u128 = late.taken.values().sum();
        (late.costs.values().sum(), taken + late.interest(face, disputed, today), payable)
    }

    /// The undisputed face.
    pub fn owed_face(&self, id: u64) -> u64 {
        let face: u128 = self.of(id).iter().map(|(_, face)| face).sum();
        let disputed = self.debts[index(id)].disputed.map_or(0, |(minor, _)| minor);
        u64::try_from(face - disputed).expect("a face")
    }

    /// Before title or faces move, every holder keeps the interest that its face bore.
    pub fn keep_interest(&mut self, id: u64, today: BusinessDate) {
        if !self.debts[index(id)].late.is_overdue {
            return;
        }
        let (_, interest, _) = self.parts(id, today);
        let running = interest - self.debts[index(id)].late.taken.values().sum::<u128>();
        for (tranche, share) in self.by_face(id, running).into_iter().filter(|(_, share)| *share > 0) {
            let payee = match self.holds.get(&tranche) {
                Some(Hold::Pledged { pledgor, .. }) => (*pledgor, Some(tranche)),
                Some(Hold::Claimed { transferor }) => (*transferor, Some(tranche)),
                Some(Hold::Reserved { .. } | Hold::Offered { .. }) | None => {
                    (self.slice(tranche).holder, None)
                }
            };
            *self.debts[index(id)].late.taken.entry(payee).or_default() += share;
        }
        self.debts[index(id)].late.interest_paid += running;
    }

    pub fn owed(&self, id: u64, today: BusinessDate) -> u128 {
        let (costs, interest, face) = self.parts(id, today);
        costs + interest + face
    }

    /// Costs, then interest, then face; each shared by whole units first, then one each by the largest fraction.
    pub fn settle(&mut self, id: u64, paid: Paid) {
        let Paid { from, minor, takes, today } = paid;
        let (costs, interest, face) = self.parts(id, today);
        let payer = from.owner;
        let part = minor.min(costs);
        let owed = std::mem::take(&mut self.debts[index(id)].late.costs);
        self.debts[index(id)].late.costs = self.pay_each(paid, owed, part);
        let left = minor - part;

        let part = left.min(interest);
        let taken = std::mem::take(&mut self.debts[index(id)].late.taken);
        let to_taken = part.min(taken.values().sum());
        self.debts[index(id)].late.taken = self.pay_each(paid, taken, to_taken);
        let running = part - to_taken;
        for (tranche, share) in self.by_face(id, running) {
            self.pay_slice(tranche, from, share, today);
        }
        let late = &mut self.debts[index(id)].late;
        late.interest_paid += running;
        if takes && running > 0 {
            *late.taken.entry((payer, None)).or_default() += running;
        }
        let left = left - part;

        assert!(left <= face, "R{id} was paid more than it is");
        let mut by_rank: BTreeMap<Rank, u128> = BTreeMap::new();
        for (tranche, rank, share) in self.by_rank(id, left) {
            *by_rank.entry(rank).or_default() += share;
            self.pay_slice(tranche, from, share, today);
            self.shrink(tranche, share);
        }
        if takes {
            for (rank, face) in by_rank {
                self.create(Slice { rank: Some(rank), ..Slice::new(id, face, payer) });
            }
        } else {
            self.debts[index(id)].late.pay(today, left);
        }
        self.finish(id, today);
    }

    /// Where nothing is owed any more, nobody waits for costs.
    pub fn finish(&mut self, id: u64, today: BusinessDate) {
        if self.debts[index(id)].disputed.is_none() && self.owed(id, today) == 0 {
            self.debts[index(id)].late.cost_claims.clear();
        }
    }

    /// What a pool's slice brings is locked for the pool.
    pub fn pay_free(&mut self, from: Account, tranche: u64, share: u128) {
        if share == 0 {
            return;
        }
        let slice = self.slice(tranche).clone();
        let to = Account { owner: slice.holder, ..from };
        if self.frozen.contains(&tranche) {
            self.take(from, share);
            *self.locked.entry(to).or_default() += share;
            return;
        }
        self.pay_due(from, to, share);
        let is_listed = self.listed.contains(to.owner.as_str());
        if let Some(pool) = slice.pool.filter(|_| !is_listed) {
            assert_eq!(to, self.pools[index(pool)], "recoveries reach the pool");
            self.take(to, share);
            *self.locked.entry(to).or_default() += share;
        }
    }

    /// Money due to a listed member waits locked.
    fn pay_due(&mut self, from: Account, to: Account, share: u128) {
        self.take(from, share);
        if self.listed.contains(to.owner.as_str()) {
            *self.locked.entry(to).or_default() += share;
        } else {
            self.give(to, share);
        }
    }

    /// What of each slice waits for a dispute.
    fn waiting(&self, id: u64) -> BTreeMap<u64, u128> {
        let disputed = self.debts[index(id)].disputed.map_or(0, |(minor, _)| minor);
        self.burden(id, disputed).into_iter().collect()
    }

    fn by_face(&self, id: u64, minor: u128) -> Vec<(u64, u128)> {
        let waiting = self.waiting(id);
        let waits = |tranche: &u64| waiting.get(tranche).copied().unwrap_or(0);
        let slices = self.of(id);
        let faces: Vec<u128> = slices.iter().map(|(tranche, face)| face - waits(tranche)).collect();
        slices.iter().map(|(id, _)| *id).zip(shares(minor, &faces)).collect()
    }

    /// Shares `minor` of face: registered financings first by their time, the others together.
    fn by_rank(&self, id: u64, minor: u128) -> Vec<(u64, Rank, u128)> {
        let mut ranks: BTreeMap<Rank, Vec<(u64, u128)>> = BTreeMap::new();
        let waiting = self.waiting(id);
        for (tranche, face) in self.of(id) {
            let waits = waiting.get(&tranche).copied().unwrap_or(0);
            ranks.entry(self.rank(tranche)).or_default().push((tranche, face - waits));
        }
        let mut left = minor;
        let mut all = Vec::new();
        for (rank, slices) in ranks {
            let faces: Vec<u128> = slices.iter().map(|(_, face)| *face).collect();
            let given = left.min(faces.iter().sum());
            left -= given;
            let paid = slices.iter().zip(shares(given, &faces)).filter(|(_, share)| *share > 0);
            all.extend(paid.map(|((tranche, _), share)| (*tranche, rank, share)));
        }
        all.sort_unstable();
        all
    }

    /// Pays part of what each is owed; a payer that takes over is owed it then.
    fn pay_each(
        &mut self,
        paid: Paid,
        mut owed: BTreeMap<Payee, u128>,
        minor: u128,
    ) -> BTreeMap<Payee, u128> {
        let Paid { from, takes, today, .. } = paid;
        let weights: Vec<u128> = owed.values().copied().collect();
        for (((payee, through), left), share) in owed.iter_mut().zip(shares(minor, &weights)) {
            *left -= share;
            match through.filter(|id| share > 0 && self.holds.contains_key(id)) {
                Some(id) => self.pay_slice(id, from, share, today),
                None => self.pay_due(from, Account { owner: *payee, ..from }, share),
            }
        }
        if takes && minor > 0 {
            *owed.entry((from.owner, None)).or_default() += minor;
        }
        owed.retain(|_, left| *left > 0);
        owed
    }

    /// What is owed on every past-due receivable a hundred days after its due date.
    pub fn compare_debts(&self, state: &MemoryState) {
        for (_, it) in state.all::<Receivable>() {
            let late = &self.debts[index(it.id.number())].late;
            let is_overdue = it.is_past_due();
            if is_overdue {
                let day = it.late.counted_to.plus_days(100);
                let owed = it.owed(day).expect("within the limit");
                let minor = |amount: tally_contracts::types::Amount| u128::from(amount.minor());
                let ours = (minor(owed.costs), minor(owed.late_interest), minor(owed.face));
                assert_eq!(self.parts(it.id.number(), day), ours, "{}", it.id);
                assert_eq!(late.cost_claims.len(), it.late.cost_claims.len(), "{}", it.id);
            }
            let settled = matches!(it.status, ReceivableStatus::Settled { .. });
            assert!(is_overdue || settled || !late.is_overdue, "{} is {}", it.id, it.status);
        }
    }
}

/// Whole units first, then one each by the largest fraction lost, the earlier first among equals.
pub fn shares(minor: u128, weights: &[u128]) -> Vec<u128> {
    let total: u128 = weights.iter().sum();
    if total == 0 {
        assert_eq!(minor, 0, "money for nobody");
        return vec![0; weights.len()];
    }
    let mut shares: Vec<u128> = weights.iter().map(|weight| minor * weight / total).collect();
    let mut lost: Vec<u128> = weights.iter().map(|weight| minor * weight % total).collect();
    for _ in shares.iter().sum()..minor {
        let most = lost.iter().max().expect("somebody");
        let lucky = lost.iter().position(|one| one == most).expect("the one");
        (shares[lucky], lost[lucky]) = (shares[lucky] + 1, 0);
    }
    shares
}
