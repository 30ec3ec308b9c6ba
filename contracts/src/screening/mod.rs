//! Screening: whoever is listed receives neither title nor money (rulebook §2), and what a Regulator freezes stays.
mod freeze;
mod held;
mod listing;

pub(crate) use freeze::require_not_frozen;
pub use freeze::{Freeze, FreezeTranche, UnfreezeTranche};
pub use held::Withheld;
pub(crate) use held::{give_back, pay_holder, pay_party};
pub use listing::{ClearParty, ScreenParty, ScreeningEntry};
pub(crate) use listing::{clear, is_listed, require_clear, screen};
