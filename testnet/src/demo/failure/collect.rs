//! The case that opened by itself: handed to an agent, who contacts the debtor; costs are claimed and allowed.

use super::cast::{ANCHOR, COLLECTOR, EAST, NORTH, REGULATOR, TIER_1};
use super::days::date;
use super::typed::text;
use super::{FAILING, Failure};
use crate::demo::error::DemoError;

impl Failure<'_> {
    pub(super) async fn collect(&mut self) -> Result<(), DemoError> {
        self.stages.begin("a collections case runs");
        let case = self.read(REGULATOR, &["case", "get", FAILING]).await?;
        let opened = date(text(&case, "opened_on"))?;
        let mandate = self.paper("mandate.txt", "collect for us")?;
        let until = opened.plus_days(200).to_string();
        let words =
            ["case", "assign", FAILING, "--agent", COLLECTOR, "--until", &until, "--mandate", &mandate];
        self.act(EAST, &words).await?;
        self.stages.note(&format!("{EAST}, the lead creditor, hands the case to {COLLECTOR}"));

        // Hours of the policy's day, eight ahead of UTC: three in the morning and two in the afternoon.
        self.wait_day(opened.plus_days(1)).await?;
        let night = format!("{}T19:00:00Z", opened.plus_days(-1));
        let afternoon = format!("{opened}T06:00:00Z");
        let contact =
            ["case", "contact", FAILING, "--channel", "phone", "--outcome", "promised to pay", "--at"];
        let at = |time| contact.into_iter().chain([time]).collect::<Vec<&str>>();
        self.refused(COLLECTOR, &at(&night), "calling at night", "CONTACT_OUTSIDE_HOURS").await?;
        self.act(COLLECTOR, &at(&afternoon)).await?;

        let bill = self.paper("bill.txt", "court fee")?;
        let claim = ["settle", "claim-costs", FAILING, "--amount", "1234.56", "--evidence", &bill];
        let words: Vec<&str> = claim.into_iter().chain(["--note", "court fee"]).collect();
        self.act(EAST, &words).await?;
        self.act(REGULATOR, &["settle", "allow-costs", FAILING, EAST, "--note", "ruling 7"]).await?;
        self.stages.note("the regulator allows 1,234.56 CNY of costs");

        let invoice = format!("INV-NEW,{opened},1000.00 CNY");
        let issue = ["receivable", "issue", "--supplier", TIER_1, "--invoice", &invoice, "--due", "+60d"];
        let words: Vec<&str> = issue.into_iter().chain(["--settlement-bank", NORTH]).collect();
        self.refused(ANCHOR, &words, "promising more while overdue", "ANCHOR_SUSPENDED").await?;
        self.stages.end("everything stands in the case's file");
        Ok(())
    }
}
