//! Quote: the contracts' own computation on the committed state, in the order in which people compare.
use super::super::error::CallError;
use super::Reading;
use std::cmp::Ordering;
use tally_contracts::BlockContext;
use tally_contracts::financing::{self, Bid, Price, Quote};
use tally_contracts::state::Key;
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, AmountError, FacilityId, Height, TrancheId};
use tally_contracts::{Failure, Rejection};
use tally_proto::convert::execution;
use tally_proto::v1::facility::{QuoteRequest, QuoteResponse};
use tally_proto::v1::financing::Execution;
use tally_proto::{FieldError, FieldErrorKind};

/// What a discount in the next block would give, if that block came now.
pub(super) fn quote(reading: &Reading<'_>, request: &QuoteRequest) -> Result<QuoteResponse, CallError> {
    let tranche = TrancheId::new(request.tranche);
    let wanted = wanted(request.amount.as_ref())?;
    let context = BlockContext { height: Height::new(reading.height).next(), time: reading.next_time() };
    let only = request.facility.map(FacilityId::new);
    let Quote { mut bids, fills } = financing::quote(&reading.view, context, tranche, wanted, only)?;
    bids.sort_by(by_price);
    let wanted = match wanted {
        Some(amount) => amount,
        None => face(reading, tranche)?,
    };
    let best = execution(&fills, wanted).map_err(failure)?;
    Ok(QuoteResponse {
        facilities: bids.iter().map(Into::into).collect(),
        best_execution: best.filter(|best| request.allow_partial_fills || is_whole(best)),
        position: reading.position(),
    })
}

fn wanted(amount: Option<&tally_proto::v1::common::Amount>) -> Result<Option<Amount>, FieldError> {
    let read = |amount| {
        Amount::try_from(amount).map_err(|error: FieldError| {
            FieldError::new(format!("amount.{}", error.path).trim_end_matches('.'), error.kind)
        })
    };
    match amount.map(read).transpose()? {
        Some(amount) if amount.is_zero() => {
            Err(FieldError::new("amount.minor_units", FieldErrorKind::Missing))
        }
        amount => Ok(amount),
    }
}

fn face(reading: &Reading<'_>, tranche: TrancheId) -> Result<Amount, CallError> {
    let found: Option<Tranche> = reading.get(&Key::Tranche(tranche))?;
    Ok(found.ok_or(Rejection::TrancheUnknown { tranche })?.face)
}

fn failure(error: AmountError) -> CallError {
    Failure::from(error).into()
}

/// Nothing would be left: without partial fills a discount is all or nothing.
fn is_whole(best: &Execution) -> bool {
    best.unfilled.as_ref().is_none_or(|unfilled| unfilled.minor_units == 0)
}

/// Most proceeds per unit of face first, compared as exact fractions; those that do not buy last; otherwise by
/// facility number.
fn by_price(one: &Bid, other: &Bid) -> Ordering {
    let by_number = one.facility.id.cmp(&other.facility.id);
    match (&one.answer, &other.answer) {
        (Ok(one), Ok(other)) => product(other, one).cmp(&product(one, other)).then(by_number),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => by_number,
    }
}

/// Proceeds of the one times face of the other: both are at most 10^15, so 128 bits hold it.
fn product(proceeds: &Price, face: &Price) -> u128 {
    u128::from(proceeds.proceeds.minor()) * u128::from(face.face.minor())
}
