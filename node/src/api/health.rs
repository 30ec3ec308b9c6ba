//! Health: whether a caller should use this node now (`grpc.health.v1`).
use super::query::is_behind;
use super::{Edge, NodeKind, NodeView};
use crate::limits::API_HEALTH_INTERVAL;
use std::sync::Arc;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// Keeps the health service's answer true until the server stops; `services` are the names it answers for.
pub(super) async fn report(edge: Arc<Edge>, reporter: HealthReporter, services: Vec<&'static str>) {
    let mut said = None;
    loop {
        let status = if is_well(&edge.node) { ServingStatus::Serving } else { ServingStatus::NotServing };
        if said != Some(status) {
            tell(&reporter, &services, status).await;
            said = Some(status);
        }
        tokio::select! {
            () = tokio::time::sleep(API_HEALTH_INTERVAL) => {}
            () = edge.stopped() => break,
        }
    }
    tell(&reporter, &services, ServingStatus::NotServing).await;
}

async fn tell(reporter: &HealthReporter, services: &[&'static str], status: ServingStatus) {
    for service in services {
        reporter.set_service_status(service, status).await;
    }
}

/// Not while the tip is old: the node is catching up, or the chain stands still. Not as a validator that sees
/// none of the others.
pub(super) fn is_well(node: &NodeView) -> bool {
    let is_alone = match node.kind {
        NodeKind::Validator { .. } => {
            node.consensus.borrow().peers == 0 && node.ledger.tip().validators.validators.len() > 1
        }
        NodeKind::Observer | NodeKind::Member => false,
    };
    !is_alone && !is_behind(node)
}
