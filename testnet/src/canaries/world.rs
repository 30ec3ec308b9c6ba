//! The world: a network, everybody's keys, the banks' facilities, and the deals.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use tally_contracts::Action;
use tally_contracts::facility::{CurvePoint, Offering, OpenFacility, SettlementMethod};
use tally_contracts::member::SetEncryptionKey;
use tally_contracts::tranche::Recourse;
use tally_contracts::types::{
    Amount, BusinessDate, Currency, DayCount, FacilityId, MemberId, Rate, X25519Key,
};
use tally_keys::Passphrase;
use tally_proto::v1::common::{Date, EventKind};
use tally_proto::v1::ledger::Block;
use tokio::task::JoinSet;

use super::canary::{Canary, Nest};
use super::cast::Cast;
use super::deal::{Deal, Floor, Made};
use super::error::{CanaryError, io};
use super::limits::DEALS_AT_ONCE;
use super::papers::Papers;
use crate::demo::{Actor, own_folder};
use crate::network::{ClockPlan, Network, NetworkError, Plan, TlsPlan};
use crate::questions::Extent;

/// The chain's first day, a Monday. Its clock runs as fast as ours, so that no due date comes.
const FIRST_DAY: (i32, u32, u32) = (2026, 2, 9);
/// Milliseconds after which an idle chain makes an empty block: few of them, as each is read by everybody.
const HEARTBEAT_MS: u64 = 5_000;
/// Milliseconds that a node gives one request.
const REQUEST_TIMEOUT_MS: u64 = 60_000;
/// What the nodes say about themselves, much more than they do by default: a log that is silent proves nothing.
const LOG_FILTER: &str = "info,tally_node=debug,tally_consensus=debug";
/// The largest facility that a ledger knows.
const FACILITY_LIMIT: u64 = tally_contracts::limits::AMOUNT_MINOR_MAX;

/// What was made.
pub struct World {
    /// Of the nodes; they run.
    pub network: Network,
    /// Who plays.
    pub cast: Cast,
    /// Everybody's hands and keys.
    pub floor: Arc<Floor>,
    /// By number.
    pub canaries: Vec<Canary>,
    /// The deals, without their canaries.
    pub deals: Vec<Made>,
    /// How much there is to ask for.
    pub extent: Extent,
}

/// A network for such a world.
pub fn plan(cast: &Cast, folder: &std::path::Path, chain_id: &str) -> Plan {
    let (year, month, day) = FIRST_DAY;
    let first_day = BusinessDate::from_ymd(year, month, day).unwrap_or_default();
    Plan {
        chain_id: chain_id.to_owned(),
        members: cast.plans.clone(),
        clock: ClockPlan { first_day, speed: 1 },
        folder: folder.to_path_buf(),
        heartbeat_ms: HEARTBEAT_MS,
        is_distant: false,
        tls: TlsPlan::Off,
        request_timeout_ms: REQUEST_TIMEOUT_MS,
        member_transactions_per_second: None,
        log_filter: Some(LOG_FILTER.to_owned()),
        binaries: own_folder(),
    }
}

impl World {
    /// Makes `deals` deals on a running network.
    pub async fn play(
        network: Network,
        cast: Cast,
        deals: usize,
        seed: u64,
        progress: impl Fn(usize),
    ) -> Result<Self, CanaryError> {
        let floor = Arc::new(floor(&network, &cast)?);
        publish_keys(&floor, &cast).await?;
        let facilities = open_facilities(&floor, &cast).await?;
        let mut nest = Nest::new(seed);
        let plans: Vec<Deal> =
            (1..=deals).map(|number| Deal::plan(number, &cast, &facilities, &mut nest)).collect();
        let mut made = make_all(plans, &floor, progress).await?;
        let extent = extent(&floor, &cast, &made, facilities.len()).await?;
        Ok(Self {
            network,
            floor,
            canaries: made.iter_mut().flat_map(|one| std::mem::take(&mut one.canaries)).collect(),
            deals: made,
            cast,
            extent,
        })
    }
}

