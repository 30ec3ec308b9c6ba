//! The edge: threads of its own for whatever callers ask, which the system lets wait for those of consensus. So nobody who
//! opens connections, or asks much, takes the processor from the next block.
use super::NodeError;
use crate::limits::EDGE_NICENESS;
use rustix::process::{getpriority_process, setpriority_process};
use std::future::Future;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Dropping it ends what still runs there, without waiting.
pub(super) struct Edge {
    runtime: Option<Runtime>,
}

impl Edge {
    pub(super) fn open() -> Result<Self, NodeError> {
        let mut builder = Builder::new_multi_thread();
        builder.enable_all().thread_name("edge").on_thread_start(give_way);
        Ok(Self { runtime: Some(builder.build().map_err(NodeError::Threads)?) })
    }

    /// Runs `work` there.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.runtime.as_ref().expect("it is there until it is dropped").spawn(work)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Of this thread alone: Linux counts niceness by thread (sched(7)).
fn give_way() {
    let lowered = getpriority_process(None)
        .and_then(|niceness| setpriority_process(None, niceness.saturating_add(EDGE_NICENESS)));
    if let Err(error) = lowered {
        tracing::warn!(%error, "a thread of the API keeps its priority");
    }
}
