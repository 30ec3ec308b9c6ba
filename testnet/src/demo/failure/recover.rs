//! Late payments: what arrives goes through the waterfall to everybody who holds a part by now.

use tally_proto::v1::receivable::ReceivableStatus;

use super::cast::{ANCHOR, NORTH};
use super::{FAILING, Failure};
use crate::demo::error::DemoError;

/// A part first, then more than everything that is owed.
const ARRIVALS: [(&str, &str); 2] = [("350000.00 CNY", "late-1"), ("900000.00 CNY", "late-2")];

impl Failure<'_> {
    pub(super) async fn recover(&mut self) -> Result<(), DemoError> {
        self.stages.begin("late money is distributed by the waterfall");
        for (amount, reference) in ARRIVALS {
            self.act(NORTH, &["money", "credit", ANCHOR, amount, "--reference", reference]).await?;
            self.stages
                .note(&format!("{NORTH} records {ANCHOR}'s {amount}: costs, then interest, then face"));
        }
        let soon = self.today().await?;
        self.wait(FAILING, ReceivableStatus::Settled, soon).await?;
        self.stages.end(&format!("{FAILING} is settled; the pool has its money back"));
        Ok(())
    }
}
