//! What a caller does not read: once nothing more could be sent to it for so long, its connection ends, so that nobody holds a
//! place, and what waits for it in memory, by reading nothing.
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// The wait of one connection's writes.
#[derive(Debug)]
pub(super) struct Unread {
    patience: Duration,
    /// While a write waits.
    until: Option<Pin<Box<Sleep>>>,
}

impl Unread {
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, until: None }
    }

    /// What became of a write; an error for one that waits too long.
    pub(super) fn judge<T>(
        &mut self,
        context: &mut Context<'_>,
        write: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if write.is_ready() {
            self.until = None;
            return write;
        }
        let patience = self.patience;
        let until = self.until.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        until.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};

    /// Writes as a connection does.
    struct Line(DuplexStream, Unread);

    impl AsyncWrite for Line {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let write = Pin::new(&mut self.0).poll_write(context, bytes);
            self.1.judge(context, write)
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_not_waited_for_and_who_reads_slowly_is() {
        let patience = Duration::from_secs(30);
        let (near, mut far) = duplex(1_024);
        let mut line = Line(near, Unread::new(patience));
        let reading = tokio::spawn(async move {
            let mut piece = [0; 512];
            for _ in 0..16 {
                tokio::time::sleep(patience / 2).await;
                far.read_exact(&mut piece).await.unwrap();
            }
            far
        });
        line.write_all(&[7; 9_216]).await.unwrap();
        let _far = reading.await.unwrap();
        let begun = tokio::time::Instant::now();
        let ended = line.write_all(&[7; 2_048]).await.unwrap_err();
        assert_eq!(ended.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed().as_secs(), patience.as_secs());
    }
}
