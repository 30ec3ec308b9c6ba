//! One node's stream, and which lane each of its transactions belongs to.

use std::collections::HashMap;
use std::task::{Context, Poll};
use std::time::Instant;

use crate::bench::error::BenchError;
use crate::bench::limits::FLUSH_EVERY;
use crate::sdk::{Answer, ClientError, Envelope, SubmitMany};

/// A transaction that is not answered yet.
#[derive(Debug, Clone, Copy)]
pub struct UnderWay {
    /// Whose step it is.
    pub lane: usize,
    /// Its name.
    pub action: &'static str,
    /// When it was to be sent.
    pub intended: Instant,
}

/// A stream and what is under way on it.
pub struct Node {
    stream: SubmitMany,
    /// Signed and not handed in yet.
    batch: Vec<(Envelope, UnderWay)>,
    under_way: HashMap<u64, UnderWay>,
}

impl Node {
    /// Nothing is under way.
    pub fn new(stream: SubmitMany) -> Self {
        Self { stream, batch: Vec::new(), under_way: HashMap::new() }
    }

    /// How many are not answered.
    pub fn under_way(&self) -> usize {
        self.under_way.len() + self.batch.len()
    }

    /// One more; a full batch goes off, so that the node checks it while others are signed.
    pub fn add(&mut self, envelope: Envelope, under_way: UnderWay) -> Result<(), BenchError> {
        self.batch.push((envelope, under_way));
        if self.batch.len() >= FLUSH_EVERY { self.flush() } else { Ok(()) }
    }

    /// Everything goes off.
    pub fn flush(&mut self) -> Result<(), BenchError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let (envelopes, under_way): (Vec<_>, Vec<_>) = std::mem::take(&mut self.batch).into_iter().unzip();
        let first = self.stream.hand_in(envelopes)?;
        self.under_way.extend((first..).zip(under_way));
        Ok(())
    }

    /// The next answers, if there are any.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<Answer>, ClientError>>> {
        self.stream.poll_next(context)
    }

    /// What that answer is about.
    pub fn take(&mut self, index: u64) -> Option<UnderWay> {
        self.under_way.remove(&index)
    }
}
