//! Facilities: a funder's standing, firm offer to buy tranches (rulebook §6).
mod amend;
mod close;
pub mod curve;
mod open;

pub use amend::AmendFacility;
pub use close::CloseFacility;
pub use open::OpenFacility;

use crate::tranche::Recourse;
use crate::types::{Amount, BusinessDate, DayCount, FacilityId, MemberId, Rate};
use borsh::{BorshDeserialize, BorshSerialize};

/// One point of a price curve: the annual rate for a tenor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct CurvePoint {
    pub days: u32,
    pub rate: Rate,
}

/// How a purchase is paid (rulebook §3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum SettlementMethod {
    /// Title and deposit move in the same transaction.
    Deposit,
}

/// What a funder offers; `AmendFacility` replaces it for later discounts.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Offering {
    /// Most that may be bought and unsettled at once, in the facility's currency.
    pub limit: Amount,
    /// The same per seller; `None` for no limit of its own.
    pub limit_per_seller: Option<Amount>,
    /// Tenor in actual days from value date to due date, both ends included.
    pub tenor_days_min: u32,
    pub tenor_days_max: u32,
    /// Points with strictly increasing days; linear between them, flat outside.
    pub curve: Vec<CurvePoint>,
    pub day_count: DayCount,
    /// Of face.
    pub fee: Rate,
    pub fee_minimum: Amount,
    pub recourse: Recourse,
    pub method: SettlementMethod,
    /// Whose deposits pay: the funder itself if it is a Bank, else a bank where it owns deposits.
    pub paying_bank: MemberId,
    /// Last business date on which it buys.
    pub valid_until: BusinessDate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum FacilityStatus {
    Open,
    Closed { on: BusinessDate },
}

/// A facility of record.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Facility {
    pub id: FacilityId,
    pub funder: MemberId,
    /// Whose receivables it buys.
    pub anchors: Vec<MemberId>,
    pub offering: Offering,
    pub status: FacilityStatus,
    /// Σ face bought under it, unsettled and still held by the funder (I9).
    pub used: Amount,
}

/// Why a facility does not buy a tranche.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Ineligibility {
    Closed,
    Expired,
    AnchorNotCovered,
    CurrencyDiffers,
    TenorOutside { days: u32 },
    LimitUsed,
    SellerLimitUsed,
    FunderCannotPay,
    ProceedsNotPositive,
    /// The seller is the funder.
    OwnTranche,
    FunderNotActive,
}
