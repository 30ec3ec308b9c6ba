//! A credit note lowers what is owed, through the split tree, in the declared order.

use super::cast::{REGULATOR, STRANGER, TIER_2, TIER_3};
use super::typed::{event, named};
use super::{DILUTED, Failure};
use crate::demo::error::DemoError;

/// More than the supplier's own parts: the other unfinanced holders lose the rest, pro rata.
const CREDITED: &str = "300000.01";

impl Failure<'_> {
    pub(super) async fn dilute(&mut self) -> Result<(), DemoError> {
        self.stages.begin("a credit note dilutes a split tree");
        let before = self.read(REGULATOR, &["tranche", "list", "--receivable", DILUTED]).await?;
        let paper = self.paper("credit-note.txt", "half of the drives were returned")?;
        let note = ["credit-note", "issue", DILUTED, "--amount", CREDITED, "--number", "CN-2026-1"];
        let words: Vec<&str> =
            note.into_iter().chain(["--document", &paper, "--reason", "half was returned"]).collect();
        let issued = self.act(STRANGER, &words).await?;
        let note = named(event(&issued, "credit_note_issued")?, "credit_note")?;
        self.act(TIER_2, &["credit-note", "accept", &note]).await?;
        let applied = self.act(TIER_3, &["credit-note", "accept", &note]).await?;
        event(&applied, "credit_note_applied")?;
        self.seen.insert("tranches_before_credit_note", before);
        self.stages.end(&format!("{note}: {CREDITED} CNY less, the bank's part is untouched"));
        Ok(())
    }
}
