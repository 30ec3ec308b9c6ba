//! Whole lives: submit, confirm, accept, split, transfer, discount, settle; seven transactions of four members.
//!
//! Due dates are far behind every run, so that the anchor settles by paying early.

use tally_contracts::Action;
use tally_contracts::receivable::{AcceptReceivable, ConfirmReceivable, SubmitReceivable};
use tally_contracts::settlement::PayReceivable;
use tally_contracts::tranche::{OfferTransfer, Part, SplitTranche};
use tally_contracts::types::{ReceivableId, Text, TrancheId};
use tally_proto::v1::common::{Event, EventKind};

use super::discount::sell;
use crate::bench::cast::{Order, Seat};
use crate::bench::error::BenchError;
use crate::bench::lane::Lane;
use crate::bench::limits::LIFE_FACE;
use crate::bench::stock::Holding;
use crate::bench::world::{World, event, parts, root};

/// Minor units of the part that is transferred; the rest is sold.
const TRANSFERRED: u64 = LIFE_FACE / 4;

/// Whose receivable it is.
#[derive(Debug, Clone, Copy)]
struct Parties {
    supplier: Seat,
    anchor: Seat,
}

/// What comes next.
#[derive(Debug, Default, Clone, Copy)]
enum Next {
    #[default]
    Submit,
    Confirm(ReceivableId),
    Accept(ReceivableId),
    Split(ReceivableId, TrancheId),
    Transfer(ReceivableId, [TrancheId; 2]),
    Discount(ReceivableId, TrancheId),
    Settle(ReceivableId),
}

/// A lane that leads one receivable after the other through its life.
#[derive(Debug, Default)]
pub struct Lifecycle {
    next: Next,
    parties: Option<Parties>,
}

impl Lane for Lifecycle {
    fn next(&mut self, world: &mut World) -> Result<Option<Order>, BenchError> {
        let parties = match (self.next, self.parties) {
            (Next::Submit, _) | (_, None) => Parties { supplier: world.supplier(), anchor: world.debtor() },
            (_, Some(parties)) => parties,
        };
        self.parties = Some(parties);
        order(world, self.next, parties).map(Some)
    }

    fn applied(&mut self, _world: &mut World, events: &[Event]) -> Result<(), BenchError> {
        self.next = match self.next {
            Next::Submit => Next::Confirm(submitted(events)?),
            Next::Confirm(receivable) => Next::Accept(receivable),
            Next::Accept(receivable) => Next::Split(receivable, root(events, "accept_receivable")?),
            Next::Split(receivable, _) => Next::Transfer(receivable, two(&parts(events, "split_tranche")?)?),
            Next::Transfer(receivable, [_, sold]) => Next::Discount(receivable, sold),
            Next::Discount(receivable, _) => Next::Settle(receivable),
            Next::Settle(_) => Next::Submit,
        };
        Ok(())
    }

    fn refused(&mut self) {
        *self = Self::default();
    }
}

fn order(world: &mut World, next: Next, parties: Parties) -> Result<Order, BenchError> {
    let Parties { supplier, anchor } = parties;
    let (by, action) = match next {
        Next::Submit => {
            let (anchor, terms) = (world.cast.id(anchor), world.terms(LIFE_FACE)?);
            (supplier, Action::SubmitReceivable(SubmitReceivable { anchor, terms }))
        }
        Next::Confirm(receivable) => (anchor, Action::ConfirmReceivable(confirm(world, receivable)?)),
        Next::Accept(receivable) => (supplier, Action::AcceptReceivable(AcceptReceivable { receivable })),
        Next::Split(_, tranche) => {
            let part = |minor| Ok::<_, BenchError>(Part { face: world.amount(minor)?, pay: None });
            let parts = vec![part(TRANSFERRED)?, part(LIFE_FACE - TRANSFERRED)?];
            (supplier, Action::SplitTranche(SplitTranche { tranche, parts }))
        }
        Next::Transfer(_, [tranche, _]) => {
            let offer = world.offer(supplier);
            (supplier, Action::OfferTransfer(OfferTransfer { tranche, offer }))
        }
        Next::Discount(_, tranche) => {
            let face = LIFE_FACE - TRANSFERRED;
            return sell(world, Holding { tranche, holder: supplier, face }, face);
        }
        Next::Settle(receivable) => {
            let amount = world.amount(LIFE_FACE)?;
            (anchor, Action::PayReceivable(PayReceivable { receivable, amount }))
        }
    };
    Ok(Order { by, action })
}

fn confirm(world: &World, receivable: ReceivableId) -> Result<ConfirmReceivable, BenchError> {
    Ok(ConfirmReceivable {
        receivable,
        amount: world.amount(LIFE_FACE)?,
        reason: Text::default(),
        defences_waived: true,
        acknowledge_near_duplicates: true,
    })
}

fn submitted(events: &[Event]) -> Result<ReceivableId, BenchError> {
    let action = "submit_receivable";
    let submitted = event(events, EventKind::ReceivableSubmitted, action)?.receivable;
    submitted.map(ReceivableId::new).ok_or(BenchError::ReceiptLacks { action, what: "the receivable" })
}

fn two(parts: &[TrancheId]) -> Result<[TrancheId; 2], BenchError> {
    parts.try_into().map_err(|_| BenchError::ReceiptLacks { action: "split_tranche", what: "two parts" })
}
