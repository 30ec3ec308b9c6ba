//! Due dates arrive and the anchors' money reaches every holder.

use std::collections::BTreeMap;
use std::time::Instant;

use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_contracts::types::{Amount, BusinessDate, Currency, MemberId, Text};
use tally_proto::v1::receivable::{ListReceivablesRequest, ReceivableStatus};
use tokio::time::sleep;

use super::Story;
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::limits::{LOOK, SETTLEMENT_GRACE};
use crate::demo::money::shown;

/// Days that a due date may move to reach a business day.
const ROLL_DAYS: i32 = 4;

/// Milliseconds of a chain day.
const DAY_MS: u64 = 86_400_000;

impl Story<'_> {
    pub(super) async fn settle(&mut self) -> Result<(), DemoError> {
        self.stages.begin("due dates arrive, the anchors' money reaches all holders");
        self.fund_anchors().await?;
        let last = self.receivables.iter().map(|one| one.due).max().unwrap_or_default();
        let real_ms_per_day = (DAY_MS / u64::from(self.options.speed())).max(1);
        let days = u64::try_from(last.days_since(self.today().await?) + ROLL_DAYS).unwrap_or(0);
        let most = std::time::Duration::from_millis(days * real_ms_per_day) + SETTLEMENT_GRACE;
        let begun = Instant::now();
        loop {
            let (settled, all, today) = (self.settled().await?, self.receivables.len(), self.today().await?);
            self.stages
                .progress(&format!("{settled}/{all} settled; it is {today}, the last due date is {last}"));
            if settled == all {
                break;
            }
            self.network.check_running()?;
            if begun.elapsed() > most {
                let found = format!("{settled} of {all}, today is {today}");
                return Err(DemoError::TooLate {
                    what: "settlement of all receivables",
                    seconds: most.as_secs(),
                    found,
                });
            }
            sleep(LOOK).await;
        }
        self.stages.end(&format!("{} receivables are settled", self.receivables.len()));
        Ok(())
    }

    /// The settlement banks record the money that the anchors brought for all they owe.
    async fn fund_anchors(&mut self) -> Result<(), DemoError> {
        let mut owed: BTreeMap<(MemberId, MemberId, Currency), Amount> = BTreeMap::new();
        for one in &self.receivables {
            let currency = one.face.currency();
            let sum =
                owed.entry((one.settlement_bank, one.anchor, currency)).or_insert(Amount::zero(currency));
            *sum = sum.plus(one.face)?;
        }
        for ((bank, owner, currency), amount) in owed {
            let bank_reference = Text::new(&format!("due-{owner}-{currency}"))?;
            let credit = CreditDeposit { owner, amount, bank_reference };
            self.actor_of(bank)?.act(Action::CreditDeposit(credit)).await?;
            self.stages.note(&format!("{bank} records {owner}'s {}", shown(amount)));
        }
        Ok(())
    }

    pub(super) async fn settled(&self) -> Result<usize, DemoError> {
        let request = ListReceivablesRequest::default();
        let listed = self.actor(cast::EAST)?.client().receivables(request, 0).await?;
        let is_ours = |id: u64| self.receivables.iter().any(|one| one.id.number() == id);
        let settled =
            listed.iter().filter(|one| is_ours(one.id) && one.status() == ReceivableStatus::Settled);
        Ok(settled.count())
    }

    /// Today, as the chain counts it: by the newest block, or by its clock where that is further.
    pub(super) async fn today(&self) -> Result<BusinessDate, DemoError> {
        Ok(self.actor(cast::EAST)?.client().today().await?)
    }
}
