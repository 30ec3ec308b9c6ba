//! Financing: what a holder turns into cash before the due date (rulebook §6).
mod best_execution;
mod discount;
mod pricing;
mod quote;

pub use best_execution::Fill;
pub use discount::DiscountTranche;
pub use pricing::{Price, price};
pub use quote::{Bid, Quote, quote};
