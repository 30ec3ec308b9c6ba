//! Close: no more purchases; bought tranches are not affected.
use crate::types::FacilityId;

/// By the facility's funder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseFacility {
    pub facility: FacilityId,
}
