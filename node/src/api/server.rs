//! The server: all services on one listener, with a limit on everything that a caller can use up.
use super::access::{AccessLayer, Gate, Quotas};
use super::bodies::Bodies;
use super::connections::{Entrance, accept};
use super::origin::OriginLayer;
use super::relay::RelayLayer;
use super::{ApiSettings, NodeView, Services, documents, health};
use crate::limits::{
    API_FRAME_BYTES_MAX, API_HEADER_BYTES_MAX, API_RESETS_BY_ERROR_MAX, API_RESETS_PENDING_MAX,
    API_STOP_GRACE, API_TIMEOUT_MARGIN, API_WINDOW_BYTES,
};
use crate::tls::{Certificates, TlsError};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tally_proto::FILE_DESCRIPTOR_SET;
use tally_proto::v1::access::access_service_server::AccessServiceServer;
use tally_proto::v1::collection::collection_service_server::CollectionServiceServer;
use tally_proto::v1::credit::credit_service_server::CreditServiceServer;
use tally_proto::v1::dispute::dispute_service_server::DisputeServiceServer;
use tally_proto::v1::document::document_service_server::DocumentServiceServer;
use tally_proto::v1::facility::facility_service_server::FacilityServiceServer;
use tally_proto::v1::financing::financing_service_server::FinancingServiceServer;
use tally_proto::v1::follow::follow_service_server::FollowServiceServer;
use tally_proto::v1::governance::governance_service_server::GovernanceServiceServer;
use tally_proto::v1::guarantee::guarantee_service_server::GuaranteeServiceServer;
use tally_proto::v1::ledger::ledger_service_server::LedgerServiceServer;
use tally_proto::v1::member::member_service_server::MemberServiceServer;
use tally_proto::v1::money::money_service_server::MoneyServiceServer;
use tally_proto::v1::netting::netting_service_server::NettingServiceServer;
use tally_proto::v1::node::node_service_server::NodeServiceServer;
use tally_proto::v1::policy::policy_service_server::PolicyServiceServer;
use tally_proto::v1::pool::pool_service_server::PoolServiceServer;
use tally_proto::v1::receivable::receivable_service_server::ReceivableServiceServer;
use tally_proto::v1::report::report_service_server::ReportServiceServer;
use tally_proto::v1::screening::screening_service_server::ScreeningServiceServer;
use tally_proto::v1::settlement::settlement_service_server::SettlementServiceServer;
use tally_proto::v1::tranche::tranche_service_server::TrancheServiceServer;
use tally_proto::v1::transaction::transaction_service_server::TransactionServiceServer;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic_web::GrpcWebLayer;

