//! Discount: sale of a tranche before its due date, delivery versus payment (贴现).
use crate::types::{Amount, FacilityId, TrancheId};

/// By the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountTranche {
    pub tranche: TrancheId,
    /// Face to sell: the whole tranche or less.
    pub amount: Amount,
    /// Refused below this, so a quote that went stale costs nothing.
    pub min_proceeds: Amount,
    /// Only this facility; `None` for best execution over all.
    pub facility: Option<FacilityId>,
    /// Sell what can be sold; otherwise all or nothing.
    pub allow_partial_fills: bool,
}
