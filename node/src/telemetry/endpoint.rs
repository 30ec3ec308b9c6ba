//! The endpoint: `/metrics` and `/healthz` over plain HTTP, meant for loopback.
use super::Metrics;
use super::visits::Visits;
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
    axum::serve(Visits::new(listener), routes).with_graceful_shutdown(stop).await.map_err(MetricsError::Serve)
}

async fn text(State((metrics, more)): State<(Arc<Metrics>, More)>) -> impl IntoResponse {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, content_type)], format!("{}\n{}", metrics.text().trim_end(), more()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{METRICS_CONNECTION_TIME, METRICS_CONNECTIONS_MAX};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::task::JoinHandle;

    async fn started(metrics: Arc<Metrics>) -> (SocketAddr, JoinHandle<Result<(), MetricsError>>) {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let engine = || "engine_rounds 7\n# EOF\n".to_owned();
        (address, tokio::spawn(serve(address, metrics, engine, std::future::pending())))
    }

    async fn connected(address: SocketAddr) -> TcpStream {
        loop {
            match TcpStream::connect(address).await {
                Ok(stream) => return stream,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }

    /// Empty where the connection was closed without an answer.
    async fn asked(mut stream: TcpStream) -> String {
        let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let mut answer = String::new();
        let _ = stream.write_all(request).await;
        let _ = stream.read_to_string(&mut answer).await;
        answer
    }

    #[tokio::test]
    async fn whoever_connects_and_says_nothing_makes_room_soon() {
        let (address, server) = started(Arc::new(Metrics::new())).await;
        let mut silent = Vec::new();
        for _ in 0..METRICS_CONNECTIONS_MAX {
            let mut stream = connected(address).await;
            stream.write_all(b"GET /metrics HTTP/1.1\r\nhost").await.unwrap();
            silent.push(stream);
        }
        assert_eq!(asked(connected(address).await).await, "", "all places are taken");
        let begun = std::time::Instant::now();
        for mut stream in silent {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
        assert!(begun.elapsed() < METRICS_CONNECTION_TIME * 3);
        assert!(asked(connected(address).await).await.starts_with("HTTP/1.1 200"));
        server.abort();
    }

    #[tokio::test]
    async fn metrics_are_served_with_the_engines_own_behind_them() {
        let metrics = Arc::new(Metrics::new());
        metrics.height.set(42);
        let (address, server) = started(metrics).await;
        let answer = asked(connected(address).await).await;
        server.abort();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("\ntally_height 42\n"), "{answer}");
        assert_eq!(answer.matches("# EOF").count(), 1, "{answer}");
        assert!(answer.contains("engine_rounds 7"), "{answer}");
    }
}
