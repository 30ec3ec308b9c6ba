//! Connections: accepted up to a limit, each with small packets sent at once.
use super::access::Door;
use crate::limits::API_ACCEPT_RETRY;
use futures::Stream;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::transport::server::Connected;

/// A connection; dropping it makes room for another.
pub(super) struct Connection {
    stream: TcpStream,
    door: Arc<Door>,
    _place: OwnedSemaphorePermit,
}

/// Accepts connections, at most `limit` at once; further ones wait in the system's queue.
pub(super) fn accept(listener: TcpListener, limit: usize) -> impl Stream<Item = io::Result<Connection>> {
    let places = Arc::new(Semaphore::new(limit));
    futures::stream::unfold((listener, places), |(listener, places)| async move {
        // never closed
        let place = Arc::clone(&places).acquire_owned().await.ok()?;
        let accepted = listener.accept().await.and_then(|(stream, _)| {
            stream.set_nodelay(true)?;
            Ok(Connection { stream, door: Arc::default(), _place: place })
        });
        if accepted.is_err() {
            // such as no file left: it does not pass by asking again at once
            tokio::time::sleep(API_ACCEPT_RETRY).await;
        }
        Some((accepted, (listener, places)))
    })
}

impl Connected for Connection {
    type ConnectInfo = Arc<Door>;

    fn connect_info(&self) -> Self::ConnectInfo {
        Arc::clone(&self.door)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
