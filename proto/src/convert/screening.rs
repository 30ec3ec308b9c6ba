//! The screening list, and frozen tranches.
use super::field::{FieldError, required, text};
use crate::v1::screening as wire;
use tally_contracts::screening as domain;
use tally_contracts::types::{MemberId, TrancheId};

macro_rules! about_a_party {
    ($($name:ident),*) => {
        $(
            impl TryFrom<&wire::$name> for domain::$name {
                type Error = FieldError;

                fn try_from(action: &wire::$name) -> Result<Self, FieldError> {
                    let identifier = required(&action.identifier, "identifier")?;
                    Ok(Self { identifier, reason: text(&action.reason, "reason")? })
                }
            }

            impl From<&domain::$name> for wire::$name {
                fn from(action: &domain::$name) -> Self {
                    let identifier = Some((&action.identifier).into());
                    Self { identifier, reason: action.reason.to_string() }
                }
            }
        )*
    };
}
about_a_party!(ScreenParty, ClearParty);

macro_rules! about_a_tranche {
    ($($name:ident),*) => {
        $(
            impl TryFrom<&wire::$name> for domain::$name {
                type Error = FieldError;

                fn try_from(action: &wire::$name) -> Result<Self, FieldError> {
                    let case = text(&action.case_reference, "case_reference")?;
                    Ok(Self { tranche: TrancheId::new(action.tranche), case })
                }
            }

            impl From<&domain::$name> for wire::$name {
                fn from(action: &domain::$name) -> Self {
                    Self { tranche: action.tranche.number(), case_reference: action.case.to_string() }
                }
            }
        )*
    };
}
about_a_tranche!(FreezeTranche, UnfreezeTranche);

/// An entry with the member that it concerns, if there is one.
pub fn screening_entry(entry: &domain::ScreeningEntry, member: Option<MemberId>) -> wire::ScreeningEntry {
    wire::ScreeningEntry {
        identifier: Some((&entry.identifier).into()),
        reason: entry.reason.to_string(),
        by: entry.by.to_string(),
        since_ms: entry.since.ms(),
        member: member.map(|member| member.to_string()).unwrap_or_default(),
    }
}

impl From<&domain::Freeze> for wire::Freeze {
    fn from(freeze: &domain::Freeze) -> Self {
        let held = |held: &domain::Withheld| wire::HeldMoney {
            account: Some((&held.account).into()),
            minor_units: held.minor.to_string(),
        };
        Self {
            tranche: freeze.tranche.number(),
            case_reference: freeze.case.to_string(),
            by: freeze.by.to_string(),
            since_ms: freeze.since.ms(),
            holder: freeze.holder.to_string(),
            held: freeze.held.iter().map(held).collect(),
        }
    }
}
