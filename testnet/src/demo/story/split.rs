//! Split and pay: tier 1 pays tier 2 with a part of its tranche, tier 2 pays tier 3 with a part of that.

use tally_contracts::Action;
use tally_contracts::tranche::{AcceptTransfer, Offer, Part, Recourse, SplitTranche};
use tally_contracts::types::{Amount, Hash, MemberId, TrancheId};
use tally_proto::v1::common::EventKind;

use super::{Holding, Story};
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::money::{share, shown};

/// Per thousand of a tranche that pays the next tier where no invoice says how much.
const PAID_ON: u64 = 300;

impl Story<'_> {
    pub(super) async fn split(&mut self) -> Result<(), DemoError> {
        self.stages.begin("tier 1 splits and pays tier 2, who pays tier 3");
        let main = self.main()?;
        let root = Holding { holder: main.supplier, tranche: main.root, face: main.face };
        let paid = self.pay_on(root, cast::id(cast::TIER_2)).await?;
        let paid = self.pay_on(paid, cast::id(cast::TIER_3)).await?;
        self.holdings.push(paid);
        self.stages.end("three tiers hold parts of one receivable");
        Ok(())
    }

    /// Splits `from` in two, keeps one part and pays `to` with the other, which it accepts.
    async fn pay_on(&mut self, from: Holding, to: MemberId) -> Result<Holding, DemoError> {
        let (amount, reference, why) = self.owed(from, to)?;
        let kept = from.face.minus(amount)?;
        let offer = Offer { to, recourse: Recourse::None, trade_reference: Some(reference) };
        let parts = vec![Part { face: kept, pay: None }, Part { face: amount, pay: Some(offer) }];
        let split = Action::SplitTranche(SplitTranche { tranche: from.tranche, parts });
        let done = self.actor_of(from.holder)?.act(split).await?;
        let [own, paid] = children(&done.event(EventKind::TrancheSplit)?.tranches)?;
        self.actor_of(to)?.act(Action::AcceptTransfer(AcceptTransfer { tranche: paid })).await?;
        self.stages.note(&format!(
            "{} pays {to} {} with {paid} for {why}, and keeps {} as {own}",
            from.holder,
            shown(amount),
            shown(kept)
        ));
        self.holdings.push(Holding { holder: from.holder, tranche: own, face: kept });
        Ok(Holding { holder: to, tranche: paid, face: amount })
    }

    /// What the holder owes the next tier by an invoice, else a share.
    fn owed(&self, from: Holding, to: MemberId) -> Result<(Amount, Hash, String), DemoError> {
        let fits =
            |amount: Amount| amount.currency() == from.face.currency() && amount.minor() < from.face.minor();
        let mut trades = self.trades.iter().filter(|trade| trade.seller == to && trade.buyer == from.holder);
        if let Some(trade) = trades.find(|trade| fits(trade.amount)) {
            return Ok((trade.amount, trade.document, trade.file.clone()));
        }
        let order = format!("framework contract of {} and {to}", from.holder);
        Ok((share(from.face, PAID_ON)?, Hash::of(order.as_bytes()), order))
    }
}

pub(super) fn children(tranches: &[u64]) -> Result<[TrancheId; 2], DemoError> {
    match tranches {
        [first, second] => Ok([TrancheId::new(*first), TrancheId::new(*second)]),
        _ => {
            Err(DemoError::Missing { what: "two parts", hint: "the receipt of the split does not name them" })
        }
    }
}
