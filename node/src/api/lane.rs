//! A lane of blocking threads: a bounded number at work, a bounded number of calls waiting.
use super::error::CallError;
use crate::limits::API_QUEUE_MAX;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// See the module's description.
pub(super) struct Lane {
    threads: Arc<Semaphore>,
    queue: Semaphore,
}

impl Lane {
    pub(super) fn new(threads: usize) -> Self {
        Self { threads: Arc::new(Semaphore::new(threads)), queue: Semaphore::new(API_QUEUE_MAX) }
    }

    /// Runs `work` on a blocking thread; refuses it where too many calls wait already.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, CallError> + Send + 'static,
    ) -> Result<T, CallError> {
        let busy = CallError::Busy { waiting: API_QUEUE_MAX };
        let _place = self.queue.try_acquire().map_err(|_| busy)?;
        let permit = Arc::clone(&self.threads).acquire_owned().await.map_err(|_| CallError::Stopping)?;
        let done = tokio::task::spawn_blocking(move || {
            // kept by the thread: a caller that goes away does not free it earlier
            let _permit = permit;
            work()
        });
        match done.await {
            Ok(answer) => answer,
            Err(error) if error.is_panic() => Err(CallError::Panicked),
            // the runtime is shutting down
            Err(_) => Err(CallError::Stopping),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use futures::future::join_all;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_queue_refuses_at_once_and_what_waits_is_served() {
        let lane = Lane::new(1);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = lane.run(move || Ok(held.recv().is_ok())).boxed();
        let mut waiting = vec![first];
        waiting.extend((1..API_QUEUE_MAX).map(|_| lane.run(|| Ok(true)).boxed()));
        for call in &mut waiting {
            assert!(call.now_or_never().is_none(), "one works, the others wait");
        }
        let refused = lane.run(|| Ok(true)).await;
        assert!(matches!(refused, Err(CallError::Busy { waiting: API_QUEUE_MAX })));
        release.send(()).unwrap();
        assert!(join_all(waiting).await.into_iter().all(|served| served.is_ok_and(|served| served)));
        assert!(lane.run(|| Ok(true)).await.is_ok());
    }
}
