//! Policy: every number a regulation or the consortium may change, effective-dated (rulebook §9).
mod check;
mod fields;
mod simulate;

pub use fields::fields;
pub use simulate::{Refusal, Simulated, Simulation, Why};

use crate::execute::Call;
use crate::failure::{Failure, Fault};
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::types::{Amount, AmountError, BusinessDate, Calendar, CounterKind, Currency, DayRoll, Timestamp};
use borsh::{BorshDeserialize, BorshSerialize};

/// What later money pays first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub enum WaterfallStep {
    Costs,
    LateInterest,
    Face,
}

/// One version of the policy. A transaction is judged by the version in force at its block time.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Policy {
    pub version: u32,
    /// First local date on which it is in force.
    pub effective_from: BusinessDate,
    pub tenor_soft_days: u32,
    pub tenor_hard_days: u32,
    /// Delivery to payment, by law (保障中小企业款项支付条例).
    pub statutory_days: u32,
    pub submission_lapse_days: u32,
    pub acceptance_hours: u32,
    /// Smallest face of a tranche, minor units of any currency.
    pub min_tranche_minor: u64,
    pub max_depth: u8,
    pub max_parts: u32,
    pub grace_days: u32,
    pub late_rate_default_ppm_per_day: u32,
    pub late_rate_floor_ppm_per_year: u32,
    /// Days past due from which a receivable is special mention, substandard, doubtful, loss.
    pub dpd_thresholds: [u32; 4],
    pub technical_grace_days: u32,
    pub suspend_anchor_after_days: u32,
    pub default_after_days: u32,
    pub financing_requires_registration: bool,
    pub allow_recourse: bool,
    pub day_roll: DayRoll,
    pub calendar: Calendar,
    pub utc_offset_minutes: i32,
    /// Local hours between which a debtor may be contacted.
    pub contact_hours: (u8, u8),
    pub contacts_per_day: u32,
    pub waterfall: Vec<WaterfallStep>,
    pub evidence_required: bool,
}

impl Policy {
    /// The rulebook's defaults, in force from the beginning of time.
    pub fn rulebook() -> Self {
        Self {
            version: 1,
            effective_from: BusinessDate::from_days(0),
            tenor_soft_days: 180,
            tenor_hard_days: 365,
            statutory_days: 60,
            submission_lapse_days: 15,
            acceptance_hours: 72,
            min_tranche_minor: 100,
            max_depth: 10,
            max_parts: 64,
            grace_days: 0,
            late_rate_default_ppm_per_day: 500,
            late_rate_floor_ppm_per_year: 30_000,
            dpd_thresholds: [1, 91, 271, 361],
            technical_grace_days: 7,
            suspend_anchor_after_days: 1,
            default_after_days: 30,
            financing_requires_registration: false,
            allow_recourse: true,
            day_roll: DayRoll::Following,
            calendar: Calendar::weekends(),
            utc_offset_minutes: 480,
            contact_hours: (8, 22),
            contacts_per_day: 3,
            waterfall: vec![WaterfallStep::Costs, WaterfallStep::LateInterest, WaterfallStep::Face],
            evidence_required: false,
        }
    }

    /// The smallest face of a tranche, in `currency`.
    pub(crate) fn minimum_tranche(&self, currency: Currency) -> Result<Amount, AmountError> {
        Amount::new(self.min_tranche_minor, currency)
    }

    /// The local business date of `time`.
    pub fn date(&self, time: Timestamp) -> BusinessDate {
        time.date(self.utc_offset_minutes)
    }
}

/// Policies by version, oldest first; the last whose first day has begun is in force.
pub(crate) fn in_force(state: &mut State, time: Timestamp) -> Result<Policy, Fault> {
    let latest: u64 = state.get(Key::Counter(CounterKind::Policy))?.unwrap_or(0);
    for version in (1..=u32::try_from(latest).unwrap_or(u32::MAX)).rev() {
        if let Some(policy) = state.get::<Policy>(Key::Policy(version))?
            && policy.effective_from.start(policy.utc_offset_minutes) <= time
        {
            return Ok(policy);
        }
    }
    Err(Fault::NoPolicy { date: time.date(0) })
}

/// Enters the next version; used by genesis. Versions come into force in their order.
pub(crate) fn enter(state: &mut State, policy: Policy) -> Result<(), Failure> {
    let version = u32::try_from(state.next_number(CounterKind::Policy)?).unwrap_or(u32::MAX);
    let policy = Policy { version, ..policy };
    if let Err(rule) = check::check(&policy) {
        return Err(Fault::Genesis { reason: format!("policy {version}: {rule}") }.into());
    }
    let earlier = state.get::<Policy>(Key::Policy(version.saturating_sub(1)))?;
    if earlier.is_some_and(|earlier| earlier.effective_from >= policy.effective_from) {
        let reason = format!("policy {version} does not come into force after the one before it");
        return Err(Fault::Genesis { reason }.into());
    }
    state.put(Key::Policy(version), policy)?;
    Ok(())
}

/// The newest version, whether or not it is in force yet.
pub(crate) fn latest(state: &mut State) -> Result<Policy, Failure> {
    let latest: u64 = state.get(Key::Counter(CounterKind::Policy))?.unwrap_or(0);
    let version = u32::try_from(latest).unwrap_or(u32::MAX);
    let missing = || Fault::DanglingIndex { key: format!("policy {version}") };
    Ok(state.get(Key::Policy(version))?.ok_or_else(missing)?)
}

/// Enters the version that governance decided on: the next one, in force after the latest and from a day on
/// that is still to come, so that no transaction was ever judged by another policy than its block's.
pub(crate) fn adopt(state: &mut State, call: &Call, policy: &Policy) -> Result<(), Failure> {
    let latest = latest(state)?;
    let expected = latest.version.saturating_add(1);
    if policy.version != expected {
        return Err(Rejection::PolicyVersionStale { version: policy.version, expected }.into());
    }
    check::check(policy).map_err(|rule| Rejection::PolicyInvalid { rule: field(rule) })?;
    let (from, today) = (policy.effective_from, call.today);
    if policy.effective_from.start(policy.utc_offset_minutes) <= call.time || from <= today {
        return Err(Rejection::PolicyNotFuture { effective_from: from, today }.into());
    }
    if from <= latest.effective_from {
        return Err(Rejection::PolicyOrder { effective_from: from, latest: latest.effective_from }.into());
    }
    state.next_number(CounterKind::Policy)?;
    Ok(state.put(Key::Policy(policy.version), policy.clone())?)
}
