//! Before the load, by real transactions: acceptances, deposits, facilities, and tranches that lie ready.

use std::collections::VecDeque;

use tally_contracts::Action;
use tally_contracts::facility::{CurvePoint, Offering, OpenFacility, SettlementMethod};
use tally_contracts::limits::{AMOUNT_MINOR_MAX, FACILITY_ANCHORS_MAX, TENOR_DAYS_MAX};
use tally_contracts::member::SetStandingAcceptance;
use tally_contracts::money::CreditDeposit;
use tally_contracts::tranche::{Part, Recourse, SplitTranche};
use tally_contracts::types::{DayCount, Rate};
use tally_proto::v1::common::Event;

use super::cast::{Order, Seat};
use super::engine::Lanes;
use super::error::BenchError;
use super::lane::{Lane, Once};
use super::limits::{FACILITIES, PRELOAD_FACE, PRELOAD_PARTS, PRELOAD_PER_RECEIVABLE, SETUP_OUTSTANDING};
use super::stock::Holding;
use super::world::{World, parts, root};

/// Days after today on which the facilities end.
const FACILITY_DAYS: i32 = 365;

/// Annual rate in ppm at 1 and at 180 days of each facility: which is best depends on the tenor.
const CURVES: [[u32; 2]; FACILITIES] =
    [[24_000, 46_000], [28_000, 41_000], [32_000, 37_500], [35_000, 35_500]];

/// What every member must have agreed to before anything else.
pub fn agreements(world: &mut World) -> Result<Lanes, BenchError> {
    let mut orders = acceptances(world);
    for anchor in world.cast.anchors.clone() {
        orders.push(credit(world, anchor)?);
    }
    for (index, curve) in CURVES.into_iter().enumerate() {
        orders.push(facility(world, index, curve)?);
    }
    Ok(orders.into_iter().map(|order| Box::new(Once(Some(order))) as Box<dyn Lane>).collect())
}

/// Suppliers accept always what their neighbours transfer and what the first half of the anchors issue.
fn acceptances(world: &World) -> Vec<Order> {
    let accept = |by: Seat, from: Seat| {
        let counterparty = world.cast.id(from);
        let action = Action::SetStandingAcceptance(SetStandingAcceptance { counterparty, active: true });
        Order { by, action }
    };
    let mut orders = Vec::new();
    for supplier in &world.cast.suppliers {
        orders.extend(world.issuers().iter().map(|issuer| accept(*supplier, *issuer)));
        orders.extend(world.neighbours(*supplier).into_iter().map(|to| accept(to, *supplier)));
    }
    orders
}

/// The settlement bank records money that no run can spend.
fn credit(world: &mut World, anchor: Seat) -> Result<Order, BenchError> {
    let (owner, amount) = (world.cast.id(anchor), world.amount(AMOUNT_MINOR_MAX)?);
    let credit = CreditDeposit { owner, amount, bank_reference: world.unique("opening")? };
    let by = bank(world, 0)?;
    Ok(Order { by, action: Action::CreditDeposit(credit) })
}

fn facility(world: &mut World, index: usize, curve: [u32; 2]) -> Result<Order, BenchError> {
    let by = bank(world, index)?;
    let limit = world.amount(AMOUNT_MINOR_MAX)?;
    let [short, long] = curve.map(Rate::from_ppm);
    let offering = Offering {
        limit,
        limit_per_seller: None,
        tenor_days_min: 1,
        tenor_days_max: TENOR_DAYS_MAX,
        curve: vec![CurvePoint { days: 1, rate: short }, CurvePoint { days: 180, rate: long }],
        day_count: DayCount::Act360,
        fee: Rate::from_ppm(0),
        fee_minimum: world.nothing(),
        recourse: Recourse::None,
        method: SettlementMethod::Deposit,
        paying_bank: world.cast.id(by),
        valid_until: world.today.plus_days(FACILITY_DAYS),
    };
    let anchors = world.cast.anchors.iter().take(FACILITY_ANCHORS_MAX).map(|anchor| world.cast.id(*anchor));
    let action = Action::OpenFacility(OpenFacility { anchors: anchors.collect(), offering });
    Ok(Order { by, action })
}

fn bank(world: &World, index: usize) -> Result<Seat, BenchError> {
    let banks = &world.cast.banks;
    let none = BenchError::TooFew { part: "bank", found: 0, needed: 1 };
    banks.get(index % banks.len().max(1)).copied().ok_or(none)
}

/// Lanes that together make `count` tranches.
pub fn preload(count: u64) -> Lanes {
    let mut shares: Vec<VecDeque<u64>> = vec![VecDeque::new(); SETUP_OUTSTANDING];
    let mut left = count;
    for turn in (0..SETUP_OUTSTANDING).cycle() {
        let share = left.min(PRELOAD_PER_RECEIVABLE);
        if share == 0 {
            break;
        }
        if let Some(shares) = shares.get_mut(turn) {
            shares.push_back(share);
        }
        left -= share;
    }
    let lanes = shares.into_iter().filter(|receivables| !receivables.is_empty());
    lanes.map(|receivables| Box::new(Preload::new(receivables)) as Box<dyn Lane>).collect()
}

