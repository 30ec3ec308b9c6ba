//! Connections: accepted up to a limit, over all and for each address, with TLS where there are certificates.
use super::ApiSettings;
use super::access::Door;
use super::addresses::{Addresses, Place};
use crate::limits::{API_ACCEPT_RETRY, API_ACCEPTED_QUEUE, API_GREETING_BYTES};
use crate::tls::{Certificates, member_of};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

/// A connection; dropping it makes room for another.
pub(super) struct Connection {
    stream: Stream,
    door: Arc<Door>,
    /// Until the first bytes are here.
    greeting: Option<Greeting>,
    _places: Places,
}

/// What a new connection still owes, and until when.
struct Greeting {
    bytes_left: usize,
    until: Pin<Box<Sleep>>,
}

/// Among all, and among those of its address.
type Places = (OwnedSemaphorePermit, Place);

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What a connection must pass.
#[derive(Clone)]
pub(super) struct Entrance {
    /// Those in their handshake included; further ones wait in the system's queue.
    places: Arc<Semaphore>,
    /// Further ones of an address are closed at once.
    addresses: Addresses,
    certificates: Option<Arc<Certificates>>,
    /// Of which members' certificates are.
    chain_id: Arc<str>,
    greeting_timeout: Duration,
}

/// Accepts connections until nobody takes them any more.
pub(super) fn accept(listener: TcpListener, entrance: Entrance) -> ReceiverStream<io::Result<Connection>> {
    let (ready, connections) = mpsc::channel(API_ACCEPTED_QUEUE);
    tokio::spawn(run(listener, entrance, ready));
    ReceiverStream::new(connections)
}

async fn run(listener: TcpListener, entrance: Entrance, ready: mpsc::Sender<io::Result<Connection>>) {
    loop {
        let accepted = tokio::select! {
            accepted = entrance.next(&listener) => accepted,
            () = ready.closed() => return,
        };
        let Ok(accepted) = accepted else {
            // such as no file left: it does not pass by asking again at once
            tokio::time::sleep(API_ACCEPT_RETRY).await;
            continue;
        };
        let Some((stream, places)) = accepted else { continue };
        let (entrance, ready) = (entrance.clone(), ready.clone());
        tokio::spawn(async move {
            let entered = tokio::time::timeout(entrance.greeting_timeout, entrance.enter(stream)).await;
            if let Ok(Ok((stream, door))) = entered {
                // an error means that the server stops
                let connection = Connection::new(stream, door, places, entrance.greeting_timeout);
                let _ = ready.send(Ok(connection)).await;
            }
        });
    }
}

impl Entrance {
    pub(super) fn new(
        settings: &ApiSettings,
        certificates: Option<Arc<Certificates>>,
        chain_id: &str,
    ) -> Self {
        Self {
            places: Arc::new(Semaphore::new(settings.connections_max)),
            addresses: Addresses::new(settings.connections_per_address_max),
            certificates,
            chain_id: chain_id.into(),
            greeting_timeout: settings.greeting_timeout,
        }
    }

    /// The next connection with its places; `None` for one of an address that has all of its own.
    async fn next(&self, listener: &TcpListener) -> io::Result<Option<(TcpStream, Places)>> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(io::Error::other)?;
        let (stream, from) = listener.accept().await?;
        let own = self.addresses.place(from.ip());
        if own.is_none() {
            tracing::debug!(%from, "a connection was refused: its address has too many");
        }
        Ok(own.map(|own| (stream, (place, own))))
    }

    async fn enter(&self, stream: TcpStream) -> io::Result<(Stream, Door)> {
        stream.set_nodelay(true)?;
        let Some(certificates) = &self.certificates else {
            return Ok((Stream::Plain(stream), Door::default()));
        };
        let stream = TlsAcceptor::from(certificates.config()).accept(stream).await?;
        let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let member = shown.and_then(|certificate| member_of(certificate, &self.chain_id));
        if certificates.asks_clients() && member.is_none() {
            return Err(io::Error::other("the client's certificate names no member of this chain"));
        }
        Ok((Stream::Tls(Box::new(stream)), Door::of(member)))
    }
}

impl Connection {
    fn new(stream: Stream, door: Door, places: Places, patience: Duration) -> Self {
        let until = Box::pin(tokio::time::sleep(patience));
        let greeting = Some(Greeting { bytes_left: API_GREETING_BYTES, until });
        Self { stream, door: Arc::new(door), greeting, _places: places }
    }

    /// Counts what came; an error once the time for the first bytes is over.
    fn greeted(&mut self, context: &mut Context<'_>, bytes: usize) -> io::Result<()> {
        let Some(greeting) = &mut self.greeting else { return Ok(()) };
        greeting.bytes_left = greeting.bytes_left.saturating_sub(bytes);
        if greeting.bytes_left == 0 {
            self.greeting = None;
        } else if greeting.until.as_mut().poll(context).is_ready() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }
}

impl Connected for Connection {
    type ConnectInfo = Arc<Door>;

    fn connect_info(&self) -> Self::ConnectInfo {
        Arc::clone(&self.door)
    }
}

/// Does the same to either kind of stream.
macro_rules! either {
    ($connection:expr, $stream:ident => $act:expr) => {
        match &mut $connection.stream {
            Stream::Plain($stream) => $act,
            Stream::Tls($stream) => $act,
        }
    };
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = either!(self, stream => Pin::new(stream).poll_read(context, buffer));
        let bytes = buffer.filled().len().saturating_sub(before);
        if let Err(error) = self.greeted(context, bytes) {
            return Poll::Ready(Err(error));
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        either!(self, stream => Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, stream => Pin::new(stream).poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, stream => Pin::new(stream).poll_shutdown(context))
    }
}
