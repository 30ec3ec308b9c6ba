//! Room: how many bytes payloads may take here, in all and for each owner.
use super::error::StoreError;
use std::collections::BTreeMap;
use tally_contracts::document::Document;

/// Bytes of payloads.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// On this node.
    pub total: u64,
    /// Of the documents of one owner.
    pub member: u64,
}

/// What is taken, by owner and document.
pub(super) struct Room {
    limits: Limits,
    taken: BTreeMap<String, BTreeMap<u64, u64>>,
}

impl Room {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, taken: BTreeMap::new() }
    }

    /// What was found at the start, whatever the limits say.
    pub(super) fn count(&mut self, owner: &str, number: u64, bytes: u64) {
        self.taken.entry(owner.to_owned()).or_default().insert(number, bytes);
    }

    /// Takes the whole payload's bytes before the first one is written.
    pub(super) fn take(&mut self, document: &Document) -> Result<(), StoreError> {
        let (number, bytes) = (document.id.number(), document.payload.bytes);
        let others = |of: &BTreeMap<u64, u64>, own: bool| -> u64 {
            of.iter().filter(|(one, _)| !own || **one != number).map(|(_, bytes)| *bytes).sum()
        };
        let owners = self.taken.get(document.owner.as_str()).map_or(0, |of| others(of, true));
        let wanted = owners.saturating_add(bytes);
        if wanted > self.limits.member {
            return Err(StoreError::MemberFull { owner: document.owner, wanted, limit: self.limits.member });
        }
        let elsewhere = self.taken.iter().filter(|(owner, _)| owner.as_str() != document.owner.as_str());
        let wanted = elsewhere.map(|(_, of)| others(of, false)).sum::<u64>().saturating_add(wanted);
        if wanted > self.limits.total {
            return Err(StoreError::Full { wanted, limit: self.limits.total });
        }
        self.count(document.owner.as_str(), number, bytes);
        Ok(())
    }

    pub(super) fn release(&mut self, owner: &str, number: u64) {
        if let Some(of) = self.taken.get_mut(owner) {
            of.remove(&number);
        }
    }
}
