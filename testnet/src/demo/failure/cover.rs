//! Who stands behind the bank's part: a guarantor for a fee, and a compensation pool that its contributors fill.

use super::Failure;
use super::cast::{ANCHOR, EAST, FUND, GUARANTOR, NORTH, REGULATOR, TIER_1};
use super::typed::{event, named};
use crate::demo::error::DemoError;

impl Failure<'_> {
    pub(super) async fn cover(&mut self) -> Result<(), DemoError> {
        self.stages.begin("a guarantor and a compensation pool stand behind the bank's part");
        let (tranche, until) = (self.bought.clone(), self.due.plus_days(300).to_string());
        let scope = ["guarantee", "offer", "--tranche", &tranche, "--share", "60%", "--cap", "CNY250000.00"];
        let terms = ["--fee", "5000.00", "--for", TIER_1, "--bank", NORTH, "--until", &until];
        let words: Vec<&str> = scope.into_iter().chain(terms).collect();
        let offered = self.act(GUARANTOR, &words).await?;
        let guarantee = named(event(&offered, "guarantee_offered")?, "guarantee")?;
        self.act(TIER_1, &["guarantee", "accept", &guarantee]).await?;
        self.stages
            .note(&format!("{guarantee}: {GUARANTOR} answers for 60 % of {tranche}, at most 250,000.00 CNY"));

        let open = ["pool", "open", "--bank", NORTH, "--cap", "CNY500000.00", "--share", "60%"];
        let terms =
            ["--share-with-guarantor", "17.3333%", "--interest-subsidy", "30%", "--fee-subsidy", "50%"];
        let cap = ["--fee-subsidy-cap", "2000.00"];
        let words: Vec<&str> = open.into_iter().chain(terms).chain(cap).collect();
        let opened = self.act(FUND, &words).await?;
        let pool = named(event(&opened, "pool_opened")?, "pool")?;
        self.act(EAST, &["pool", "contribute", &pool, "60000.00"]).await?;
        self.act(FUND, &["pool", "contribute", &pool, "40000.00"]).await?;
        self.act(EAST, &["pool", "enrol", &pool, &tranche, "--guarantee", &guarantee]).await?;
        self.stages.note(&format!(
            "{pool}: {EAST} and {FUND} put in 100,000.00 CNY; it shares 17.3333 % of the loss"
        ));

        let contagion = self.read(REGULATOR, &["anchor", "contagion", ANCHOR]).await?;
        self.seen.insert("contagion", contagion);
        self.stages.end(&format!("the regulator sees what {ANCHOR}'s default would cost whom"));
        Ok(())
    }
}
