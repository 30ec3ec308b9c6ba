//! The workloads, each a lane: split-and-pay, discounts, whole lives, and a mixture.

mod discount;
mod lifecycle;
mod mixed;
mod own;
mod transfer;

use super::lane::Lane;
use super::options::Workload;

/// A lane of that workload.
pub fn lane(workload: Workload) -> Box<dyn Lane> {
    match workload {
        Workload::Transfer => Box::new(transfer::Transfer::default()),
        Workload::Discount => Box::new(discount::Discount::default()),
        Workload::Lifecycle => Box::new(lifecycle::Lifecycle::default()),
        Workload::Mixed => Box::new(mixed::Mixed::default()),
    }
}
