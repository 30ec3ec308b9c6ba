//! Financing: what a holder turns into cash before the due date (rulebook §6).
mod best_execution;
mod discount;
mod pricing;

pub use discount::DiscountTranche;
pub use pricing::{Price, price};
