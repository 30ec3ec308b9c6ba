//! Three debts that run in a circle are set off without money; what is left of them is paid.

use super::cast::{CIRCLE as PARTIES, REGULATOR, SOUTH};
use super::typed::{event, named};
use super::{CIRCLE, Failure};
use crate::demo::error::DemoError;
use tally_proto::v1::receivable::ReceivableStatus;

/// What each of them brings in the end: more than the rest and its interest.
const BROUGHT: &str = "200000.00 CNY";

impl Failure<'_> {
    pub(super) async fn net(&mut self) -> Result<(), DemoError> {
        self.stages.begin("a circle of debts is netted");
        let found = self.read(REGULATOR, &["netting", "find"]).await?;
        self.seen.insert("cycles", found);
        let [first, second, third] = PARTIES;
        let proposed = self.act(first, &["netting", "propose"]).await?;
        let netting = named(event(&proposed, "netting_proposed")?, "netting")?;
        self.act(second, &["netting", "consent", &netting]).await?;
        let executed = self.act(third, &["netting", "consent", &netting]).await?;
        event(&executed, "netting_executed")?;
        let record = self.read(REGULATOR, &["netting", "get", &netting]).await?;
        self.stages.note(&format!("{netting}: {}", record.get("reduction").unwrap_or(&record)));
        self.seen.insert("netting", record);
        for party in PARTIES {
            let reference = format!("rest-{party}");
            self.act(SOUTH, &["money", "credit", party, BROUGHT, "--reference", &reference]).await?;
        }
        let soon = self.today().await?;
        for receivable in CIRCLE {
            self.wait(receivable, ReceivableStatus::Settled, soon).await?;
        }
        self.stages.end("the circle is settled: most without money, the rest with it");
        Ok(())
    }
}
