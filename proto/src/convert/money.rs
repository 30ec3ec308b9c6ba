//! Deposits and payouts.
use super::amounts::currency;
use super::field::{FieldError, member, required, text};
use crate::v1::money as wire;
use tally_contracts::money as domain;
use tally_contracts::types::{Currency, MemberId, PayoutId};

impl TryFrom<&wire::CreditDeposit> for domain::CreditDeposit {
    type Error = FieldError;

    fn try_from(action: &wire::CreditDeposit) -> Result<Self, FieldError> {
        Ok(Self {
            owner: member(&action.owner, "owner")?,
            amount: required(&action.amount, "amount")?,
            bank_reference: text(&action.bank_reference, "bank_reference")?,
        })
    }
}

impl From<&domain::CreditDeposit> for wire::CreditDeposit {
    fn from(action: &domain::CreditDeposit) -> Self {
        Self {
            owner: action.owner.to_string(),
            amount: Some((&action.amount).into()),
            bank_reference: action.bank_reference.to_string(),
        }
    }
}

impl TryFrom<&wire::MoveDeposit> for domain::MoveDeposit {
    type Error = FieldError;

    fn try_from(action: &wire::MoveDeposit) -> Result<Self, FieldError> {
        Ok(Self {
            bank: member(&action.bank, "bank")?,
            to: member(&action.to, "to")?,
            amount: required(&action.amount, "amount")?,
            note: text(&action.note, "note")?,
        })
    }
}

impl From<&domain::MoveDeposit> for wire::MoveDeposit {
    fn from(action: &domain::MoveDeposit) -> Self {
        Self {
            bank: action.bank.to_string(),
            to: action.to.to_string(),
            amount: Some((&action.amount).into()),
            note: action.note.to_string(),
        }
    }
}

impl TryFrom<&wire::RequestPayout> for domain::RequestPayout {
    type Error = FieldError;

    fn try_from(action: &wire::RequestPayout) -> Result<Self, FieldError> {
        Ok(Self {
            bank: member(&action.bank, "bank")?,
            amount: required(&action.amount, "amount")?,
            destination: text(&action.destination, "destination")?,
        })
    }
}

impl From<&domain::RequestPayout> for wire::RequestPayout {
    fn from(action: &domain::RequestPayout) -> Self {
        Self {
            bank: action.bank.to_string(),
            amount: Some((&action.amount).into()),
            destination: action.destination.to_string(),
        }
    }
}

impl TryFrom<&wire::ConfirmPayout> for domain::ConfirmPayout {
    type Error = FieldError;

    fn try_from(action: &wire::ConfirmPayout) -> Result<Self, FieldError> {
        let bank_reference = text(&action.bank_reference, "bank_reference")?;
        Ok(Self { payout: PayoutId::new(action.payout), bank_reference })
    }
}

impl From<&domain::ConfirmPayout> for wire::ConfirmPayout {
    fn from(action: &domain::ConfirmPayout) -> Self {
        Self { payout: action.payout.number(), bank_reference: action.bank_reference.to_string() }
    }
}

impl TryFrom<&wire::RejectPayout> for domain::RejectPayout {
    type Error = FieldError;

    fn try_from(action: &wire::RejectPayout) -> Result<Self, FieldError> {
        Ok(Self { payout: PayoutId::new(action.payout), reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::RejectPayout> for wire::RejectPayout {
    fn from(action: &domain::RejectPayout) -> Self {
        Self { payout: action.payout.number(), reason: action.reason.to_string() }
    }
}

impl TryFrom<&wire::Account> for domain::Account {
    type Error = FieldError;

    fn try_from(account: &wire::Account) -> Result<Self, FieldError> {
        Ok(Self {
            bank: member(&account.bank, "bank")?,
            owner: member(&account.owner, "owner")?,
            currency: currency(&account.currency, "currency")?,
        })
    }
}

impl From<&domain::Account> for wire::Account {
    fn from(account: &domain::Account) -> Self {
        Self {
            bank: account.bank.to_string(),
            owner: account.owner.to_string(),
            currency: account.currency.to_string(),
        }
    }
}

impl From<&domain::Deposit> for wire::Deposit {
    fn from(deposit: &domain::Deposit) -> Self {
        Self {
            account: Some((&deposit.account).into()),
            balance_minor_units: deposit.balance.to_string(),
            locked_minor_units: deposit.locked.to_string(),
        }
    }
}

impl wire::BankTotals {
    /// A bank's totals in one currency.
    pub fn of(bank: MemberId, currency: Currency, totals: &domain::BankTotals) -> Self {
        Self {
            bank: bank.to_string(),
            currency: currency.to_string(),
            credited_minor_units: totals.credited.to_string(),
            redeemed_minor_units: totals.redeemed.to_string(),
        }
    }
}

impl From<&domain::Payout> for wire::Payout {
    fn from(payout: &domain::Payout) -> Self {
        let (status, bank_reference, reject_reason) = match &payout.status {
            domain::PayoutStatus::Requested => (wire::PayoutStatus::Requested, String::new(), String::new()),
            domain::PayoutStatus::Paid { bank_reference } => {
                (wire::PayoutStatus::Paid, bank_reference.to_string(), String::new())
            }
            domain::PayoutStatus::Rejected { reason } => {
                (wire::PayoutStatus::Rejected, String::new(), reason.to_string())
            }
        };
        Self {
            id: payout.id.number(),
            account: Some((&payout.account).into()),
            amount: Some((&payout.amount).into()),
            destination: payout.destination.to_string(),
            requested_at_ms: payout.requested_at.ms(),
            status: status.into(),
            bank_reference,
            reject_reason,
        }
    }
}
