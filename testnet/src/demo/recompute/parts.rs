//! The report's parts that are recomputed, as types.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::day::Day;
use super::facts::{Money, Receivable};

/// The report's parts that are recomputed.
#[derive(Debug, Deserialize)]
pub struct Report {
    pub validators: u64,
    pub observers: u64,
    pub state_roots_equal: bool,
    pub invariants_ok: bool,
    pub refusals: BTreeMap<String, u64>,
    pub receivables: Vec<Receivable>,
    pub facility: Facility,
    pub guarantee: Guarantee,
    pub pool: Pool,
    pub credit_note: CreditNote,
    pub netting: Netting,
    pub policy: Policy,
    pub case: Case,
    pub plan: Plan,
    pub dispute: Dispute,
    pub dispute_credit_note: CreditNote,
}

/// Prices that everybody who sold was quoted by.
#[derive(Debug, Deserialize)]
pub struct Facility {
    pub curve: Vec<(u64, u64)>,
    pub fee_ppm: u64,
}

/// Who answers, for what and how far.
#[derive(Debug, Deserialize)]
pub struct Guarantee {
    pub guarantor: String,
    pub tranche: String,
    pub share_ppm: u64,
    pub cap: Money,
    pub paid: Money,
    pub fee: Money,
    pub applicant: String,
}

/// Who shares the loss.
#[derive(Debug, Deserialize)]
pub struct Pool {
    pub manager: String,
    pub share_with_guarantor_ppm: u64,
    pub cap: Money,
    pub leverage: u64,
    pub contributions: Vec<Contribution>,
    pub paid: Money,
    pub recovered: Money,
    pub balance: Money,
    pub enrolled: Money,
    pub waiting: u64,
    pub subsidised: Money,
    pub interest_subsidy: Subsidy,
    pub fee_subsidy: Subsidy,
}

/// What is given back of a cost.
#[derive(Debug, Deserialize)]
pub struct Subsidy {
    pub share_ppm: u64,
    pub cap_minor_units: u64,
}

/// What one member put in.
#[derive(Debug, Deserialize)]
pub struct Contribution {
    pub minor_units: u64,
}

/// What was credited, and who lost by it.
#[derive(Debug, Deserialize)]
pub struct CreditNote {
    pub receivable: String,
    pub amount: Money,
    pub losses: Vec<Loss>,
}

/// What one tranche lost.
#[derive(Debug, Deserialize)]
pub struct Loss {
    pub tranche: String,
    pub holder: String,
    pub amount: Money,
}

/// What was set off.
#[derive(Debug, Deserialize)]
pub struct Netting {
    pub status: String,
    pub reduction: Money,
    pub parties: Vec<String>,
    pub consents: Vec<String>,
    pub legs: Vec<Leg>,
}

/// One debt of it.
#[derive(Debug, Deserialize)]
pub struct Leg {
    pub receivable: String,
    pub debtor: String,
    pub creditor: String,
    pub amount: Money,
}

/// What was simulated, voted on and then refused.
#[derive(Debug, Deserialize)]
pub struct Policy {
    pub effective_from: Day,
    pub tenor_hard_days: u64,
    pub would_be_refused: Vec<WouldRefuse>,
    pub proposal: Proposal,
    pub refused_after_it: Refused,
}

/// A past transaction that the simulation refuses, or that builds on one.
#[derive(Debug, Deserialize)]
pub struct WouldRefuse {
    pub height: u64,
    pub transaction_id: String,
    pub reason: Option<String>,
    pub follows: Option<String>,
}

/// The vote.
#[derive(Debug, Deserialize)]
pub struct Proposal {
    pub status: String,
    pub power_in_favour: u64,
    pub power_total: u64,
}

/// The same mistake under the new policy.
#[derive(Debug, Deserialize)]
pub struct Refused {
    pub reason: Option<String>,
    pub on: Option<Day>,
    pub policy_version: Option<u64>,
}

/// What was agreed on with a debtor that was late.
#[derive(Debug, Deserialize)]
pub struct Plan {
    pub instalments: Vec<Instalment>,
    pub case: Case,
}

/// A part of the debt and its day.
#[derive(Debug, Deserialize)]
pub struct Instalment {
    pub on: Day,
    pub minor_units: u64,
}

/// What an anchor disputed.
#[derive(Debug, Deserialize)]
pub struct Dispute {
    pub receivable: String,
    pub amount: Money,
    pub status: String,
}

/// The collections case.
#[derive(Debug, Deserialize)]
pub struct Case {
    pub receivable: String,
    pub status: String,
    pub entries: Vec<Entry>,
}

/// One line of its file.
#[derive(Debug, Deserialize)]
pub struct Entry {
    pub number: u64,
    pub on: Day,
    pub kind: String,
    pub amount: Option<Money>,
    pub stage: Option<String>,
}
