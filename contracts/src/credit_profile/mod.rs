//! Credit profile: how a member paid and financed, kept from what happened, and answered under consent (rulebook §8).
mod consent;
mod follow;
mod measure;
mod read;

pub use consent::{ConsentTerms, CreditConsent, GrantCreditConsent, RevokeCreditConsent};
pub(crate) use follow::follow;
pub use measure::{Answer, Measure};
pub use read::{CreditAnswer, CreditRead, Question, ReadCredit};

use crate::types::BusinessDate;
use borsh::{BorshDeserialize, BorshSerialize};

/// The first day past due of each class of lateness; what was paid before it was Overdue is in none.
pub const LATENESS_DAYS: [u32; 6] = [1, 8, 31, 91, 271, 361];

/// How many, and how much in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct Volume {
    pub count: u64,
    pub minor: u128,
}

/// What is known about one member in one currency. Sums never fall; ten thousand years of blocks full of the
/// largest amounts do not fill 128 bits, so adding saturates only in name.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CreditFile {
    /// Local date of the first thing in it.
    pub since: BusinessDate,
    pub anchor: AnchorRecord,
    pub supplier: SupplierRecord,
    pub holder: HolderRecord,
}

/// As the one who owes.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct AnchorRecord {
    pub confirmed: Volume,
    /// Σ confirmed amount × days from confirmation to the due date.
    pub tenor_minor_days: u128,
    /// Face that ended by payment or set-off before its receivable was Overdue.
    pub paid_on_time: u128,
    /// Face that ended so afterwards, by [`LATENESS_DAYS`].
    pub paid_late: [u128; LATENESS_DAYS.len()],
    /// Σ face paid late × days past due.
    pub late_minor_days: u128,
    /// Receivables that became Overdue, with the face that was open then.
    pub overdue: Volume,
    /// Receivables that became Defaulted, with the face that was open then.
    pub defaulted: Volume,
    /// Face that ended by credit notes.
    pub diluted: u128,
    /// Face that ended before anything was due: cancelled, or declined by the supplier.
    pub cancelled: u128,
}

/// As the one who delivered.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct SupplierRecord {
    pub confirmed: Volume,
    /// Submissions that the anchor rejected.
    pub rejected: Volume,
    pub diluted: u128,
}

/// As the one who sells claims before their due date.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct HolderRecord {
    /// Face that facilities bought of it.
    pub discounted: Volume,
    pub proceeds: u128,
    /// Σ face × days until the due date.
    pub discounted_minor_days: u128,
}

impl CreditFile {
    fn new(since: BusinessDate) -> Self {
        let (anchor, supplier, holder) = Default::default();
        Self { since, anchor, supplier, holder }
    }
}

impl AnchorRecord {
    /// Face paid after its receivable was Overdue, in minor units.
    pub fn late(&self) -> u128 {
        self.paid_late.iter().copied().fold(0, u128::saturating_add)
    }

    /// What is still to be paid: the anchor's exposure, seen from here (I1).
    pub fn outstanding(&self) -> u128 {
        let ended = [self.paid_on_time, self.late(), self.diluted, self.cancelled];
        self.confirmed.minor.saturating_sub(ended.into_iter().fold(0, u128::saturating_add))
    }
}

impl Volume {
    fn add(&mut self, minor: u128) {
        self.count = self.count.saturating_add(1);
        self.minor = self.minor.saturating_add(minor);
    }
}
