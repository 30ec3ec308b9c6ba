//! Opening balances. How long these commands take also says how long the story needs here.

use std::time::Instant;

use super::Failure;
use super::cast::{ANCHOR, CIRCLE, EAST, FUND, GUARANTOR, NORTH, SECOND_ANCHOR, TIER_1};
use crate::demo::error::DemoError;

/// Who has how much at the settlement bank. The anchor's is what it pays on the due date, and all it has.
const OPENING: [(&str, &str); 7] = [
    (ANCHOR, "100000.00 CNY"),
    (SECOND_ANCHOR, "600000.00 CNY"),
    (TIER_1, "8000.00 CNY"),
    (GUARANTOR, "400000.00 CNY"),
    (FUND, "40000.00 CNY"),
    (EAST, "60000.00 CNY"),
    (CIRCLE[1], "180000.00 CNY"),
];

impl Failure<'_> {
    /// Seconds that one command takes here.
    pub(super) async fn credit(&mut self) -> Result<f64, DemoError> {
        self.stages.begin("the settlement bank credits opening deposits");
        let begun = Instant::now();
        for (owner, amount) in OPENING {
            let reference = format!("opening-{owner}");
            self.act(NORTH, &["money", "credit", owner, amount, "--reference", &reference]).await?;
            self.stages.note(&format!("{NORTH} owes {owner} {amount}"));
        }
        let command_s = begun.elapsed().as_secs_f64() / 7.0;
        self.stages.end(&format!("one command takes {:.0} ms", command_s * 1_000.0));
        Ok(command_s)
    }
}
