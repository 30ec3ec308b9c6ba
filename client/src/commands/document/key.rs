//! Encryption keys of the acting member: made, published, and replaced without losing a document.

use std::path::PathBuf;

use tally_contracts::Action;
use tally_contracts::member::SetEncryptionKey;
use tally_contracts::types::{DocumentId, MemberId, X25519Key};
use tally_keys::{Cost, EncryptionKey, Passphrase};
use tally_proto::v1::document::Document;

use super::kept;
use super::read::secret;
use super::wrap::give;
use crate::commands::context::{Context, Mode};
use crate::commands::error::CommandError;
use crate::commands::show::WrappedRow;

/// Publishes the key of a file, made where it is not there.
pub(super) async fn publish(context: &Context, file: Option<PathBuf>) -> Result<(), CommandError> {
    let file = place(context, file)?;
    let (source, purpose) = (&context.settings().passphrase.value, file.display().to_string());
    let key = if file.exists() {
        EncryptionKey::open(&file, &Passphrase::obtain(source, &purpose)?)?
    } else {
        EncryptionKey::create(&file, &Passphrase::obtain_new(source, &purpose)?, Cost::Standard)?
    };
    let key = X25519Key(key.public());
    context.act(Action::SetEncryptionKey(SetEncryptionKey { key })).await
}

fn place(context: &Context, file: Option<PathBuf>) -> Result<PathBuf, CommandError> {
    match file {
        Some(file) => Ok(file),
        None => Ok(context.settings().encryption_key_file()?.value.clone()),
    }
}

/// The key in use and the one that takes its place.
struct Pair {
    old: EncryptionKey,
    next: EncryptionKey,
}

/// Makes and publishes the next key, wraps for it what the old one opens, and destroys the old one. Interrupted, it goes
/// on where it was: until its last step both keys are there.
pub(super) async fn rotate(
    context: &Context,
    file: Option<PathBuf>,
    lose_unopened: bool,
) -> Result<(), CommandError> {
    let file = place(context, file)?;
    let (source, purpose) = (&context.settings().passphrase.value, file.display().to_string());
    let passphrase = Passphrase::obtain(source, &purpose)?;
    let old = EncryptionKey::open(&file, &passphrase)?;
    let next = EncryptionKey::prepare_next(&file, &passphrase, Cost::Standard)?;
    let key = X25519Key(next.public());
    let action = Action::SetEncryptionKey(SetEncryptionKey { key });
    if context.mode != Mode::Submit {
        return context.act(action).await;
    }
    let member = context.member()?;
    if context.client()?.encryption_key(member).await? != Some(key) {
        context.tell(&context.perform(action).await?)?;
    }
    let pair = Pair { old, next };
    let (mut rows, mut unopened) = (Vec::new(), Vec::new());
    for document in kept(context, None).await? {
        match wrap_anew(context, &document, &pair, member).await? {
            true => rows.push(WrappedRow::new(&document, &[member])),
            false => unopened.push(format!("A{}", document.id)),
        }
    }
    context.show_list(&rows)?;
    if !unopened.is_empty() && !lose_unopened {
        return Err(CommandError::OldKeyNeeded { documents: unopened.join(", ") });
    }
    Ok(EncryptionKey::finish_rotation(&file)?)
}

/// Whether the next key opens the document from now on.
async fn wrap_anew(
    context: &Context,
    document: &Document,
    pair: &Pair,
    member: MemberId,
) -> Result<bool, CommandError> {
    for key in [&pair.next, &pair.old] {
        match secret(context, document, key).await {
            Ok(opened) => {
                give(context, DocumentId::new(document.id), &opened, &[member]).await?;
                return Ok(true);
            }
            Err(CommandError::Document(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}
