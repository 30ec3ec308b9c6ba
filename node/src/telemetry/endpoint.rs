//! The endpoint: `/metrics` and `/healthz` over plain HTTP, meant for loopback.
use super::Metrics;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Why there are no metrics.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    #[error(
        "cannot listen on {address} for metrics: {source}; set metrics.listen to a free address or to off"
    )]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("the metrics listener failed: {0}")]
    Serve(std::io::Error),
}

/// Text of the engine's own metrics.
type More = fn() -> String;

/// Serves until `stop` resolves. `more` gives further numbers in the same text format.
pub async fn serve(
    address: SocketAddr,
    metrics: Arc<Metrics>,
    more: More,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), MetricsError> {
    let listener =
        TcpListener::bind(address).await.map_err(|source| MetricsError::Listen { address, source })?;
    let routes = Router::new()
        .route("/metrics", get(text))
        .route("/healthz", get(|| async { "ok\n" }))
        .with_state((metrics, more));
    axum::serve(listener, routes).with_graceful_shutdown(stop).await.map_err(MetricsError::Serve)
}

async fn text(State((metrics, more)): State<(Arc<Metrics>, More)>) -> impl IntoResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, content_type)], format!("{}\n{}", metrics.text().trim_end(), more()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    #[tokio::test]
    async fn metrics_are_served_with_the_engines_own_behind_them() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let metrics = Arc::new(Metrics::new());
        metrics.height.set(42);
        let server = tokio::spawn(serve(
            address,
            metrics,
            || "engine_rounds 7\n# EOF\n".to_owned(),
            std::future::pending(),
        ));
        let answer = loop {
            let Ok(mut stream) = TcpStream::connect(address).await else {
                tokio::task::yield_now().await;
                continue;
            };
            stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            break answer;
        };
        server.abort();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("\ntally_height 42\n"), "{answer}");
        assert_eq!(answer.matches("# EOF").count(), 1, "{answer}");
        assert!(answer.contains("engine_rounds 7"), "{answer}");
    }
}
