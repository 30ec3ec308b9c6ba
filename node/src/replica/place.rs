//! Where a replica is: the block up to which everything is proven, and the counters there.
use super::ReplicaError;
use crate::ledger::{Ledger, Tip};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::items::Items;
use tally_contracts::types::{Hash, MemberId, Timestamp};

/// A block with everything that is needed to check the next one.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Place {
    pub member: MemberId,
    /// 0 after genesis.
    pub height: u64,
    pub block_id: Hash,
    pub state_root: Hash,
    pub time: Timestamp,
    /// Who decides the next height.
    pub validators: ValidatorSet,
    pub own: Items,
    pub public: Items,
}

impl Place {
    /// Where the replica in this ledger is; at genesis in a new one.
    pub(super) fn read(ledger: &Ledger, member: MemberId) -> Result<Self, ReplicaError> {
        let tip = ledger.tip();
        let stored = ledger.view().replica().map_err(crate::ledger::LedgerError::from)?;
        let Some(bytes) = stored else {
            return Ok(Self {
                member,
                height: tip.height,
                block_id: tip.block_id,
                state_root: tip.state_root,
                time: tip.time,
                validators: ValidatorSet::clone(&tip.validators),
                own: Items::default(),
                public: Items::default(),
            });
        };
        Self::decode(&bytes, member)
    }

    /// The place of `member` as [`Self::encode`] wrote it.
    pub(super) fn decode(bytes: &[u8], member: MemberId) -> Result<Self, ReplicaError> {
        let place: Self = borsh::from_slice(bytes).map_err(|_| ReplicaError::PlaceDamaged)?;
        if place.member != member {
            let (found, expected) = (place.member.to_string(), member.to_string());
            return Err(ReplicaError::OtherMember { found, expected });
        }
        Ok(place)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        borsh::to_vec(self).expect("a Vec takes every write")
    }

    pub(super) fn tip(&self) -> Tip {
        Tip {
            height: self.height,
            block_id: self.block_id,
            state_root: self.state_root,
            time: self.time,
            validators: Arc::new(self.validators.clone()),
        }
    }
}
