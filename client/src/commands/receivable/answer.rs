//! Answers to a receivable: confirm, reject, withdraw, accept, decline, cancel.

use clap::Args;
use tally_contracts::Action;
use tally_contracts::receivable::{
    AcceptReceivable, CancelReceivable, ConfirmReceivable, DeclineReceivable, RejectReceivable,
    WithdrawReceivable,
};
use tally_contracts::types::{Amount, ReceivableId, Text};

use crate::commands::context::Context;
use crate::commands::document::read_first;
use crate::commands::error::CommandError;
use crate::commands::value::{AmountText, RejectCodeChoice, ValueError};
use crate::sdk::ClientError;

/// Acknowledges the debt.
#[derive(Args, Debug)]
pub struct Confirm {
    /// The receivable
    receivable: ReceivableId,
    /// Less than the face, with a reason [default: the face]
    #[arg(long, value_name = "AMOUNT", requires = "reason")]
    amount: Option<AmountText>,
    /// Why less
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Waive defences against later holders (Civil Code art. 548)
    #[arg(long)]
    waive_defences: bool,
    /// You compared it with the receivables that look alike, and it is another one
    #[arg(long)]
    acknowledge_near_duplicates: bool,
    /// Although documents that come with it do not open
    #[arg(long)]
    unread: bool,
}

/// Refuses to.
#[derive(Args, Debug)]
pub struct Reject {
    /// The receivable
    receivable: ReceivableId,
    /// Why
    #[arg(long, value_enum)]
    code: RejectCodeChoice,
    /// Why, in words
    #[arg(long, value_name = "TEXT")]
    text: String,
}

impl Confirm {
    /// The action, once what comes with it was opened; the ledger is asked for face and currency only where the amount does
    /// not say them.
    pub async fn action(self, context: &Context) -> Result<Action, CommandError> {
        if !self.unread {
            read_first(context, self.receivable, None).await?;
        }
        let amount = match self.amount.as_ref().map(|amount| amount.resolve(None)) {
            Some(Ok(amount)) => amount,
            Some(Err(ValueError::CurrencyMissing { .. })) | None => {
                let face = face(context, self.receivable).await?;
                let stated = self.amount.map(|amount| amount.resolve(Some(face.currency()))).transpose()?;
                stated.unwrap_or(face)
            }
            Some(Err(error)) => return Err(error.into()),
        };
        Ok(Action::ConfirmReceivable(ConfirmReceivable {
            receivable: self.receivable,
            amount,
            reason: text(&self.reason)?,
            defences_waived: self.waive_defences,
            acknowledge_near_duplicates: self.acknowledge_near_duplicates,
        }))
    }
}

impl Reject {
    /// The action.
    pub fn action(self) -> Result<Action, CommandError> {
        let (receivable, code, text) = (self.receivable, self.code.into(), text(&self.text)?);
        Ok(Action::RejectReceivable(RejectReceivable { receivable, code, text }))
    }
}

/// Takes a submission back.
pub fn withdraw(receivable: ReceivableId) -> Action {
    Action::WithdrawReceivable(WithdrawReceivable { receivable })
}

/// Accepts payment by a receivable.
pub fn accept(receivable: ReceivableId) -> Action {
    Action::AcceptReceivable(AcceptReceivable { receivable })
}

/// Declines it.
pub fn decline(receivable: ReceivableId, reason: &str) -> Result<Action, CommandError> {
    Ok(Action::DeclineReceivable(DeclineReceivable { receivable, reason: text(reason)? }))
}

/// Asks to cancel.
pub fn cancel(receivable: ReceivableId, reason: &str) -> Result<Action, CommandError> {
    Ok(Action::CancelReceivable(CancelReceivable { receivable, reason: text(reason)? }))
}

fn text(text: &str) -> Result<Text, ValueError> {
    Ok(Text::new(text)?)
}

async fn face(context: &Context, receivable: ReceivableId) -> Result<Amount, CommandError> {
    let terms = context.client()?.receivable(receivable).await?.terms;
    let face = terms.and_then(|terms| terms.face).ok_or(ClientError::Incomplete { what: "face" })?;
    Ok(Amount::try_from(&face).map_err(ClientError::from)?)
}
