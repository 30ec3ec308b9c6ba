//! Frames over a libp2p stream.

use std::io;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response;

use super::admit::Verdict;
use super::frame::{self, FrameError};
use crate::limits::GOSSIP_FRAME_BYTES_MAX;

/// Name of the protocol; a change of the frame is a new one.
pub(super) const PROTOCOL: StreamProtocol = StreamProtocol::new("/tallystick/transactions/1");

/// What a stream brings. A broken frame is a value, not an I/O error, because libp2p does not report
/// the latter to the behaviour, and a peer that breaks the protocol must be known.
#[derive(Debug)]
pub(super) enum Request {
    Transactions(Vec<Bytes>),
    Broken(FrameError),
}

/// One verdict per transaction, in order.
pub(super) type Response = Vec<Verdict>;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FrameCodec;

#[async_trait]
impl request_response::Codec for FrameCodec {
    type Protocol = StreamProtocol;
    type Request = Request;
    type Response = Response;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Request>
    where
        T: AsyncRead + Unpin + Send,
    {
        let decoded =
            read_body(io, GOSSIP_FRAME_BYTES_MAX).await?.and_then(|body| frame::decode_request(&body));
        Ok(match decoded {
            Ok(transactions) => Request::Transactions(transactions),
            Err(error) => Request::Broken(error),
        })
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Response>
    where
        T: AsyncRead + Unpin + Send,
    {
        let body = read_body(io, frame::RESPONSE_BYTES_MAX).await?;
        body.and_then(|body| frame::decode_response(&body)).map_err(invalid)
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, request: Request) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        match request {
            Request::Transactions(transactions) => io.write_all(&frame::encode_request(&transactions)).await,
            Request::Broken(error) => Err(invalid(error)),
        }
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        verdicts: Response,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        io.write_all(&frame::encode_response(&verdicts)).await
    }
}

/// Reads one frame's body. Memory grows with what arrives, not with what the length promises.
pub(super) async fn read_body<T>(io: &mut T, limit: usize) -> io::Result<Result<Vec<u8>, FrameError>>
where
    T: AsyncRead + Unpin + Send,
{
    let mut prefix = [0; 4];
    io.read_exact(&mut prefix).await?;
    let promised = u32::from_be_bytes(prefix);
    let bytes = usize::try_from(promised).unwrap_or(usize::MAX);
    if bytes > limit {
        return Ok(Err(FrameError::TooLong { bytes, limit }));
    }
    let mut body = Vec::new();
    io.take(u64::from(promised)).read_to_end(&mut body).await?;
    if body.len() < bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Ok(body))
}

pub(super) fn invalid(error: FrameError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
