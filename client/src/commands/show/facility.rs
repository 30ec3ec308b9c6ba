//! Facilities and how much of them is used.

use tally_proto::v1::facility::{CurvePoint, DayCount, Facility, Offering};
use tally_proto::v1::tranche::Recourse;

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, currency, date, id, percent, word};

row! {
    /// A facility of record.
    FacilityRow from Facility as facility {
        id: String = id('F', facility.id),
        funder: String = facility.funder.clone(),
        anchors: Listed<String> = Listed(facility.anchors.clone()),
        limit: Option<Money> = offering(facility).and_then(|offering| amount(offering.limit.as_ref())),
        currency: String = limit_currency(facility),
        limit_per_seller: Option<Money> =
            offering(facility).and_then(|offering| amount(offering.limit_per_seller.as_ref())),
        used: Option<Money> = amount(facility.used.as_ref()),
        tenor_days: Option<String> = offering(facility)
            .map(|offering| format!("{}–{}", offering.tenor_days_min, offering.tenor_days_max)),
        curve: Listed<String> = offering(facility)
            .map(|offering| offering.curve.iter().map(point).collect()).unwrap_or(Listed(vec![])),
        day_count: Option<String> = offering(facility).map(|offering| day_count(offering.day_count())),
        fee: Option<String> = offering(facility).map(|offering| percent(offering.fee_ppm.into())),
        fee_minimum: Option<Money> =
            offering(facility).and_then(|offering| amount(offering.fee_minimum.as_ref())),
        recourse: Option<bool> = offering(facility).map(|offering| offering.recourse() == Recourse::Full),
        method: Option<String> = offering(facility)
            .map(|offering| word(offering.method().as_str_name(), "SETTLEMENT_METHOD_")),
        paying_bank: Option<String> = offering(facility).map(|offering| offering.paying_bank.clone()),
        valid_until: Option<String> = offering(facility).and_then(|offering| date(offering.valid_until.as_ref())),
        status: String = word(facility.status().as_str_name(), "FACILITY_STATUS_"),
        closed_on: Option<String> = date(facility.closed_on.as_ref()),
    }
}

row! {
    /// How much of a facility is used.
    UtilisationRow from Facility as facility {
        id: String = id('F', facility.id),
        funder: String = facility.funder.clone(),
        anchors: Listed<String> = Listed(facility.anchors.clone()),
        limit: Option<Money> = offering(facility).and_then(|offering| amount(offering.limit.as_ref())),
        currency: String = limit_currency(facility),
        used: Option<Money> = amount(facility.used.as_ref()),
        free: Option<Money> = free(facility),
        used_share: Option<String> = used_share(facility),
        status: String = word(facility.status().as_str_name(), "FACILITY_STATUS_"),
    }
}

fn offering(facility: &Facility) -> Option<&Offering> {
    facility.offering.as_ref()
}

fn limit_currency(facility: &Facility) -> String {
    offering(facility).map(|offering| currency(offering.limit.as_ref())).unwrap_or_default()
}

fn minor(facility: &Facility) -> Option<(u64, u64)> {
    let limit = offering(facility)?.limit.as_ref()?.minor_units;
    Some((limit, facility.used.as_ref()?.minor_units))
}

fn free(facility: &Facility) -> Option<Money> {
    let (limit, used) = minor(facility)?;
    Some(Money { currency: limit_currency(facility), minor_units: limit.saturating_sub(used).into() })
}

/// Rounded down to a hundredth of a percent.
fn used_share(facility: &Facility) -> Option<String> {
    let (limit, used) = minor(facility)?;
    let basis_points = (u128::from(used) * 10_000).checked_div(limit.into())?;
    Some(percent(u64::try_from(basis_points * 100).unwrap_or(u64::MAX)))
}

fn point(point: &CurvePoint) -> String {
    format!("{}:{}", point.days, percent(point.rate_ppm.into()))
}

pub(super) fn day_count(day_count: DayCount) -> String {
    match day_count {
        DayCount::Unspecified => "",
        DayCount::Act360 => "act/360",
        DayCount::Act365Fixed => "act/365f",
        DayCount::Thirty360 => "30/360",
        DayCount::Thirty360European => "30e/360",
    }
    .to_owned()
}
