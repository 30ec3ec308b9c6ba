//! Late: what a past-due receivable owes beside its face — daily interest, exact whatever arrives in between,
//! and charges (rulebook §7).
use crate::failure::Failure;
use crate::limits::AMOUNT_MINOR_MAX;
use crate::policy::Policy;
use crate::receivable::{Receivable, ReceivableStatus, Terms};
use crate::types::{Amount, BusinessDate, Hash, MemberId, Text, TrancheId, div_round_half_up};
use borsh::{BorshDeserialize, BorshSerialize};

const YEAR_DAYS: u32 = 365;
const PPM: u128 = 1_000_000;

/// What is owed beside the face once a receivable is Overdue.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Late {
    /// Simple interest in ppm a year of 365 days, fixed when the receivable is accepted: the agreed rate or the
    /// policy's, and never less than the policy's floor (保障中小企业款项支付条例: the 1-year reference rate).
    pub rate_ppm_per_year: u32,
    /// Interest is counted up to this date: the due date at first, so its first day is the day after.
    pub counted_to: BusinessDate,
    /// Σ unpaid face in minor units × days. Interest follows from it and is rounded once, when it is read.
    pub minor_days: u128,
    /// Minor units of that interest which were paid or became a charge.
    pub interest_closed: u128,
    /// Minor units of interest and costs distributed so far (I10).
    pub paid: u128,
    /// In order of kind, payee and tranche, each once, none of nothing.
    pub charges: Vec<Charge>,
    /// Costs that wait for an answer, oldest first.
    pub cost_claims: Vec<CostClaim>,
}

/// What a charge is for; its place in the waterfall follows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum ChargeKind {
    Costs,
    /// Interest that somebody paid for the anchor, or that outlived its tranche.
    LateInterest,
}

/// A sum that the anchor owes one member beside the face; it bears no interest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Charge {
    pub kind: ChargeKind,
    /// Who is owed it; where a lien was on its tranche, who gets it once nothing is owed under that lien.
    pub payee: MemberId,
    /// The tranche under whose lien it is paid, if there was one.
    pub through: Option<TrancheId>,
    pub unpaid: Amount,
}

/// What a charge is for, and who gets it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct ChargeTo {
    pub kind: ChargeKind,
    pub payee: MemberId,
    pub through: Option<TrancheId>,
}

impl ChargeTo {
    pub const fn by_name(kind: ChargeKind, payee: MemberId) -> Self {
        Self { kind, payee, through: None }
    }
}

impl Charge {
    const fn to(&self) -> ChargeTo {
        ChargeTo { kind: self.kind, payee: self.payee, through: self.through }
    }
}

/// Costs of collection that a holder asks for.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CostClaim {
    pub by: MemberId,
    pub amount: Amount,
    /// Hash of the bill.
    pub evidence: Hash,
    pub note: Text,
}

/// What the anchor owes on a day, by the steps of the waterfall; together never more than one amount can say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owed {
    pub costs: Amount,
    pub late_interest: Amount,
    pub face: Amount,
}

impl Owed {
    pub fn total(&self) -> Result<Amount, Failure> {
        Ok(self.costs.plus(self.late_interest)?.plus(self.face)?)
    }
}

impl Late {
    /// Nothing is late yet; the rate is the agreed one or the policy's, at least its floor.
    pub(crate) fn agreed(policy: &Policy, terms: &Terms) -> Self {
        let per_day = terms.late_rate_ppm_per_day.unwrap_or(policy.late_rate_default_ppm_per_day);
        Self {
            rate_ppm_per_year: per_day.saturating_mul(YEAR_DAYS).max(policy.late_rate_floor_ppm_per_year),
            counted_to: terms.due_date,
            minor_days: 0,
            interest_closed: 0,
            paid: 0,
            charges: Vec::new(),
            cost_claims: Vec::new(),
        }
    }

    /// Interest on so many minor units × days.
    fn interest(&self, minor_days: u128) -> u128 {
        let product = minor_days.saturating_mul(self.rate_ppm_per_year.into());
        let year = u128::from(YEAR_DAYS).saturating_mul(PPM);
        div_round_half_up(product, year).unwrap_or(u64::MAX).into()
    }

    /// Whether no more interest was paid or charged than was counted, and every sum stands once (I2).
    pub(crate) fn is_sound(&self) -> bool {
        self.interest_closed <= self.interest(self.minor_days)
            && self.charges.is_sorted_by(|one, other| one.to() < other.to())
            && self.charges.iter().all(|charge| !charge.unpaid.is_zero())
            && self.cost_claims.iter().all(|claim| !claim.amount.is_zero())
    }

    /// Σ of the charges of one kind.
    fn charged(&self, kind: ChargeKind) -> u64 {
        let of_kind = self.charges.iter().filter(|charge| charge.kind == kind);
        of_kind.fold(0, |sum, charge| sum.saturating_add(charge.unpaid.minor()))
    }

    /// All interest that was counted was paid or is charged. What the debt had no room for in one amount ends here:
    /// the faces that would be paid it may be gone.
    pub(super) fn close_interest(&mut self) {
        self.interest_closed = self.interest(self.minor_days);
    }

