//! Days pass: the story waits for what the ledger does by itself.

use std::time::{Duration, Instant};

use serde_json::Value;
use tally_contracts::types::{BusinessDate, ReceivableId};
use tally_proto::v1::receivable::ReceivableStatus;
use tokio::time::sleep;

use super::cast::{ANCHOR, REGULATOR};
use super::typed::text;
use super::{DILUTED, FAILING, Failure};
use crate::demo::actor::Actor;
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::limits::{LOOK, SETTLEMENT_GRACE};

/// Milliseconds of a chain day.
const DAY_MS: u64 = 86_400_000;

/// Days that a due date may move to reach a business day, and the day after it.
const ROLL_DAYS: i32 = 5;

impl Failure<'_> {
    /// The due date passes: what the anchors have is distributed, the rest is overdue.
    pub(super) async fn overdue(&mut self) -> Result<(), DemoError> {
        self.stages.begin("the due date passes");
        let last = self.due.plus_days(ROLL_DAYS);
        self.wait(FAILING, ReceivableStatus::Overdue, last).await?;
        self.wait(DILUTED, ReceivableStatus::Settled, last).await?;
        let status = self.read(REGULATOR, &["settle", "status", FAILING]).await?;
        self.stages.note(&format!(
            "{ANCHOR} paid {} of {FAILING}",
            status.pointer("/settled/minor_units").unwrap_or(&Value::Null)
        ));
        self.stages.end(&format!("{FAILING} is overdue, {DILUTED} is settled"));
        Ok(())
    }

    /// Until a receivable has that status, which it reaches on `day` at the latest.
    pub(super) async fn wait(
        &mut self,
        receivable: &str,
        status: ReceivableStatus,
        day: BusinessDate,
    ) -> Result<(), DemoError> {
        let id: ReceivableId = receivable.parse().map_err(|_| missing())?;
        let client = self.reader()?.client().clone();
        let most = self.real_time_to(day).await? + SETTLEMENT_GRACE;
        let begun = Instant::now();
        loop {
            let found = client.receivable(id).await?.status();
            if found == status {
                return Ok(());
            }
            let today = client.today().await?;
            self.stages.progress(&format!("{receivable} is {}; it is {today}", found.as_str_name()));
            self.network.check_running()?;
            if begun.elapsed() > most {
                let found = format!("{receivable} is {}, today is {today}", found.as_str_name());
                return Err(DemoError::TooLate {
                    what: "a receivable's next status",
                    seconds: most.as_secs(),
                    found,
                });
            }
            sleep(LOOK).await;
        }
    }

    /// Until that day has begun.
    pub(super) async fn wait_day(&mut self, day: BusinessDate) -> Result<(), DemoError> {
        let most = self.real_time_to(day).await? + SETTLEMENT_GRACE;
        let begun = Instant::now();
        loop {
            // The newest block judges, not the clock.
            let today = self.block_day().await?;
            if today >= day {
                return Ok(());
            }
            self.stages.progress(&format!("it is {today}, {day} is awaited"));
            self.network.check_running()?;
            if begun.elapsed() > most {
                let found = format!("today is {today}");
                return Err(DemoError::TooLate {
                    what: "a day of the chain",
                    seconds: most.as_secs(),
                    found,
                });
            }
            sleep(LOOK).await;
        }
    }

    async fn real_time_to(&self, day: BusinessDate) -> Result<Duration, DemoError> {
        let days = u64::try_from(day.days_since(self.today().await?)).unwrap_or(0);
        let real_ms_per_day = (DAY_MS / u64::from(self.options.speed())).max(1);
        Ok(Duration::from_millis(days * real_ms_per_day))
    }

    /// The newest block's date, as the ledger counts it.
    async fn block_day(&self) -> Result<BusinessDate, DemoError> {
        let status = self.read(REGULATOR, &["settle", "status", FAILING]).await?;
        date(text(&status, "as_of"))
    }

    /// Today, as the chain counts it.
    pub(super) async fn today(&self) -> Result<BusinessDate, DemoError> {
        Ok(self.reader()?.client().today().await?)
    }

    pub(super) fn reader(&self) -> Result<Actor, DemoError> {
        Ok(Actor::new(self.network, cast::id(REGULATOR))?)
    }
}

/// `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<BusinessDate, DemoError> {
    let mut parts = text.splitn(3, '-').map(str::parse::<u32>);
    let mut next = || parts.next().and_then(Result::ok);
    let (year, month, day) = (next(), next(), next());
    let read = || BusinessDate::from_ymd(i32::try_from(year?).ok()?, month?, day?);
    read().ok_or_else(missing)
}

fn missing() -> DemoError {
    DemoError::Missing { what: "a date or a number", hint: "a command's result lacks it" }
}
