//! Contagion: a line for the whole, for each member and for each tier.

use serde::Serialize;
use tally_proto::v1::settlement::{CurrencyExposure, GetContagionResponse, MemberExposure, TierExposure};

use super::columns;
use super::shown::Money;

/// What one member or tier would bear; `all` is everything that the anchor owes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExposureRow {
    /// `all`, a member's id, or `tier 2`.
    pub who: String,
    currency: String,
    /// Face that is held.
    pub held: Option<Money>,
    bought: Option<Money>,
    helped: Option<Money>,
    recoverable: Option<Money>,
    liable: Option<Money>,
    helps: Option<Money>,
    /// In the end.
    pub cost: Option<Money>,
}

columns!(ExposureRow { who, currency, held, bought, helped, recoverable, liable, helps, cost });

/// The rows of an answer.
#[must_use]
pub fn exposures(answer: &GetContagionResponse) -> Vec<ExposureRow> {
    answer.currencies.iter().flat_map(currency_rows).collect()
}

fn currency_rows(exposure: &CurrencyExposure) -> Vec<ExposureRow> {
    let currency = exposure.currency.as_str();
    let face = sum(&exposure.face_minor_units, currency);
    let all = ExposureRow { held: face.clone(), cost: face, ..empty("all".to_owned(), currency) };
    let members = exposure.members.iter().map(|one| member(one, currency));
    let tiers = exposure.tiers.iter().map(|one| tier(one, currency));
    std::iter::once(all).chain(members).chain(tiers).collect()
}

fn member(exposure: &MemberExposure, currency: &str) -> ExposureRow {
    ExposureRow {
        held: sum(&exposure.held_minor_units, currency),
        bought: sum(&exposure.bought_minor_units, currency),
        helped: sum(&exposure.helped_minor_units, currency),
        helps: sum(&exposure.helps_minor_units, currency),
        recoverable: sum(&exposure.recoverable_minor_units, currency),
        liable: sum(&exposure.liable_minor_units, currency),
        cost: sum(&exposure.cost_minor_units, currency),
        ..empty(exposure.member.clone(), currency)
    }
}

fn tier(exposure: &TierExposure, currency: &str) -> ExposureRow {
    ExposureRow {
        held: sum(&exposure.face_minor_units, currency),
        bought: sum(&exposure.bought_minor_units, currency),
        ..empty(format!("tier {}", exposure.tier), currency)
    }
}

fn empty(who: String, currency: &str) -> ExposureRow {
    let currency = currency.to_owned();
    ExposureRow {
        who,
        currency,
        held: None,
        bought: None,
        helped: None,
        recoverable: None,
        liable: None,
        helps: None,
        cost: None,
    }
}

fn sum(minor_units: &str, currency: &str) -> Option<Money> {
    Some(Money { currency: currency.to_owned(), minor_units: minor_units.parse().ok()? })
}
