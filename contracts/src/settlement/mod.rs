//! Settlement: the anchor's money reaches the holders of record (rulebook §7).
pub(crate) mod collect;
mod distribute;
mod pay;

pub use pay::PayReceivable;
