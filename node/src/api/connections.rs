//! Connections: accepted up to a limit, over all and for each address, with TLS where there are certificates. At the limit
//! the oldest one whose caller nobody knows makes room.
use super::ApiSettings;
use super::access::Door;
use super::addresses::{Addresses, Place};
use super::newcomers::{Newcomer, Newcomers};
use super::standing::Standing;
use super::unread::Unread;
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
    unread: Unread,
    _places: Places,
}

/// What a new connection still owes, and until when.
struct Greeting {
    bytes_left: usize,
    until: Pin<Box<Sleep>>,
}

/// Among all, among those of its address, and in the order in which they came. The row is left first, so that nobody is shown
/// out in vain.
type Places = (Newcomer, Place, OwnedSemaphorePermit);

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What a connection must pass.
#[derive(Clone)]
pub(super) struct Entrance {
    /// Those in their handshake included; where all are taken by callers that are known, further ones wait in the system's queue.
    places: Arc<Semaphore>,
    newcomers: Newcomers,
    /// Further ones of an address are closed at once.
    addresses: Addresses,
    certificates: Option<Arc<Certificates>>,
    /// Of which members' certificates are.
    chain_id: Arc<str>,
    greeting_timeout: Duration,
    unread_timeout: Duration,
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
            let standing = Arc::clone(places.0.standing());
            let entering = tokio::time::timeout(
                entrance.greeting_timeout,
                entrance.enter(stream, Arc::clone(&standing)),
            );
            let entered = tokio::select! {
                entered = entering => entered,
                () = shown_out(&standing) => return,
            };
            if let Ok(Ok((stream, door))) = entered {
                // an error means that the server stops
                let _ = ready.send(Ok(entrance.connection(stream, door, places))).await;
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
            newcomers: Newcomers::new(settings.strangers_max),
            addresses: Addresses::new(settings.connections_per_address_max),
            certificates,
            chain_id: chain_id.into(),
            greeting_timeout: settings.greeting_timeout,
            unread_timeout: settings.unread_timeout,
        }
    }

    /// One that is through its handshake.
    fn connection(&self, stream: Stream, door: Door, places: Places) -> Connection {
        let until = Box::pin(tokio::time::sleep(self.greeting_timeout));
        let greeting = Some(Greeting { bytes_left: API_GREETING_BYTES, until });
        let unread = Unread::new(self.unread_timeout);
        Connection { stream, door: Arc::new(door), greeting, unread, _places: places }
    }

    /// The next connection with its places; `None` for one of an address that has all of its own.
    async fn next(&self, listener: &TcpListener) -> io::Result<Option<(TcpStream, Places)>> {
        let (stream, from) = listener.accept().await?;
        let Some(own) = self.addresses.place(from.ip()) else {
            tracing::debug!(%from, "a connection was refused: its address has too many, or opens them too fast");
            return Ok(None);
        };
        let place = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                self.newcomers.make_room();
                Arc::clone(&self.places).acquire_owned().await.map_err(io::Error::other)?
            }
        };
        Ok(Some((stream, (self.newcomers.enter(), own, place))))
    }

    async fn enter(&self, stream: TcpStream, standing: Arc<Standing>) -> io::Result<(Stream, Door)> {
        stream.set_nodelay(true)?;
        let Some(certificates) = &self.certificates else {
            return Ok((Stream::Plain(stream), Door::of(None, standing)));
        };
        let stream = TlsAcceptor::from(certificates.config()).accept(stream).await?;
        let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let member = shown.and_then(|certificate| member_of(certificate, &self.chain_id));
        if certificates.asks_clients() && member.is_none() {
            return Err(io::Error::other("the client's certificate names no member of this chain"));
        }
        Ok((Stream::Tls(Box::new(stream)), Door::of(member, standing)))
    }
}

/// Resolves when the connection must make room.
async fn shown_out(standing: &Standing) {
    let gone = |context: &mut Context<'_>| match standing.must_go(context) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    };
    std::future::poll_fn(gone).await;
}

impl Connection {
    /// An error once it must make room: also where its caller reads nothing, so that writing waits.
    fn stays(&self, context: &Context<'_>) -> io::Result<()> {
        if self.door.standing().must_go(context) {
            Err(io::ErrorKind::ConnectionAborted.into())
        } else {
            Ok(())
        }
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
        self.stays(context)?;
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
        self.stays(context)?;
        let write = either!(self, stream => Pin::new(stream).poll_write(context, bytes));
        self.unread.judge(context, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stays(context)?;
        let write = either!(self, stream => Pin::new(stream).poll_write_vectored(context, slices));
        self.unread.judge(context, write)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stays(context)?;
        let flush = either!(self, stream => Pin::new(stream).poll_flush(context));
        self.unread.judge(context, flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shutdown = either!(self, stream => Pin::new(stream).poll_shutdown(context));
        self.unread.judge(context, shutdown)
    }
}
