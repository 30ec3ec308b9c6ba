//! Discounts: each tier sells a part of what it holds and has its deposit in the same transaction.

use std::time::Duration;

use tally_contracts::Action;
use tally_contracts::financing::DiscountTranche;
use tally_contracts::types::{Amount, TrancheId};
use tally_proto::v1::common::EventKind;
use tally_proto::v1::facility::{QuoteRequest, QuoteResponse};

use super::{Holding, Story};
use crate::demo::actor::Done;
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::money::{amount, share, shown, wire};

/// Per thousand of its tranche that each tier sells at first.
const SOLD_FIRST: u64 = 400;

/// Per thousand of tier 1's tranche that all measured discounts together sell.
const SOLD_MEASURED: u64 = 400;

/// What a discount did.
pub(super) struct Sale {
    pub proceeds: Amount,
    pub funders: Vec<String>,
    pub took: Duration,
}

impl Story<'_> {
    pub(super) async fn discount(&mut self) -> Result<(), DemoError> {
        self.stages.begin("each tier asks for quotes and discounts a part");
        for name in [cast::TIER_1, cast::TIER_2, cast::TIER_3] {
            let holding = *self.holding(name)?;
            let sold = share(holding.face, SOLD_FIRST)?;
            let quote = self.quote(holding, sold).await?;
            let offers = offers(&quote)?;
            let sale = self.sell(name, sold, amount_of(&quote)?).await?;
            self.all_up.record(sale.took);
            self.stages.note(&format!(
                "{name} sells {}: {offers}; {} pays {} in {} ms",
                shown(sold),
                sale.funders.join(" and "),
                shown(sale.proceeds),
                sale.took.as_millis()
            ));
        }
        self.measure().await?;
        let (p50, p99) = (self.all_up.percentile_ms(50.0), self.all_up.percentile_ms(99.0));
        self.stages.end(&format!(
            "{} discounts, from submit to commit p50 {p50} ms, p99 {p99} ms",
            self.all_up.count()
        ));
        Ok(())
    }

    /// Many small ones, so that percentiles mean something.
    async fn measure(&mut self) -> Result<(), DemoError> {
        let count = self.options.discounts;
        let face = self.holding(cast::TIER_1)?.face;
        let each = share(face, (SOLD_MEASURED / u64::from(count.max(1))).max(1))?;
        for number in 1..=count {
            let sale = self.sell(cast::TIER_1, each, Amount::zero(each.currency())).await?;
            self.all_up.record(sale.took);
            self.stages.progress(&format!("small discounts {number}/{count}"));
        }
        Ok(())
    }

    /// Sells `sold` of what `name` holds for at least `minimum`, and remembers what is left.
    pub(super) async fn sell(
        &mut self,
        name: &str,
        sold: Amount,
        minimum: Amount,
    ) -> Result<Sale, DemoError> {
        let holding = *self.holding(name)?;
        let done = self.actor(name)?.act(discount(holding.tranche, sold, minimum)).await?;
        let left = Holding { tranche: leftover(&done)?, face: holding.face.minus(sold)?, ..holding };
        *self.holding(name)? = left;
        let sales = done.events.iter().filter(|event| event.kind() == EventKind::TrancheDiscounted);
        let proceeds =
            sales.clone().map(|event| amount(event.proceeds.as_ref())).collect::<Result<Vec<_>, _>>()?;
        Ok(Sale {
            proceeds: Amount::sum(sold.currency(), proceeds)?,
            funders: sales.map(|event| event.counterparty.clone()).collect(),
            took: done.took,
        })
    }

    pub(super) async fn quote(&self, holding: Holding, sold: Amount) -> Result<QuoteResponse, DemoError> {
        let request = QuoteRequest {
            tranche: holding.tranche.number(),
            amount: Some(wire(sold)),
            facility: None,
            allow_partial_fills: false,
        };
        Ok(self.actor_of(holding.holder)?.client().quote(request).await?)
    }
}

/// By best execution over all facilities.
pub(super) fn discount(tranche: TrancheId, amount: Amount, min_proceeds: Amount) -> Action {
    Action::DiscountTranche(DiscountTranche {
        tranche,
        amount,
        min_proceeds,
        facility: None,
        allow_partial_fills: false,
    })
}

/// What best execution would pay.
pub(super) fn amount_of(quote: &QuoteResponse) -> Result<Amount, DemoError> {
    let best = quote.best_execution.as_ref();
    let best =
        best.ok_or(DemoError::Missing { what: "a quote", hint: "no facility buys this tranche now" })?;
    amount(best.proceeds.as_ref())
}

/// Each facility's price, the best first.
fn offers(quote: &QuoteResponse) -> Result<String, DemoError> {
    use tally_proto::v1::financing::facility_quote::Verdict;
    let mut offers = Vec::new();
    for facility in &quote.facilities {
        if let Some(Verdict::Price(price)) = &facility.verdict {
            let proceeds = shown(amount(price.proceeds.as_ref())?);
            offers.push(format!("{} offers {proceeds} ({} days)", facility.funder, price.tenor_days));
        }
    }
    Ok(offers.join(", "))
}

/// The part that stayed with the seller is the last of the split.
fn leftover(done: &Done) -> Result<TrancheId, DemoError> {
    let split = done.event(EventKind::TrancheSplit)?;
    let last = split.tranches.last().copied().map(TrancheId::new);
    last.ok_or(DemoError::Missing {
        what: "the unsold part",
        hint: "the receipt of the split does not name it",
    })
}
