//! Measures: what may be asked about a member, and the bands that answers are rounded to.
use super::{CreditFile, LATENESS_DAYS};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// One thing that a file says. Each is answered by the number of a band of [`Measure::edges`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum Measure {
    /// Confirmed as anchor, minor units.
    AnchorVolume,
    /// Confirmed of what it supplied, minor units.
    SupplierVolume,
    /// Face sold to facilities, minor units.
    DiscountedVolume,
    /// Owed as anchor now, minor units.
    Exposure,
    /// Share of what fell due that was paid before it was Overdue, in ppm.
    OnTimeShare,
    /// Mean days past due of what was paid late, by face.
    MeanDelay,
    /// The worst class of lateness of any payment, in days past due.
    WorstDelay,
    /// Receivables that became Overdue.
    OverdueCount,
    /// Receivables that became Defaulted.
    DefaultCount,
    /// Share of what it supplied that credit notes took, in ppm.
    DilutionShare,
    /// Mean cost of selling early, in ppm a year of 365 days, by face.
    DiscountRate,
    /// Mean days from confirmation to due date as anchor, by face.
    Tenor,
}

/// Minor units: a thousand to a hundred million of the main unit where it has two decimals.
const AMOUNTS: &[u128] =
    &[1, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000];
const PAYMENT_SHARES_PPM: &[u128] = &[500_000, 800_000, 900_000, 950_000, 990_000, 1_000_000];
const DILUTION_SHARES_PPM: &[u128] = &[1, 10_000, 20_000, 50_000, 100_000, 250_000];
const DELAYS_DAYS: &[u128] = &[1, 8, 31, 91, 271, 361];
const COUNTS: &[u128] = &[1, 2, 5, 10, 50];
const RATES_PPM: &[u128] = &[20_000, 30_000, 40_000, 60_000, 80_000, 120_000];
const TENORS_DAYS: &[u128] = &[31, 61, 91, 181, 271];

impl Measure {
    /// All there are, in their order.
    pub const ALL: [Self; 12] = [
        Self::AnchorVolume,
        Self::SupplierVolume,
        Self::DiscountedVolume,
        Self::Exposure,
        Self::OnTimeShare,
        Self::MeanDelay,
        Self::WorstDelay,
        Self::OverdueCount,
        Self::DefaultCount,
        Self::DilutionShare,
        Self::DiscountRate,
        Self::Tenor,
    ];

    /// The least value of band 1, 2, …; band 0 is below the first. In the measure's unit.
    pub const fn edges(self) -> &'static [u128] {
        match self {
            Self::AnchorVolume | Self::SupplierVolume | Self::DiscountedVolume | Self::Exposure => AMOUNTS,
            Self::OnTimeShare => PAYMENT_SHARES_PPM,
            Self::MeanDelay | Self::WorstDelay => DELAYS_DAYS,
            Self::OverdueCount | Self::DefaultCount => COUNTS,
            Self::DilutionShare => DILUTION_SHARES_PPM,
            Self::DiscountRate => RATES_PPM,
            Self::Tenor => TENORS_DAYS,
        }
    }

    /// The figure itself, which stays inside the ledger; `None` where nothing happened that it could be of.
    pub(super) fn value(self, file: &CreditFile) -> Option<u128> {
        let CreditFile { anchor, supplier, holder, .. } = file;
        let ppm = |part: u128, whole: u128| part.saturating_mul(1_000_000).checked_div(whole);
        match self {
            Self::AnchorVolume => Some(anchor.confirmed.minor),
            Self::SupplierVolume => Some(supplier.confirmed.minor),
            Self::DiscountedVolume => Some(holder.discounted.minor),
            Self::Exposure => Some(anchor.outstanding()),
            Self::OnTimeShare => {
                ppm(anchor.paid_on_time, anchor.paid_on_time.saturating_add(anchor.overdue.minor))
            }
            Self::MeanDelay => anchor.late_minor_days.checked_div(anchor.late()),
            Self::WorstDelay => worst_delay(file),
            Self::OverdueCount => (anchor.confirmed.count > 0).then_some(anchor.overdue.count.into()),
            Self::DefaultCount => (anchor.confirmed.count > 0).then_some(anchor.defaulted.count.into()),
            Self::DilutionShare => ppm(supplier.diluted, supplier.confirmed.minor),
            Self::DiscountRate => {
                let cost = holder.discounted.minor.saturating_sub(holder.proceeds);
                ppm(cost.saturating_mul(365), holder.discounted_minor_days)
            }
            Self::Tenor => anchor.tenor_minor_days.checked_div(anchor.confirmed.minor),
        }
    }

    /// The band of the figure in `file`.
    pub(super) fn band(self, file: &CreditFile) -> Option<u8> {
        let value = self.value(file)?;
        u8::try_from(self.edges().iter().filter(|edge| **edge <= value).count()).ok()
    }
}

/// The first day of the worst class that anything was paid in.
fn worst_delay(file: &CreditFile) -> Option<u128> {
    let anchor = &file.anchor;
    let worst = anchor.paid_late.iter().rposition(|minor| *minor > 0);
    match worst.and_then(|class| LATENESS_DAYS.get(class)) {
        Some(days) => Some((*days).into()),
        None => (anchor.paid_on_time > 0).then_some(0),
    }
}

/// What a reader learns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Answer {
    /// Nothing happened yet that the measure could be of.
    NoHistory,
    /// The number of the band.
    Band(u8),
    /// In the band that was asked for, or a higher one.
    Yes,
    No,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHistory => f.write_str("no history"),
            Self::Band(band) => write!(f, "band {band}"),
            Self::Yes => f.write_str("yes"),
            Self::No => f.write_str("no"),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::BusinessDate;

    #[test]
    fn bands_rise_and_measures_stand_in_their_order() {
        assert!(Measure::ALL.is_sorted());
        for measure in Measure::ALL {
            assert!(measure.edges().is_sorted_by(|one, other| one < other), "{measure}");
        }
        assert!(LATENESS_DAYS.iter().map(|days| u128::from(*days)).eq(DELAYS_DAYS.iter().copied()));
    }

    #[test]
    fn a_band_begins_at_its_edge() {
        let mut file = CreditFile::new(BusinessDate::default());
        for (minor, band) in [(0, 0), (1, 1), (99_999, 1), (100_000, 2), (u128::MAX, 8)] {
            file.anchor.confirmed.minor = minor;
            assert_eq!(Measure::AnchorVolume.band(&file), Some(band), "{minor}");
        }
    }

    #[test]
    fn nothing_is_said_about_what_never_happened() {
        let file = CreditFile::new(BusinessDate::default());
        let silent: Vec<Measure> =
            Measure::ALL.into_iter().filter(|measure| measure.band(&file).is_none()).collect();
        assert_eq!(
            silent,
            [
                Measure::OnTimeShare,
                Measure::MeanDelay,
                Measure::WorstDelay,
                Measure::OverdueCount,
                Measure::DefaultCount,
                Measure::DilutionShare,
                Measure::DiscountRate,
                Measure::Tenor
            ]
        );
    }
}