fn floor(network: &Network, cast: &Cast) -> Result<Floor, CanaryError> {
    let everybody = || cast.members().chain([cast.regulator]);
    let actors = everybody().map(|id| Ok((id, Actor::new(network, id)?)));
    let actors: BTreeMap<MemberId, Actor> = actors.collect::<Result<_, NetworkError>>()?;
    let passphrase = network.layout().member_passphrase();
    let text = fs::read_to_string(&passphrase).map_err(io(&passphrase, "read"))?;
    let folder = network.layout().root.join("papers");
    fs::create_dir_all(&folder).map_err(io(&folder, "create"))?;
    Ok(Floor {
        actors,
        papers: Papers::make(everybody(), &folder, &Passphrase::new(text.trim().to_owned())?)?,
        chain_id: network.plan().chain_id.clone(),
        currency: Currency::new("CNY")?,
        today: network.plan().clock.first_day,
        regulator: cast.regulator,
    })
}

async fn publish_keys(floor: &Arc<Floor>, cast: &Cast) -> Result<(), CanaryError> {
    let mut tasks = JoinSet::new();
    for member in cast.members().chain([cast.regulator]) {
        let floor = Arc::clone(floor);
        tasks.spawn(async move {
            let key = X25519Key(floor.papers.public(member)?);
            floor.act(member, Action::SetEncryptionKey(SetEncryptionKey { key })).await.map(|_| ())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// Each bank's own, for all anchors; they differ in price.
async fn open_facilities(floor: &Floor, cast: &Cast) -> Result<Vec<FacilityId>, CanaryError> {
    let mut facilities = Vec::new();
    for (number, bank) in (0_u32..).zip(&cast.banks) {
        let offering = Offering {
            limit: Amount::new(FACILITY_LIMIT, floor.currency)?,
            limit_per_seller: None,
            tenor_days_min: 1,
            tenor_days_max: 365,
            curve: vec![CurvePoint { days: 90, rate: Rate::from_ppm(31_000 + 1_700 * number) }],
            day_count: DayCount::Act360,
            fee: Rate::from_ppm(0),
            fee_minimum: Amount::zero(floor.currency),
            recourse: Recourse::None,
            method: SettlementMethod::Deposit,
            paying_bank: *bank,
            valid_until: floor.today.plus_days(700),
        };
        let open = OpenFacility { anchors: cast.anchors.clone(), offering };
        let done = floor.act(*bank, Action::OpenFacility(open)).await?;
        let id = done.event(EventKind::FacilityOpened)?.facility;
        facilities.push(FacilityId::new(id.ok_or(CanaryError::Missing { what: "a facility's number" })?));
    }
    Ok(facilities)
}

/// Several at once, in no order that matters.
async fn make_all(
    plans: Vec<Deal>,
    floor: &Arc<Floor>,
    progress: impl Fn(usize),
) -> Result<Vec<Made>, CanaryError> {
    let (mut tasks, mut made) = (JoinSet::new(), Vec::new());
    for plan in plans {
        if tasks.len() >= DEALS_AT_ONCE
            && let Some(done) = tasks.join_next().await
        {
            made.push(done??);
            progress(made.len());
        }
        tasks.spawn(plan.make(Arc::clone(floor)));
    }
    while let Some(done) = tasks.join_next().await {
        made.push(done??);
        progress(made.len());
    }
    Ok(made)
}

/// As the regulator sees it, a little beyond the end of everything.
async fn extent(floor: &Floor, cast: &Cast, made: &[Made], facilities: usize) -> Result<Extent, CanaryError> {
    let beyond = |last: Option<u64>| last.unwrap_or(0) + 1;
    let client = floor.actor(floor.regulator)?.client();
    let height = client.tip().await?.height;
    let mut transactions = Vec::new();
    for number in 1..=height {
        let block: Block = client.block(number).await?;
        transactions.extend(block.transactions.into_iter().map(|one| one.transaction_id));
    }
    let day = |days| Some(Date::from(&floor.today.plus_days(days)));
    Ok(Extent {
        receivables: beyond(made.iter().map(|one| one.receivable.number()).max()),
        tranches: beyond(made.iter().map(|one| one.tranche).max()),
        facilities: u64::try_from(facilities).unwrap_or(u64::MAX) + 1,
        documents: beyond(made.iter().map(|one| one.document.number()).max()),
        payouts: 1,
        others: 2,
        height,
        members: cast.members().collect(),
        banks: cast.banks.clone(),
        transactions,
        currency: Some(floor.currency),
        days: [day(0), day(1)],
    })
}
