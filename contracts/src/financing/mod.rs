//! Financing: what a holder turns into cash before the due date (rulebook §6).
mod best_execution;
mod discount;
pub(crate) mod funding;
mod pricing;
mod quote;
mod reservation;

pub use best_execution::Fill;
pub(crate) use best_execution::Order;
pub use discount::DiscountTranche;
pub(crate) use discount::carve;
pub use pricing::{Price, price};
pub use quote::{Bid, Quote, quote};
pub(crate) use reservation::lapse;
pub use reservation::{ConfirmDiscount, Held, Reservation};
