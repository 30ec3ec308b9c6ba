//! Amounts for people and for the wire.

use tally_client::output::Cell;
use tally_contracts::types::{Amount, Currency};
use tally_proto::v1::common;

use super::error::DemoError;

/// An amount of the wire, checked.
pub fn amount(wire: Option<&common::Amount>) -> Result<Amount, DemoError> {
    let wire = wire.ok_or(DemoError::Missing { what: "an amount", hint: "the node's answer lacks it" })?;
    Ok(Amount::new(wire.minor_units, Currency::new(&wire.currency)?)?)
}

/// For the wire.
pub fn wire(amount: Amount) -> common::Amount {
    common::Amount { currency: amount.currency().to_string(), minor_units: amount.minor() }
}

/// `1,000.00 CNY`.
pub fn shown(amount: Amount) -> String {
    let currency = amount.currency().to_string();
    format!("{} {currency}", Cell::amount(amount.minor(), &currency).for_people())
}

/// `part` per thousand of `whole`, rounded down, and at least 1.00 of most currencies.
pub fn share(whole: Amount, part: u64) -> Result<Amount, DemoError> {
    let minor = u128::from(whole.minor()) * u128::from(part) / 1_000;
    let minor = u64::try_from(minor).unwrap_or(u64::MAX);
    Ok(Amount::new(minor.max(100), whole.currency())?)
}
