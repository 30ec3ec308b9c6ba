//! Settlement: the anchor's money reaches the holders of record, on the day or late (rulebook §7).
pub(crate) mod collect;
mod contagion;
mod costs;
pub(crate) mod default;
pub(crate) mod distribute;
mod face;
mod help;
mod late;
mod one;
mod pay;
mod priority;
mod risk;
mod write_off;

pub(crate) use distribute::settle;
pub(crate) use face::keep_interest;

pub use contagion::{Contagion, CurrencyExposure, MemberExposure, TierExposure, contagion};
pub use costs::{AnswerCosts, ClaimCosts};
pub use late::{Charge, ChargeKind, CostClaim, Late, Owed};
pub(crate) use one::{Taken, pay_one, pay_taken, whole};
pub use pay::{PayForAnchor, PayReceivable};
pub use risk::{AnchorRisk, RiskClass, anchor_risk, receivable_class, risk_class};
pub use write_off::WriteOffTranche;

use crate::policy::Policy;
use crate::types::BusinessDate;

/// The day on which settlement acts, and the policy that judges it.
#[derive(Clone, Copy)]
pub(crate) struct Day<'p> {
    pub today: BusinessDate,
    pub policy: &'p Policy,
}
