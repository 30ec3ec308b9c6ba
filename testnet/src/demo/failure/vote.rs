//! A policy is tried on the ledger's own past, then changed by a vote of the validators.

use serde_json::{Value, json};

use super::Failure;
use super::cast::{EAST, NORTH, REGULATOR, WEST};
use super::typed::{event, text};
use crate::demo::error::DemoError;

/// Days until the new policy is in force: the votes take fewer.
const AHEAD_DAYS: i32 = 25;

/// What the new policy says.
const TENOR_HARD_DAYS: u32 = 180;

impl Failure<'_> {
    pub(super) async fn vote(&mut self) -> Result<(), DemoError> {
        self.stages.begin("a policy is simulated on the past and changed by a vote");
        let from = self.today().await?.plus_days(AHEAD_DAYS);
        let file = self.paper(
            "shorter.toml",
            &format!("effective_from = \"{from}\"\ntenor_hard_days = {TENOR_HARD_DAYS}\n"),
        )?;
        let refused = self.read(REGULATOR, &["policy", "simulate", "--policy", &file, "--from", "1"]).await?;
        for row in refused.as_array().into_iter().flatten() {
            self.stages.note(&format!(
                "would be refused: {} of {}: {}",
                text(row, "action"),
                text(row, "sender"),
                text(row, "why")
            ));
        }
        let reason = "goods are sold within half a year";
        let submitted = self.act(EAST, &["proposal", "submit", "--reason", reason, "policy", &file]).await?;
        let note = text(event(&submitted, "proposal_submitted")?, "note").to_owned();
        let proposal = note.split(':').next().unwrap_or_default().to_owned();
        self.act(NORTH, &["proposal", "vote", &proposal, "yes"]).await?;
        self.act(WEST, &["proposal", "vote", &proposal, "yes"]).await?;
        let record = self.read(REGULATOR, &["proposal", "show", &proposal]).await?;
        if text(&record, "status") != "passed" {
            return Err(DemoError::Broken { what: "the vote passes", found: record.to_string() });
        }
        self.seen.insert(
            "policy",
            json!({
                "effective_from": from.to_string(),
                "tenor_hard_days": TENOR_HARD_DAYS,
                "simulated_from_height": 1,
                "would_be_refused": refused,
                "proposal": record,
                "refused_after_it": Value::Null,
            }),
        );
        self.stages.end(&format!("{proposal} passed with three of four; in force from {from}"));
        Ok(())
    }
}
