//! Outlets: the bounded queue between what makes a stream's messages and its reader.
use super::error::CallError;
use std::time::Duration;
use tokio::sync::mpsc::{self, OwnedPermit};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

/// What a reader takes from.
pub(super) type Messages<M> = ReceiverStream<Result<M, Status>>;

/// Where a stream's messages go.
pub(super) struct Outlet<M> {
    queue: mpsc::Sender<Result<M, Status>>,
    /// Kept free, so that even a full queue can end with a reason.
    last: OwnedPermit<Result<M, Status>>,
    patience: Duration,
}

/// Why nothing more can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocked {
    ReaderGone,
    /// The queue stayed full.
    ReaderTooSlow,
}

impl<M: Send + 'static> Outlet<M> {
    /// A queue of `length` messages whose reader gets `patience` when it is full.
    pub(super) fn new(length: usize, patience: Duration) -> (Self, Messages<M>) {
        let (queue, messages) = mpsc::channel(length.saturating_add(1));
        let last = queue.clone().try_reserve_owned().expect("a new queue has room for one message");
        (Self { queue, last, patience }, ReceiverStream::new(messages))
    }

    pub(super) async fn send(&self, message: M) -> Result<(), Blocked> {
        match tokio::time::timeout(self.patience, self.queue.send(Ok(message))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Blocked::ReaderGone),
            Err(_) => Err(Blocked::ReaderTooSlow),
        }
    }

    /// Resolves when the reader went away.
    pub(super) async fn reader_gone(&self) {
        self.queue.closed().await;
    }

    /// Ends the stream; the reader gets everything that was sent, then `error`.
    pub(super) fn end(self, error: CallError) {
        self.last.send(Err(error.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;
    use tonic::Code;

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_gets_what_was_sent_and_then_why_it_was_dropped() {
        let (outlet, mut messages) = Outlet::new(2, Duration::from_secs(1));
        assert_eq!(outlet.send(1).await, Ok(()));
        assert_eq!(outlet.send(2).await, Ok(()));
        assert_eq!(outlet.send(3).await, Err(Blocked::ReaderTooSlow));
        outlet.end(CallError::ReaderTooSlow { cursor: "7.0.2".to_owned() });
        assert_eq!(messages.next().await.unwrap().unwrap(), 1);
        assert_eq!(messages.next().await.unwrap().unwrap(), 2);
        let error = messages.next().await.unwrap().unwrap_err();
        assert_eq!(error.code(), Code::ResourceExhausted);
        assert!(error.message().contains("7.0.2"), "{error}");
        assert!(messages.next().await.is_none());
    }

    #[tokio::test]
    async fn a_reader_that_left_is_noticed() {
        let (outlet, messages) = Outlet::new(2, Duration::from_secs(1));
        drop(messages);
        outlet.reader_gone().await;
        assert_eq!(outlet.send(1).await, Err(Blocked::ReaderGone));
    }
}