/// Why the API does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error(
        "the API would listen on {address}, where others can reach it, without TLS: set api.tls_certificate and \
         api.tls_key, or choose a loopback address and let a proxy on this machine add TLS"
    )]
    NotLoopback { address: SocketAddr },
    #[error("the API's certificates cannot be used: {0}")]
    Tls(#[from] TlsError),
    #[error("the API's listener has no address")]
    Listener(#[from] std::io::Error),
    #[error("gRPC reflection cannot be built from the compiled descriptors")]
    Reflection(#[from] tonic_reflection::server::Error),
    #[error("the API's server failed")]
    Transport(#[from] tonic::transport::Error),
}

/// Serves the API on `listener` until `shutdown` resolves; calls under way then get a few seconds, and streams
/// end with the cursor after which another node continues them.
pub async fn serve(
    listener: TcpListener,
    node: Arc<NodeView>,
    settings: ApiSettings,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ApiError> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() && settings.tls.is_none() {
        return Err(ApiError::NotLoopback { address });
    }
    let certificates = settings.tls.clone().map(Certificates::load).transpose()?.map(Arc::new);
    let entrance = Entrance::new(&settings, certificates.clone(), node.ledger.chain_id());
    let allow_remote = settings.allow_remote || certificates.is_some();
    let (stop, stopping) = watch::channel(false);
    let quotas = Arc::new(Quotas::default());
    let (names, largest) = (&settings.names, settings.message_bytes_max);
    let gate = Arc::new(Gate::new(Arc::clone(&node), address, names, Arc::clone(&quotas), largest));
    let relaying = Arc::clone(&node);
    let services = Services::new(node, settings.clone(), quotas, stopping);
    let (routes, names) = routes(&services)?;
    let (routes, reporter) = with_health(routes);
    let health = tokio::spawn(health::report(Arc::clone(&services.edge), reporter, names));
    let renewal = certificates.map(|certificates| {
        tokio::spawn(certificates.follow(settings.tls_look_interval, services.edge.stopping.clone()))
    });
    let shredder = tokio::spawn(documents::shred_as_decided(Arc::clone(&services.edge)));
    let mut stopped = services.edge.stopping.clone();
    let serving = builder(&settings)
        .layer(OriginLayer { allow_remote })
        .layer(GrpcWebLayer::new())
        .layer(AccessLayer { gate, bodies: Arc::new(Bodies::default()) })
        .layer(RelayLayer { node: relaying })
        .add_routes(routes)
        .serve_with_incoming_shutdown(accept(listener, entrance), async move {
            // an error means that the sender is gone, which is a stop too
            let _ = stopped.wait_for(|stop| *stop).await;
        });
    tokio::pin!(serving, shutdown);
    let ended = tokio::select! {
        ended = &mut serving => Some(ended),
        () = &mut shutdown => None,
    };
    stop.send_replace(true);
    let served = match ended {
        Some(ended) => ended,
        // what is still under way after the grace goes down with the process
        None => tokio::time::timeout(API_STOP_GRACE, serving).await.unwrap_or(Ok(())),
    };
    health.abort();
    if let Some(renewal) = renewal {
        renewal.abort();
    }
    shredder.abort();
    Ok(served?)
}

fn builder(settings: &ApiSettings) -> Server {
    let per_connection = settings.requests_per_connection_max;
    Server::builder()
        // gRPC-web comes from browsers over HTTP/1.1
        .accept_http1(true)
        .timeout(settings.request_timeout.saturating_add(API_TIMEOUT_MARGIN))
        .max_concurrent_streams(per_connection)
        .concurrency_limit_per_connection(usize::try_from(per_connection).unwrap_or(usize::MAX))
        .http2_max_header_list_size(API_HEADER_BYTES_MAX)
        .max_frame_size(API_FRAME_BYTES_MAX)
        .initial_connection_window_size(API_WINDOW_BYTES)
        .initial_stream_window_size(API_WINDOW_BYTES)
        .http2_max_pending_accept_reset_streams(Some(API_RESETS_PENDING_MAX))
        .http2_max_local_error_reset_streams(Some(API_RESETS_BY_ERROR_MAX))
        .http2_keepalive_interval(Some(settings.keepalive))
        .http2_keepalive_timeout(Some(settings.keepalive_timeout))
}

/// Every service of the node, and their names; reflection where it is wanted.
fn routes(services: &Services) -> Result<(Routes, Vec<&'static str>), ApiError> {
    let settings = &services.edge.settings;
    // the empty name is the server as a whole
    let mut names = vec![""];
    let mut routes = Routes::default();
    macro_rules! add {
        ($($server:ident),*) => {
            $(
                let service = $server::new(services.clone()).max_decoding_message_size(settings.message_bytes_max);
                routes = routes.add_service(service);
                names.push(<$server<Services> as NamedService>::NAME);
            )*
        };
    }
    add!(
        AccessServiceServer,
        TransactionServiceServer,
        ReceivableServiceServer,
        TrancheServiceServer,
        FacilityServiceServer,
        GuaranteeServiceServer,
        PoolServiceServer,
        FinancingServiceServer,
        FollowServiceServer,
        MoneyServiceServer,
        MemberServiceServer,
        SettlementServiceServer,
        PolicyServiceServer,
        CreditServiceServer,
        ReportServiceServer,
        GovernanceServiceServer,
        ScreeningServiceServer,
        LedgerServiceServer,
        NodeServiceServer,
        DisputeServiceServer,
        NettingServiceServer,
        CollectionServiceServer,
        DocumentServiceServer
    );
    if settings.reflection {
        let describe = || {
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        };
        routes = routes.add_service(describe().build_v1()?).add_service(describe().build_v1alpha()?);
    }
    Ok((routes, names))
}

fn with_health(routes: Routes) -> (Routes, tonic_health::server::HealthReporter) {
    let (reporter, health) = tonic_health::server::health_reporter();
    (routes.add_service(health), reporter)
}
