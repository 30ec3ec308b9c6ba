//! The story, stage by stage: each file is one stage and reads like what it tells.

mod check;
mod confirm;
mod credit;
mod discount;
mod facility;
mod import;
mod outage;
mod refuse;
mod settle;
mod split;

use std::collections::BTreeMap;

use tally_contracts::types::{Amount, BusinessDate, FacilityId, Hash, MemberId, ReceivableId, TrancheId};

use super::actor::Actor;
use super::cast;
use super::error::DemoError;
use super::invoices::Trade;
use super::latency::Latencies;
use super::options::DemoOptions;
use super::stage::Stages;
use super::summary::Summary;
use crate::network::Network;

/// Stages that this module tells.
pub const STAGES: u32 = 10;

/// Everything that the story knows so far.
#[derive(Debug)]
pub struct Story<'a> {
    network: &'a mut Network,
    stages: &'a mut Stages,
    options: &'a DemoOptions,
    trades: Vec<Trade>,
    receivables: Vec<Receivable>,
    facilities: Vec<Facility>,
    /// What each tier holds of the main receivable.
    holdings: Vec<Holding>,
    refusals: BTreeMap<String, u64>,
    all_up: Latencies,
    one_down: Latencies,
    restarted: Option<usize>,
}

/// A receivable that came to life.
#[derive(Debug, Clone)]
struct Receivable {
    id: ReceivableId,
    supplier: MemberId,
    anchor: MemberId,
    face: Amount,
    due: BusinessDate,
    settlement_bank: MemberId,
    /// Its first invoice's document.
    document: Hash,
    root: TrancheId,
}

/// A facility, for quotes to go stale on.
#[derive(Debug, Clone)]
struct Facility {
    id: FacilityId,
    funder: MemberId,
    offering: tally_contracts::facility::Offering,
}

/// A tranche in somebody's hands.
#[derive(Debug, Clone, Copy)]
struct Holding {
    holder: MemberId,
    tranche: TrancheId,
    face: Amount,
}

impl<'a> Story<'a> {
    /// A story about to begin on a network that is ready.
    pub fn new(network: &'a mut Network, stages: &'a mut Stages, options: &'a DemoOptions) -> Self {
        Self {
            network,
            stages,
            options,
            trades: Vec::new(),
            receivables: Vec::new(),
            facilities: Vec::new(),
            holdings: Vec::new(),
            refusals: BTreeMap::new(),
            all_up: Latencies::default(),
            one_down: Latencies::default(),
            restarted: None,
        }
    }

    /// Tells it from the first deposit to the last check.
    pub async fn tell(mut self) -> Result<Summary, DemoError> {
        let latency_s = self.credit().await?;
        self.import(latency_s).await?;
        self.confirm().await?;
        self.split().await?;
        self.open_facilities().await?;
        self.discount().await?;
        self.refuse().await?;
        self.outage().await?;
        self.settle().await?;
        self.check().await
    }

    fn actor(&self, name: &str) -> Result<Actor, DemoError> {
        Ok(Actor::new(self.network, cast::id(name))?)
    }

    fn actor_of(&self, member: MemberId) -> Result<Actor, DemoError> {
        Ok(Actor::new(self.network, member)?)
    }

    /// The receivable that is split and discounted: the largest of tier 1.
    fn main(&self) -> Result<&Receivable, DemoError> {
        let of_tier_1 = self.receivables.iter().filter(|one| one.supplier == cast::id(cast::TIER_1));
        of_tier_1.max_by_key(|one| one.face.minor()).ok_or(DemoError::Missing {
            what: "a receivable of tier 1",
            hint: "the folder of --invoices holds no invoice that can be financed",
        })
    }

    fn holding(&mut self, name: &str) -> Result<&mut Holding, DemoError> {
        let member = cast::id(name);
        self.holdings.iter_mut().find(|holding| holding.holder == member).ok_or(DemoError::Missing {
            what: "a tier's tranche",
            hint: "the split before did not give it one",
        })
    }
}
