//! Envelopes: a document's key, wrapped for one member, a small file for each.
use super::error::StoreError;
use super::{DocumentStore, files};
use crate::limits::DOCUMENT_ENVELOPES_MAX;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fs;
use tally_contracts::document::Document;
use tally_contracts::types::{MemberId, X25519Key};

/// The folder of a document's wrapped keys.
pub(super) const KEYS: &str = "keys";

/// A wrapped key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StoredEnvelope {
    pub recipient: MemberId,
    pub recipient_key: X25519Key,
    pub wrapped_by: MemberId,
    pub encapsulated_key: [u8; 32],
    pub sealed: Vec<u8>,
}

impl StoredEnvelope {
    fn file_name(&self) -> String {
        // member ids hold no dots
        format!("{}.{}.{}", self.recipient, self.recipient_key, self.wrapped_by)
    }
}

impl DocumentStore {
    /// Keeps a wrapped key; the same member's earlier one for the same key is replaced.
    pub fn put_envelope(&self, document: &Document, envelope: &StoredEnvelope) -> Result<(), StoreError> {
        let _alone = self.alone(document.id);
        let folder = self.place(document).join(KEYS);
        files::make_folder(&folder)?;
        let path = folder.join(envelope.file_name());
        if !path.exists() && files::entries(&folder)?.len() >= DOCUMENT_ENVELOPES_MAX {
            return Err(StoreError::EnvelopesFull { document: document.id, limit: DOCUMENT_ENVELOPES_MAX });
        }
        files::replace(&path, &borsh::to_vec(envelope).expect("a Vec takes every write"))
    }

    /// The wrapped keys that are here, of one recipient where one is named. A damaged file is as one that is not here.
    pub fn envelopes(
        &self,
        document: &Document,
        recipient: Option<MemberId>,
    ) -> Result<Vec<StoredEnvelope>, StoreError> {
        let folder = self.place(document).join(KEYS);
        let prefix = recipient.map(|member| format!("{member}."));
        let mut found = Vec::new();
        for path in files::entries(&folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let wanted = prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix.as_str()));
            if !wanted || name.ends_with(files::DRAFT) {
                continue;
            }
            let bytes = fs::read(&path).map_err(StoreError::io(&path, "read"))?;
            found.extend(borsh::from_slice::<StoredEnvelope>(&bytes).ok());
        }
        Ok(found)
    }
}