    /// Owes `amount` more.
    pub(super) fn charge(&mut self, to: ChargeTo, amount: Amount) -> Result<(), Failure> {
        if amount.is_zero() {
            return Ok(());
        }
        match self.charges.binary_search_by_key(&to, Charge::to) {
            Ok(place) => {
                if let Some(charge) = self.charges.get_mut(place) {
                    charge.unpaid = charge.unpaid.plus(amount)?;
                }
            }
            Err(place) => {
                let ChargeTo { kind, payee, through } = to;
                self.charges.insert(place, Charge { kind, payee, through, unpaid: amount });
            }
        }
        Ok(())
    }
}

impl Receivable {
    /// Days past the due date; zero until then, whatever the status.
    pub fn days_past_due(&self, today: BusinessDate) -> u32 {
        u32::try_from(today.days_since(self.terms.due_date)).unwrap_or(0)
    }

    /// Whether interest and costs are owed beside the face.
    pub fn is_past_due(&self) -> bool {
        match self.status {
            ReceivableStatus::Overdue { .. }
            | ReceivableStatus::Defaulted { .. }
            | ReceivableStatus::WrittenOff { .. } => true,
            ReceivableStatus::Submitted { .. }
            | ReceivableStatus::Confirmed
            | ReceivableStatus::Live
            | ReceivableStatus::Settled { .. }
            | ReceivableStatus::Cancelled { .. }
            | ReceivableStatus::Closed { .. } => false,
        }
    }

    /// Whether guarantors and pools answer for it.
    pub fn is_defaulted(&self) -> bool {
        matches!(self.status, ReceivableStatus::Defaulted { .. } | ReceivableStatus::WrittenOff { .. })
    }

    /// What the anchor owes on `today`: from Live on the face, and once Overdue what is late.
    pub fn owed(&self, today: BusinessDate) -> Result<Owed, Failure> {
        let (currency, face) = (self.terms.face.currency(), self.payable()?);
        if !self.is_past_due() {
            return Ok(Owed { costs: Amount::zero(currency), late_interest: Amount::zero(currency), face });
        }
        let costs = Amount::new(self.late.charged(ChargeKind::Costs), currency)?;
        let charged = Amount::new(self.late.charged(ChargeKind::LateInterest), currency)?;
        let late_interest = charged.plus(self.running_interest(today)?)?;
        Ok(Owed { costs, late_interest, face })
    }

    /// Interest up to `today` that was neither paid nor charged. It never makes the debt more than one amount
    /// can say.
    pub(super) fn running_interest(&self, today: BusinessDate) -> Result<Amount, Failure> {
        let face = self.outstanding()?;
        let interest = self.late.interest(self.late.minor_days.saturating_add(self.uncounted(today)?));
        let open = u64::try_from(interest.saturating_sub(self.late.interest_closed)).unwrap_or(u64::MAX);
        let charged = [ChargeKind::Costs, ChargeKind::LateInterest].map(|kind| self.late.charged(kind));
        let others = charged.into_iter().fold(face.minor(), u64::saturating_add);
        Ok(Amount::new(open.min(AMOUNT_MINOR_MAX.saturating_sub(others)), face.currency())?)
    }

    /// Counts interest up to `today`. Whoever changes the unpaid face MUST call this first.
    pub(crate) fn count_interest(&mut self, today: BusinessDate) -> Result<(), Failure> {
        self.late.minor_days = self.late.minor_days.saturating_add(self.uncounted(today)?);
        self.late.counted_to = self.late.counted_to.max(today);
        Ok(())
    }

    fn uncounted(&self, today: BusinessDate) -> Result<u128, Failure> {
        let days = u64::try_from(today.days_since(self.late.counted_to)).unwrap_or(0);
        // what is disputed waits, and so does its interest
        Ok(u128::from(self.payable()?.minor()).saturating_mul(days.into()))
    }

    /// A part that was disputed from `opened` on is owed after all: it bears interest for the time it waited.
    pub(crate) fn catch_up_interest(&mut self, freed: Amount, opened: BusinessDate, today: BusinessDate) {
        let since = opened.max(self.terms.due_date);
        let days = u64::try_from(today.days_since(since)).unwrap_or(0);
        let minor_days = u128::from(freed.minor()).saturating_mul(days.into());
        self.late.minor_days = self.late.minor_days.saturating_add(minor_days);
    }

    /// Whether money that arrives has something to pay here: face that is not disputed, interest or costs.
    pub(crate) fn awaits_money(&self) -> bool {
        let has_face = self.payable().is_ok_and(|payable| !payable.is_zero());
        let late = &self.late;
        let has_interest = late.interest_closed < late.interest(late.minor_days);
        has_face || (self.is_past_due() && (has_interest || !late.charges.is_empty()))
    }

    /// Whether the anchor still owes something, now or by interest to come.
    pub(crate) fn is_owed_anything(&self) -> bool {
        self.open_tranches > 0 || !self.late.charges.is_empty()
    }
}
