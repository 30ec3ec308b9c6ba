//! The workloads, each a lane: split-and-pay, discounts, whole lives, and a mixture.

mod discount;
mod lifecycle;
mod mixed;
mod own;
mod transfer;

use super::engine::Lanes;
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

/// Lanes that have whole receivables issued before the load, as many as `lanes` of that workload begin with.
pub fn spares(workload: Workload, lanes: usize) -> Lanes {
    let each = match workload {
        Workload::Transfer | Workload::Discount => 1,
        Workload::Lifecycle => 0,
        Workload::Mixed => 2,
    };
    (0..lanes * each).map(|_| Box::new(own::Spare::default()) as Box<dyn Lane>).collect()
}
