//! Encryption keys of the acting member: made, published, and replaced without losing a document.

use std::path::Path;

use tally_contracts::Action;
use tally_contracts::member::SetEncryptionKey;
use tally_contracts::types::{DocumentId, ReceivableId, X25519Key};
use tally_keys::{Cost, EncryptionKey, Passphrase};
use tally_proto::v1::receivable::ListReceivablesRequest;

use super::context::{Context, Mode};
use super::document::{documents, give, secret};
use super::error::CommandError;
use super::show::WrappedRow;

/// Publishes the key of a file, made where it is not there.
pub async fn publish(context: &Context, file: &Path) -> Result<(), CommandError> {
    let (source, purpose) = (&context.settings().passphrase.value, file.display().to_string());
    let key = if file.exists() {
        EncryptionKey::open(file, &Passphrase::obtain(source, &purpose)?)?
    } else {
        EncryptionKey::create(file, &Passphrase::obtain_new(source, &purpose)?, Cost::Standard)?
    };
    let key = X25519Key(key.public());
    context.act(Action::SetEncryptionKey(SetEncryptionKey { key })).await
}

/// Makes and publishes the next key, wraps for it what the old one opens, and destroys the old one. Interrupted, it goes
/// on where it was: until its last step both keys are there.
pub async fn rotate(context: &Context, file: &Path) -> Result<(), CommandError> {
    let (source, purpose) = (&context.settings().passphrase.value, file.display().to_string());
    let passphrase = Passphrase::obtain(source, &purpose)?;
    let old = EncryptionKey::open(file, &passphrase)?;
    let next = EncryptionKey::prepare_next(file, &passphrase, Cost::Standard)?;
    let key = X25519Key(next.public());
    let action = Action::SetEncryptionKey(SetEncryptionKey { key });
    if context.mode != Mode::Submit {
        return context.act(action).await;
    }
    let member = context.member()?;
    if context.client()?.encryption_key(member).await? != Some(key) {
        context.tell(&context.perform(action).await?)?;
    }
    let mut rows = Vec::new();
    for receivable in context.client()?.receivables(ListReceivablesRequest::default(), 0).await? {
        for document in documents(context, ReceivableId::new(receivable.id), 0).await? {
            if document.shredded_at_height.is_some() {
                continue;
            }
            // what the old key does not open is not lost with it
            let opened = match secret(context, &document, &old).await {
                Err(CommandError::Document(_)) => continue,
                opened => opened?,
            };
            let given = give(context, DocumentId::new(document.id), &opened, &[member]).await?;
            rows.push(WrappedRow::new(&document, &given));
        }
    }
    EncryptionKey::finish_rotation(file)?;
    context.show_list(&rows)
}
