//! Facilities.
use super::field::{At, FieldError, FieldErrorKind, bounded, list, member, one_of, optional, required};
use crate::v1::{facility as wire, tranche};
use tally_contracts::facility as domain;
use tally_contracts::limits::{CURVE_POINTS_MAX, FACILITY_ANCHORS_MAX};
use tally_contracts::types::{FacilityId, MemberId, Rate};

impl TryFrom<&wire::CurvePoint> for domain::CurvePoint {
    type Error = FieldError;

    fn try_from(point: &wire::CurvePoint) -> Result<Self, FieldError> {
        Ok(Self { days: point.days, rate: Rate::from_ppm(point.rate_ppm) })
    }
}

impl From<&domain::CurvePoint> for wire::CurvePoint {
    fn from(point: &domain::CurvePoint) -> Self {
        Self { days: point.days, rate_ppm: point.rate.ppm() }
    }
}

impl TryFrom<&wire::Offering> for domain::Offering {
    type Error = FieldError;

    fn try_from(offering: &wire::Offering) -> Result<Self, FieldError> {
        Ok(Self {
            limit: required(&offering.limit, "limit")?,
            limit_per_seller: optional(&offering.limit_per_seller, "limit_per_seller")?,
            tenor_days_min: offering.tenor_days_min,
            tenor_days_max: offering.tenor_days_max,
            curve: list(&offering.curve, CURVE_POINTS_MAX, "curve")?,
            day_count: one_of::<wire::DayCount, _>(offering.day_count, "day_count")?,
            fee: Rate::from_ppm(offering.fee_ppm),
            fee_minimum: required(&offering.fee_minimum, "fee_minimum")?,
            recourse: one_of::<tranche::Recourse, _>(offering.recourse, "recourse")?,
            method: one_of::<wire::SettlementMethod, _>(offering.method, "method")?,
            paying_bank: member(&offering.paying_bank, "paying_bank")?,
            valid_until: required(&offering.valid_until, "valid_until")?,
        })
    }
}

impl From<&domain::Offering> for wire::Offering {
    fn from(offering: &domain::Offering) -> Self {
        Self {
            limit: Some((&offering.limit).into()),
            limit_per_seller: offering.limit_per_seller.as_ref().map(Into::into),
            tenor_days_min: offering.tenor_days_min,
            tenor_days_max: offering.tenor_days_max,
            curve: offering.curve.iter().map(Into::into).collect(),
            day_count: wire::DayCount::from(offering.day_count).into(),
            fee_ppm: offering.fee.ppm(),
            fee_minimum: Some((&offering.fee_minimum).into()),
            recourse: tranche::Recourse::from(offering.recourse).into(),
            method: wire::SettlementMethod::from(offering.method).into(),
            paying_bank: offering.paying_bank.to_string(),
            valid_until: Some((&offering.valid_until).into()),
        }
    }
}

impl TryFrom<&wire::OpenFacility> for domain::OpenFacility {
    type Error = FieldError;

    fn try_from(action: &wire::OpenFacility) -> Result<Self, FieldError> {
        Ok(Self { anchors: anchors(&action.anchors)?, offering: required(&action.offering, "offering")? })
    }
}

impl From<&domain::OpenFacility> for wire::OpenFacility {
    fn from(action: &domain::OpenFacility) -> Self {
        Self {
            anchors: action.anchors.iter().map(ToString::to_string).collect(),
            offering: Some((&action.offering).into()),
        }
    }
}

impl TryFrom<&wire::AmendFacility> for domain::AmendFacility {
    type Error = FieldError;

    fn try_from(action: &wire::AmendFacility) -> Result<Self, FieldError> {
        let offering = required(&action.offering, "offering")?;
        Ok(Self { facility: FacilityId::new(action.facility), offering })
    }
}

impl From<&domain::AmendFacility> for wire::AmendFacility {
    fn from(action: &domain::AmendFacility) -> Self {
        Self { facility: action.facility.number(), offering: Some((&action.offering).into()) }
    }
}

impl TryFrom<&wire::CloseFacility> for domain::CloseFacility {
    type Error = FieldError;

    fn try_from(action: &wire::CloseFacility) -> Result<Self, FieldError> {
        Ok(Self { facility: FacilityId::new(action.facility) })
    }
}

impl From<&domain::CloseFacility> for wire::CloseFacility {
    fn from(action: &domain::CloseFacility) -> Self {
        Self { facility: action.facility.number() }
    }
}

impl From<&domain::Facility> for wire::Facility {
    fn from(facility: &domain::Facility) -> Self {
        let (status, closed_on) = match facility.status {
            domain::FacilityStatus::Open => (wire::FacilityStatus::Open, None),
            domain::FacilityStatus::Closed { on } => (wire::FacilityStatus::Closed, Some((&on).into())),
        };
        Self {
            id: facility.id.number(),
            funder: facility.funder.to_string(),
            anchors: facility.anchors.iter().map(ToString::to_string).collect(),
            offering: Some((&facility.offering).into()),
            status: status.into(),
            closed_on,
            used: Some((&facility.used).into()),
        }
    }
}

fn anchors(slugs: &[String]) -> Result<Vec<MemberId>, FieldError> {
    bounded(slugs, FACILITY_ANCHORS_MAX, "anchors")?
        .iter()
        .enumerate()
        .map(|(index, slug)| MemberId::new(slug).map_err(FieldErrorKind::from).at_index("anchors", index))
        .collect()
}
