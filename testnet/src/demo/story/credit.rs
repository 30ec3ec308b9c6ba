//! Opening balances: each bank records what its clients brought along. The first commits also time the machine.

use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_contracts::types::{Amount, Currency, Text};

use super::Story;
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::latency::Latencies;
use crate::demo::money::shown;

/// Bank, client, and the opening balance in fen.
const OPENING: [(&str, &str, u64); 4] = [
    (cast::EAST, cast::ANCHOR, 2_500_000),
    (cast::WEST, cast::TIER_1, 1_800_000),
    (cast::NORTH, cast::TIER_2, 900_000),
    (cast::SOUTH, cast::TIER_3, 300_000),
];

/// Credits for each client, so that the mean means something.
const ROUNDS: u64 = 2;

impl Story<'_> {
    /// Seconds that one commit takes here.
    pub(super) async fn credit(&mut self) -> Result<f64, DemoError> {
        self.stages.begin("four banks credit their clients' opening deposits");
        let mut latencies = Latencies::default();
        let currency = Currency::new("CNY")?;
        for (bank, client, minor) in OPENING {
            let actor = self.actor(bank)?;
            for round in 1..=ROUNDS {
                let amount = Amount::new(minor / ROUNDS, currency)?;
                let bank_reference = Text::new(&format!("opening-{client}-{round}"))?;
                let credit = CreditDeposit { owner: cast::id(client), amount, bank_reference };
                latencies.record(actor.act(Action::CreditDeposit(credit)).await?.took);
            }
            self.stages.note(&format!("{bank} owes {client} {}", shown(Amount::new(minor, currency)?)));
        }
        let mean = latencies.mean_s();
        self.stages.end(&format!("{} commits, {:.0} ms each", latencies.count(), mean * 1_000.0));
        Ok(mean)
    }
}
