//! Amend: new terms for later discounts; what was bought stays as it was.
use super::Offering;
use crate::types::FacilityId;

/// By the facility's funder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendFacility {
    pub facility: FacilityId,
    /// Same currency as before.
    pub offering: Offering,
}
