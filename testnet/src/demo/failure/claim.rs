//! Default: the guarantor and the pool pay the bank their shares, and hold that part of the claim.

use tally_proto::v1::receivable::ReceivableStatus;

use super::cast::{EAST, GUARANTOR, NORTH, REGULATOR, SECOND_ANCHOR, STRANGER};
use super::days::date;
use super::typed::{event, text};
use super::{FAILING, Failure};
use crate::demo::error::DemoError;

/// More than the policy's days after the due date.
const DEFAULT_AFTER_DAYS: i32 = 31;

impl Failure<'_> {
    pub(super) async fn claim(&mut self) -> Result<(), DemoError> {
        self.stages.begin("the anchor defaults; guarantor and pool pay");
        self.wait(FAILING, ReceivableStatus::Defaulted, self.due.plus_days(DEFAULT_AFTER_DAYS)).await?;
        let tranche = self.bought.clone();
        let claimed = self.act(EAST, &["guarantee", "claim", "B1", &tranche]).await?;
        event(&claimed, "paid_for_anchor")?;
        self.stages.note(&format!("{GUARANTOR} pays {EAST} and takes over what it paid"));
        self.act(EAST, &["pool", "claim", &tranche]).await?;
        self.new_policy_refuses().await?;
        let status = self.read(REGULATOR, &["settle", "status", FAILING]).await?;
        self.seen.insert("owed_after_claims", status);
        self.stages.end("the pool pays at the block's end; both are creditors now");
        Ok(())
    }

    /// What the simulation said comes true for whoever tries it again.
    async fn new_policy_refuses(&mut self) -> Result<(), DemoError> {
        let from = self.seen.get("policy").map(|policy| text(policy, "effective_from")).unwrap_or_default();
        self.wait_day(date(from)?).await?;
        let paper = self.paper("long-again.txt", "another crane")?;
        let invoice = format!("INV-LONG-2,{},90000.00 CNY", self.due);
        let issue = ["receivable", "issue", "--supplier", STRANGER, "--invoice", &invoice, "--due", "+250d"];
        let words: Vec<&str> =
            issue.into_iter().chain(["--settlement-bank", NORTH, "--justification", &paper]).collect();
        self.refused(SECOND_ANCHOR, &words, "a tenor of 250 days now", "TENOR_EXCEEDS_CAP").await?;
        let refused = self.transactions.last().cloned().unwrap_or_default();
        if let Some(policy) = self.seen.get_mut("policy") {
            policy["refused_after_it"] = refused;
        }
        Ok(())
    }
}
