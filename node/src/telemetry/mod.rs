//! What the node says about itself: logs for people, metrics for Prometheus.
mod endpoint;
mod logs;
mod metrics;
mod observe;
mod visits;

pub use endpoint::{MetricsError, serve};
pub use logs::start_logs;
pub use metrics::Metrics;
pub use observe::{Observed, observe};
