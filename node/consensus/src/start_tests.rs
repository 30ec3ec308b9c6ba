//! What becomes of an engine that cannot begin.

use std::net::TcpListener;

use async_trait::async_trait;

use super::*;
use crate::application::{ApplicationFault, DecidedBlock, Proposal, Verdict};
use crate::keys::SecretKey;
use crate::misbehavior::Misbehavior;
use crate::types::{BlockId, Validator};

/// Knows who decides, and nothing else.
struct Blank(ValidatorSet);

#[async_trait]
impl Application for Blank {
    fn tip(&self) -> Option<Height> {
        None
    }

    fn validator_set(&self, _: Height) -> Option<ValidatorSet> {
        Some(self.0.clone())
    }

    fn identify(&self, _: &[u8]) -> Option<BlockId> {
        None
    }

    async fn build(&self, _: Height, _: Round) -> Result<Proposal, ApplicationFault> {
        Err(ApplicationFault::new("nothing to build"))
    }

    async fn validate(&self, _: Proposal) -> Result<Verdict, ApplicationFault> {
        Ok(Verdict::Invalid)
    }

    fn undecided(&self, _: Height, _: Round) -> Vec<(Proposal, Verdict)> {
        Vec::new()
    }

    fn undecided_by_id(&self, _: Height, _: BlockId) -> Option<Proposal> {
        None
    }

    async fn decided(&self, _: Height, _: Round, _: BlockId, _: Vec<u8>) -> Result<(), ApplicationFault> {
        Ok(())
    }

    async fn finalized(&self, _: Height, _: Vec<Misbehavior>) {}

    fn history_min(&self) -> Height {
        Height::FIRST
    }

    async fn decided_block(&self, _: Height) -> Option<DecidedBlock> {
        None
    }

    async fn process_synced(&self, _: Proposal) -> Result<Verdict, ApplicationFault> {
        Ok(Verdict::Invalid)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_cannot_listen_ends_instead_of_standing_still_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let settings =
        Settings::new("chain", folder.path().to_owned(), Role::Observer, SecretKey::new([1; 32]), listen);
    let public_key = SecretKey::new([2; 32]).validator_key();
    let validators = ValidatorSet::new(vec![Validator { public_key, power: 1 }]).unwrap();
    let application: Arc<dyn Application> = Arc::new(Blank(validators));
    let home = Home::open(&settings.home).unwrap();
    let gate = Gate::open(&settings).await.unwrap();
    let _taken = TcpListener::bind(gate.engine()).unwrap();
    let life = Life::behind(gate, &settings, &home, &application).await.unwrap();
    let handle = supervise(settings, home, application, life);
    let ended = tokio::time::timeout(Duration::from_secs(20), handle.ended()).await;
    assert!(matches!(ended, Ok(EndReason::Deaf)), "{ended:?}");
}
