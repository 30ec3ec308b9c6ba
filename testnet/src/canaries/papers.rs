//! Everybody's encryption keys, and documents as their parties open them.

use std::collections::BTreeMap;
use std::path::Path;

use tally_client::document::{envelope_info, open};
use tally_client::sdk::{Client, payload_of};
use tally_contracts::types::{DocumentId, MemberId};
use tally_keys::{Cost, EncryptionKey, Passphrase, Wrapped};
use tally_proto::v1::document::Envelope;

use super::error::CanaryError;

/// Keys by member.
pub struct Papers(BTreeMap<MemberId, EncryptionKey>);

impl Papers {
    /// A new key for each of them, in files of this folder.
    pub fn make(
        members: impl Iterator<Item = MemberId>,
        folder: &Path,
        passphrase: &Passphrase,
    ) -> Result<Self, CanaryError> {
        let make = |member: MemberId| {
            let path = folder.join(format!("{member}.x25519"));
            Ok((member, EncryptionKey::create(&path, passphrase, Cost::Quick)?))
        };
        members.map(make).collect::<Result<_, CanaryError>>().map(Self)
    }

    /// What is published.
    pub fn public(&self, member: MemberId) -> Result<[u8; 32], CanaryError> {
        Ok(self.of(member)?.public())
    }

    /// What a party reads: fetched from its node and opened with its key.
    pub async fn read(
        &self,
        (member, client): (MemberId, &Client),
        chain_id: &str,
        id: DocumentId,
    ) -> Result<Vec<u8>, CanaryError> {
        let document = client.document(id).await?.document;
        let document = document.ok_or(CanaryError::Missing { what: "a document" })?;
        let (info, key) = (envelope_info(chain_id, id, member), self.of(member)?);
        let envelopes = client.envelopes(id).await?;
        let secret = envelopes.iter().filter_map(wrapped).find_map(|one| key.unwrap(&one, &info));
        let secret = secret.ok_or(CanaryError::Missing { what: "a wrapped key" })?;
        let ciphertext = client.payload(id).await?;
        Ok(open(chain_id, &payload_of(&document)?, &ciphertext, &secret)?.content.to_vec())
    }

    fn of(&self, member: MemberId) -> Result<&EncryptionKey, CanaryError> {
        self.0.get(&member).ok_or(CanaryError::Missing { what: "an encryption key" })
    }
}

fn wrapped(envelope: &Envelope) -> Option<Wrapped> {
    let encapsulated = envelope.encapsulated_key.as_slice().try_into().ok()?;
    Some(Wrapped { encapsulated, sealed: envelope.sealed.clone() })
}