/// Issues one receivable after the other and splits each in two stages, the first among several members.
struct Preload {
    /// Tranches of each receivable to come.
    receivables: VecDeque<u64>,
    /// Tranches that still are to be split, with the number of their parts.
    to_split: VecDeque<(Holding, u64)>,
    step: Step,
}

enum Step {
    Issue { holder: Seat, parts: u64 },
    Spread { groups: Vec<(Seat, u64)> },
    Split { holder: Seat },
    None,
}

impl Preload {
    fn new(receivables: VecDeque<u64>) -> Self {
        Self { receivables, to_split: VecDeque::new(), step: Step::None }
    }

    /// Splits the root among the holder and its neighbours, who split their parts further.
    fn spread(&mut self, world: &World, root: Holding, count: u64) -> Result<Order, BenchError> {
        let groups = groups(count);
        let neighbours = world.neighbours(root.holder);
        let others = neighbours.iter().cycle().take(groups.len().saturating_sub(1)).copied();
        let members = std::iter::once(root.holder).chain(others);
        let groups: Vec<(Seat, u64)> = members.zip(groups).collect();
        let part = |(member, parts): &(Seat, u64)| {
            let pay = (*member != root.holder).then(|| world.offer_to(root.holder, *member));
            Ok::<_, BenchError>(Part { face: world.amount(parts * PRELOAD_FACE)?, pay })
        };
        let parts = groups.iter().map(part).collect::<Result<_, _>>()?;
        self.step = Step::Spread { groups };
        let action = Action::SplitTranche(SplitTranche { tranche: root.tranche, parts });
        Ok(Order { by: root.holder, action })
    }

    fn split(&mut self, world: &World, holding: Holding, parts: u64) -> Result<Order, BenchError> {
        let part = Part { face: world.amount(PRELOAD_FACE)?, pay: None };
        let count = usize::try_from(parts).unwrap_or(usize::MAX);
        let action =
            Action::SplitTranche(SplitTranche { tranche: holding.tranche, parts: vec![part; count] });
        self.step = Step::Split { holder: holding.holder };
        Ok(Order { by: holding.holder, action })
    }

    /// A tranche with that many parts in it: ready if it is one, else to be split.
    fn enter(&mut self, world: &mut World, holding: Holding, parts: u64) {
        if parts == 1 {
            world.stock.put(holding);
        } else {
            self.to_split.push_back((holding, parts));
        }
    }
}

impl Lane for Preload {
    fn next(&mut self, world: &mut World) -> Result<Option<Order>, BenchError> {
        if let Some((holding, parts)) = self.to_split.pop_front() {
            let order = if parts > PRELOAD_PARTS {
                self.spread(world, holding, parts)
            } else {
                self.split(world, holding, parts)
            };
            return order.map(Some);
        }
        let Some(parts) = self.receivables.pop_front() else { return Ok(None) };
        let holder = world.supplier();
        self.step = Step::Issue { holder, parts };
        world.issue(holder, parts * PRELOAD_FACE).map(Some)
    }

    fn applied(&mut self, world: &mut World, events: &[Event]) -> Result<(), BenchError> {
        match std::mem::replace(&mut self.step, Step::None) {
            Step::Issue { holder, parts: count } => {
                let tranche = root(events, "issue_receivable")?;
                self.enter(world, Holding { tranche, holder, face: count * PRELOAD_FACE }, count);
            }
            Step::Spread { groups } => {
                for (tranche, (holder, count)) in parts(events, "split_tranche")?.into_iter().zip(groups) {
                    self.enter(world, Holding { tranche, holder, face: count * PRELOAD_FACE }, count);
                }
            }
            Step::Split { holder } => {
                let ready = parts(events, "split_tranche")?.into_iter();
                ready.for_each(|tranche| world.stock.put(Holding { tranche, holder, face: PRELOAD_FACE }));
            }
            Step::None => {}
        }
        Ok(())
    }

    fn refused(&mut self) {
        self.step = Step::None;
    }
}

/// `count` tranches in groups of at most [`PRELOAD_PARTS`], as even as can be.
fn groups(count: u64) -> Vec<u64> {
    let groups = count.div_ceil(PRELOAD_PARTS).max(1);
    let (each, more) = (count / groups, count % groups);
    (0..groups).map(|group| each + u64::from(group < more)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_even_bounded_and_complete() {
        for (count, expected) in
            [(1, vec![1]), (62, vec![62]), (63, vec![32, 31]), (496, vec![62; 8]), (130, vec![44, 43, 43])]
        {
            assert_eq!(groups(count), expected, "{count}");
        }
    }

    #[test]
    fn lanes_share_the_receivables_that_together_hold_every_tranche() {
        let counts = [0, 1, 496, 497, 10_000];
        let lanes: Vec<usize> = counts.into_iter().map(|count| preload(count).len()).collect();
        assert_eq!(lanes, [0, 1, 1, 2, 21]);
    }
}
