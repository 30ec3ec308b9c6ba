//! Subsidies: once everything is paid, the pool gives the seller back a part of what financing cost it.

use super::cast::TIER_1;
use super::typed::event;
use super::{FAILING, Failure};
use crate::demo::error::DemoError;

impl Failure<'_> {
    pub(super) async fn subsidise(&mut self) -> Result<(), DemoError> {
        self.stages.begin("the pool subsidises what financing cost the supplier");
        let words = ["pool", "subsidy", "C1", FAILING];
        let interest = self.act(TIER_1, &words).await?;
        event(&interest, "subsidy_paid")?;
        let words: Vec<&str> = words.into_iter().chain(["--fee"]).collect();
        let fee = self.act(TIER_1, &words).await?;
        event(&fee, "subsidy_paid")?;
        self.refused(TIER_1, &words, "asking for it twice", "SUBSIDY_NONE").await?;
        self.stages.end(&format!("{TIER_1} has a part of the discount and of the guarantor's fee back"));
        Ok(())
    }
}
