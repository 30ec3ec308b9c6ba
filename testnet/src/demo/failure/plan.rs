//! A plan: a debtor that is late agrees with its creditor on instalments, and keeps every one of them.

use serde_json::{Value, json};
use tally_contracts::types::BusinessDate;
use tally_proto::v1::receivable::ReceivableStatus;

use super::cast::{CIRCLE as PARTIES, NORTH, TIER_1};
use super::typed::event;
use super::{Failure, PLANNED};
use crate::demo::error::DemoError;

/// What is paid by when, in CNY; together it is the face.
const INSTALMENTS: [(&str, u64); 3] =
    [("100000.00", 10_000_000), ("80000.00", 8_000_000), ("60000.00", 6_000_000)];

/// What is left then: the instalments paid interest too, so that as much of the face is open.
const REST: &str = "20000.00 CNY";

/// Days from the first look to the first instalment and between two, beside those that commands take.
const ROOM_DAYS: i32 = 3;

/// Commands before an instalment's day.
const COMMANDS: i32 = 4;

impl Failure<'_> {
    pub(super) async fn plan(&mut self) -> Result<(), DemoError> {
        self.stages.begin("a debtor that is late agrees on instalments, and keeps them");
        let (debtor, creditor, today) = (PARTIES[0], TIER_1, self.today().await?);
        let step = ROOM_DAYS + COMMANDS * self.command_days();
        let days: Vec<_> =
            (1..).take(INSTALMENTS.len()).map(|number| today.plus_days(number * step)).collect();
        let mut words = vec!["case", "plan", PLANNED];
        let parts: Vec<String> =
            days.iter().zip(INSTALMENTS).map(|(on, (amount, _))| format!("{on}={amount}")).collect();
        for part in &parts {
            words.extend(["--instalment", part.as_str()]);
        }
        self.act(debtor, &words).await?;
        let agreed = self.act(creditor, &["case", "approve", PLANNED]).await?;
        event(&agreed, "arrangement_in_force")?;
        self.stages.note(&format!("{debtor} and {creditor}: {}", parts.join(", ")));

        for (number, (on, (amount, _))) in days.iter().zip(INSTALMENTS).enumerate() {
            let (amount, reference) = (format!("{amount} CNY"), format!("instalment-{number}"));
            self.act(NORTH, &["money", "credit", debtor, &amount, "--reference", &reference]).await?;
            self.wait_day(on.plus_days(1)).await?;
            self.stages.note(&format!("{amount} were there by {on}"));
        }
        self.act(NORTH, &["money", "credit", debtor, REST, "--reference", "instalment-rest"]).await?;
        let soon = self.today().await?;
        self.wait(PLANNED, ReceivableStatus::Settled, soon).await?;
        let instalment = |(on, (_, minor)): (&BusinessDate, (&str, u64))| json!({"on": on.to_string(), "minor_units": minor});
        self.seen.insert("plan", days.iter().zip(INSTALMENTS).map(instalment).collect::<Value>());
        self.stages.end(&format!("{PLANNED} was never pressed harder, and is settled with its interest"));
        Ok(())
    }

    /// Chain days that one command takes here, at least one.
    fn command_days(&self) -> i32 {
        let days = self.command_s * f64::from(self.options.speed()) / 86_400.0;
        // Clamped to a few, so that it is exact.
        days.ceil().clamp(1.0, 10.0) as i32
    }
}
