//! Nettings and the cycles that could be.

use std::fmt;

use tally_proto::v1::netting::{Cycle, Leg, Netting};

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, currency, date, id, some, time, word};

row! {
    /// A cycle that could be netted now.
    CycleRow from Cycle as cycle {
        reduction: Option<Money> = amount(cycle.reduction.as_ref()),
        currency: String = currency(cycle.reduction.as_ref()),
        parties: Listed<String> = Listed(cycle.parties.clone()),
        each: Option<Money> = amount(cycle.amount.as_ref()),
        legs: Listed<LegRow> = cycle.legs.iter().map(LegRow::from).collect(),
    }
}

row! {
    /// A netting of record.
    NettingRow from Netting as netting {
        id: String = id('N', netting.id),
        reduction: Option<Money> = amount(netting.reduction.as_ref()),
        currency: String = currency(netting.reduction.as_ref()),
        proposed_by: String = netting.proposed_by.clone(),
        proposed_at: String = time(netting.proposed_at_ms),
        parties: Listed<String> = Listed(netting.parties.clone()),
        consents: Listed<String> = Listed(netting.consents.clone()),
        status: String = word(netting.status().as_str_name(), "NETTING_STATUS_"),
        lapses_at: Option<String> = (netting.lapses_at_ms > 0).then(|| time(netting.lapses_at_ms)),
        executed_on: Option<String> = date(netting.executed_on.as_ref()),
        refused_by: Option<String> = some(&netting.refused_by),
        legs: Listed<LegRow> = netting.legs.iter().map(LegRow::from).collect(),
    }
}

row! {
    /// One debt of a netting.
    LegRow from Leg as leg {
        tranche: String = id('T', leg.tranche),
        receivable: String = id('R', leg.receivable),
        debtor: String = leg.debtor.clone(),
        creditor: String = leg.creditor.clone(),
        amount: Option<Money> = amount(leg.amount.as_ref()),
    }
}

impl fmt::Display for LegRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = self.amount.as_ref().map(Money::text).unwrap_or_default();
        write!(f, "{} {} owes {} {sum}", self.tranche, self.debtor, self.creditor)
    }
}
