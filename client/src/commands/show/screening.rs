//! The screening list, and frozen tranches.

use tally_proto::v1::screening::{Freeze, HeldMoney, ScreeningEntry};

use super::row;
use super::shown::{Listed, Money};
use super::words::{id, some, time};

row! {
    /// An identifier on the list.
    ScreeningRow from ScreeningEntry as entry {
        identifier: String = entry
            .identifier
            .as_ref()
            .map(|one| format!("{}:{}", one.scheme, one.value))
            .unwrap_or_default(),
        member: Option<String> = some(&entry.member),
        reason: String = entry.reason.clone(),
        by: String = entry.by.clone(),
        since: String = time(entry.since_ms),
    }
}

row! {
    /// A frozen tranche.
    FreezeRow from Freeze as freeze {
        tranche: String = id('T', freeze.tranche),
        holder: String = freeze.holder.clone(),
        case_reference: String = freeze.case_reference.clone(),
        by: String = freeze.by.clone(),
        since: String = time(freeze.since_ms),
        held: Listed<String> = freeze.held.iter().filter_map(held).collect(),
    }
}

/// `400.00 CNY at east`.
fn held(held: &HeldMoney) -> Option<String> {
    let account = held.account.as_ref()?;
    let minor_units = held.minor_units.parse().ok()?;
    let money = Money { currency: account.currency.clone(), minor_units };
    Some(format!("{} at {}", money.text(), account.bank))
}
