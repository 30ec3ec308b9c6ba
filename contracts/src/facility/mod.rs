//! Facilities: a funder's standing, firm offer to buy tranches (rulebook §6).
mod amend;
mod close;
pub mod curve;
mod offering;
mod open;

pub use amend::AmendFacility;
pub use close::CloseFacility;
pub use open::OpenFacility;

use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State};
use crate::tranche::{Purchase, Recourse};
use crate::types::{Amount, BusinessDate, DayCount, FacilityId, MemberId, Rate};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

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
    /// The seller is paid outside the ledger; title moves when the paying bank confirms it.
    Instruction,
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
    /// Σ face bought under it, unsettled and still held by the funder, or reserved for it (I9).
    pub used: Amount,
}

/// Why a facility does not buy a tranche.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum Ineligibility {
    Closed,
    Expired,
    AnchorNotCovered,
    CurrencyDiffers,
    TenorOutside {
        days: u32,
    },
    LimitUsed,
    SellerLimitUsed,
    FunderCannotPay,
    ProceedsNotPositive,
    /// The seller is the funder.
    OwnTranche,
    FunderNotActive,
    FunderScreened,
}

impl fmt::Display for Ineligibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("it is closed"),
            Self::Expired => f.write_str("its validity is over"),
            Self::AnchorNotCovered => f.write_str("it does not cover the anchor"),
            Self::CurrencyDiffers => f.write_str("it buys in another currency"),
            Self::TenorOutside { days } => write!(f, "a tenor of {days} days is outside its range"),
            Self::LimitUsed => f.write_str("its limit leaves no room"),
            Self::SellerLimitUsed => f.write_str("its limit for this seller leaves no room"),
            Self::FunderCannotPay => f.write_str("its funder's deposit is too small"),
            Self::ProceedsNotPositive => f.write_str("nothing would be left for the seller"),
            Self::OwnTranche => f.write_str("the seller is its funder"),
            Self::FunderNotActive => f.write_str("its funder is not active"),
            Self::FunderScreened => f.write_str("its funder is on the screening list"),
        }
    }
}

impl Facility {
    /// The index rows that follow from this record: it is found for each of its anchors while it is open.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        let (currency, facility) = (self.offering.limit.currency(), self.id);
        let row = |anchor: &MemberId| IndexKey::FacilityFor { anchor: *anchor, currency, facility };
        match self.status {
            FacilityStatus::Open => self.anchors.iter().map(row).collect(),
            FacilityStatus::Closed { .. } => Vec::new(),
        }
    }

    fn event(&self, kind: EventKind) -> Event {
        Event::new(kind).by(self.funder).facility(self.id).amount(self.offering.limit)
    }
}

pub(crate) fn find(state: &mut State, id: FacilityId) -> Result<Facility, Failure> {
    Ok(state.get(Key::Facility(id))?.ok_or(Rejection::FacilityUnknown { facility: id })?)
}

/// An open facility of the sender's.
fn own(state: &mut State, call: &Call, id: FacilityId) -> Result<Facility, Failure> {
    let facility = find(state, id)?;
    if facility.funder != call.sender.id {
        return Err(Rejection::NotFunderOf { facility: id }.into());
    }
    match facility.status {
        FacilityStatus::Open => Ok(facility),
        FacilityStatus::Closed { .. } => Err(Rejection::FacilityClosed { facility: id }.into()),
    }
}

/// What was bought from one seller and is still held unsettled.
pub(crate) fn used_by(state: &mut State, facility: &Facility, seller: MemberId) -> Result<Amount, Failure> {
    let key = Key::FacilityUse { facility: facility.id, seller };
    Ok(state.get(key)?.unwrap_or(Amount::zero(facility.offering.limit.currency())))
}

/// Counts `face` as used (I9).
pub(crate) fn occupy(state: &mut State, purchase: Purchase, face: Amount) -> Result<(), Failure> {
    let mut facility = find(state, purchase.facility)?;
    let by_seller = used_by(state, &facility, purchase.seller)?.plus(face)?;
    facility.used = facility.used.plus(face)?;
    state.put(Key::Facility(facility.id), facility)?;
    state.put(Key::FacilityUse { facility: purchase.facility, seller: purchase.seller }, by_seller)?;
    Ok(())
}

/// Counts `face` no longer: it was settled or left the funder's hands (I9).
pub(crate) fn release(state: &mut State, purchase: Purchase, face: Amount) -> Result<(), Failure> {
    let mut facility = find(state, purchase.facility)?;
    let by_seller = used_by(state, &facility, purchase.seller)?.minus(face)?;
    facility.used = facility.used.minus(face)?;
    state.put(Key::Facility(facility.id), facility)?;
    let key = Key::FacilityUse { facility: purchase.facility, seller: purchase.seller };
    if by_seller.is_zero() {
        state.remove(key)?;
    } else {
        state.put(key, by_seller)?;
    }
    Ok(())
}
