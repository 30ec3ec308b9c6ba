//! A session: one member's keys on one chain, so that an action becomes a transaction with an outcome.

use tally_contracts::Action;
use tally_contracts::types::{Height, MemberId, PublicKey};
use tally_keys::KeyHandle;
use tally_proto::convert::action_name;
use tally_proto::{SignedTransaction, TransactionDraft, signing};

use super::client::Client;
use super::error::ClientError;
use super::journal::{Entry, Journal, RequestId};
use super::limits::VALID_BLOCKS;
use super::outcome::Outcome;
use super::submit::Wait;

/// A client that acts for a member.
pub struct Session {
    client: Client,
    chain_id: String,
    member: MemberId,
    keys: Vec<KeyHandle>,
    journal: Option<Journal>,
}

impl Session {
    /// Signs with every one of `keys`. Without a journal the caller MUST keep request ids itself.
    pub fn new(
        client: Client,
        chain_id: impl Into<String>,
        member: MemberId,
        keys: Vec<impl Into<KeyHandle>>,
        journal: Option<Journal>,
    ) -> Result<Self, ClientError> {
        let keys: Vec<KeyHandle> = keys.into_iter().map(Into::into).collect();
        if keys.is_empty() {
            return Err(ClientError::NoKey);
        }
        Ok(Self { client, chain_id: chain_id.into(), member, keys, journal })
    }

    /// The client, for reads.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Who acts.
    #[must_use]
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// Does `action` and waits until it is committed. A random request id is stored before anything is sent.
    pub async fn act(&self, action: Action) -> Result<Outcome, ClientError> {
        self.request(action, random_request_id()?, Wait::Committed).await
    }

    /// The same under a request id of the caller's choice: asked again with the same action, it sends the
    /// bytes of the first time and gives the first outcome.
    pub async fn request(
        &self,
        action: Action,
        request_id: RequestId,
        wait: Wait,
    ) -> Result<Outcome, ClientError> {
        let signed = match self.recall(&request_id, &action)? {
            Some(signed) => signed,
            None => self.sign(action, request_id).await?,
        };
        self.send(&signed, wait).await
    }

    /// Hands in what was signed before and notes its outcome in the journal.
    pub async fn send(&self, signed: &SignedTransaction, wait: Wait) -> Result<Outcome, ClientError> {
        let sent = self.client.submit(signed, wait).await;
        let is_known = match &sent {
            Ok(outcome) => outcome.verdict.is_final(),
            Err(error) => error.problem().is_some_and(|problem| !problem.is_passing()),
        };
        if let (true, Some(journal)) = (is_known, &self.journal) {
            journal.close(&signed.unverified().request_id)?;
        }
        sent
    }

    /// Signs an action without sending it, and stores it under its request id, which MUST be new.
    pub async fn sign(
        &self,
        action: Action,
        request_id: RequestId,
    ) -> Result<SignedTransaction, ClientError> {
        let valid_until = valid_until(&self.client, &self.chain_id).await?;
        let signers: Vec<PublicKey> =
            self.keys.iter().map(|key| PublicKey(key.public().to_bytes())).collect();
        let draft = TransactionDraft { request_id, sender: self.member, signers, valid_until, action };
        let body = draft.encode();
        let message = signing::signing_bytes(&self.chain_id, &body);
        let signatures = self.keys.iter().map(|key| Ok(key.sign(&message)?.to_vec()));
        let signatures = signatures.collect::<Result<_, ClientError>>()?;
        let signed = SignedTransaction::assemble(body, signatures, &self.chain_id)?;
        if let Some(journal) = &self.journal {
            journal.write(&request_id, &entry(&self.chain_id, &signed))?;
        }
        Ok(signed)
    }

    /// The transaction of an earlier attempt, if it did the same.
    fn recall(
        &self,
        request_id: &RequestId,
        action: &Action,
    ) -> Result<Option<SignedTransaction>, ClientError> {
        let Some(journal) = &self.journal else { return Ok(None) };
        let Some(entry) = journal.find(request_id)? else { return Ok(None) };
        let envelope = hex::decode(&entry.envelope).unwrap_or_default();
        let signed = SignedTransaction::decode(&envelope, &entry.chain_id)?;
        let same = signed.unverified().action == *action
            && signed.unverified().sender == self.member
            && entry.chain_id == self.chain_id;
        if !same {
            return Err(ClientError::RequestIdUsed { request_id: entry.request_id, action: entry.action });
        }
        Ok(Some(signed))
    }
}

/// The last height for a transaction made now, from a node that is on the right chain.
pub async fn valid_until(client: &Client, chain_id: &str) -> Result<Height, ClientError> {
    let status = client.status().await?;
    if status.chain_id != chain_id {
        let (found, expected) = (status.chain_id, chain_id.to_owned());
        return Err(ClientError::OtherChain { found, expected });
    }
    let tip = status.position.map(|position| position.height).unwrap_or_default();
    Ok(Height::new(tip).plus(VALID_BLOCKS))
}

/// 16 bytes that nobody else chose.
pub fn random_request_id() -> Result<RequestId, ClientError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|_| ClientError::NoRandomness)?;
    Ok(id)
}

/// What the journal keeps of a transaction.
#[must_use]
pub fn entry(chain_id: &str, signed: &SignedTransaction) -> Entry {
    let transaction = signed.unverified();
    Entry {
        chain_id: chain_id.to_owned(),
        sender: transaction.sender.to_string(),
        request_id: hex::encode(transaction.request_id),
        action: action_name(&transaction.action).to_owned(),
        transaction_id: transaction.id.to_string(),
        valid_until_height: transaction.valid_until.number(),
        envelope: hex::encode(signed.bytes()),
    }
}
