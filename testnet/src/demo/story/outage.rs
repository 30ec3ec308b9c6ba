//! One validator is killed with -9 in the middle of business: the others go on, it comes back and catches up.

use super::Story;
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::limits::{CATCH_UP_MAX, OUTAGE_DISCOUNTS};
use crate::demo::money::share;
use tally_contracts::types::Amount;

/// Per thousand of tier 1's tranche that each discount of this stage sells.
const SOLD: u64 = 5;

impl Story<'_> {
    pub(super) async fn outage(&mut self) -> Result<(), DemoError> {
        self.stages.begin("one validator is killed in the middle of business");
        let victim = self.index_of(cast::SOUTH)?;
        let process = self.network.node(victim)?.process_id().unwrap_or_default();
        let at = self.network.height(victim).await.unwrap_or_default();
        self.network.kill(victim)?;
        self.stages.note(&format!("kill -9 {process} ({}) at height {at}", cast::SOUTH));
        let each = share(self.holding(cast::TIER_1)?.face, SOLD)?;
        for number in 1..=OUTAGE_DISCOUNTS {
            let sale = self.sell(cast::TIER_1, each, Amount::zero(each.currency())).await?;
            self.one_down.record(sale.took);
            self.stages.progress(&format!("discounts without it {number}/{OUTAGE_DISCOUNTS}"));
        }
        let others = self.network.height(self.index_of(cast::EAST)?).await.unwrap_or_default();
        let (p50, p99) = (self.one_down.percentile_ms(50.0), self.one_down.percentile_ms(99.0));
        self.stages.note(&format!(
            "{OUTAGE_DISCOUNTS} discounts went on without it, p50 {p50} ms, p99 {p99} ms, to height {others}"
        ));

        let begun = std::time::Instant::now();
        self.network.start_node(victim)?;
        let height = self.network.wait_height(victim, others, CATCH_UP_MAX).await?;
        self.restarted = Some(victim);
        self.stages.end(&format!(
            "restarted; it caught up to height {height} in {:.1} s",
            begun.elapsed().as_secs_f64()
        ));
        Ok(())
    }

    fn index_of(&self, name: &str) -> Result<usize, DemoError> {
        let found = self.network.nodes().iter().position(|node| node.name == name);
        found.ok_or(DemoError::Missing { what: "a validator", hint: "the plan does not give it a node" })
    }
}
