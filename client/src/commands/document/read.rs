//! Reading documents: fetched, opened, held against the ledger, each told how it stands.

use tally_contracts::types::{DocumentId, ReceivableId};
use tally_keys::{EncryptionKey, Wrapped};
use tally_proto::v1::document::{Document, Envelope};
use zeroize::Zeroizing;

use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::commands::show::CheckedRow;
use crate::document::{DocumentError, Opened, envelope_info, open};
use crate::sdk::payload_of;

/// Fetches and opens one document.
pub(super) async fn fetch(
    context: &Context,
    document: &Document,
    key: &EncryptionKey,
) -> Result<Opened, CommandError> {
    let client = context.client()?;
    let secret = secret(context, document, key).await?;
    let ciphertext = client.payload(DocumentId::new(document.id)).await?;
    Ok(open(context.chain_id()?, &payload_of(document)?, &ciphertext, &secret)?)
}

/// The document's key and salt, from a wrapped key that this one opens.
pub(super) async fn secret(
    context: &Context,
    document: &Document,
    key: &EncryptionKey,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let id = DocumentId::new(document.id);
    let info = envelope_info(context.chain_id()?, id, context.member()?);
    let wrapped = context.client()?.envelopes(id).await?;
    let opened = wrapped.iter().find_map(|one| key.unwrap(&unwire(one)?, &info));
    Ok(opened.ok_or_else(|| DocumentError::NoKey { owner: document.owner.clone() })?)
}

fn unwire(envelope: &Envelope) -> Option<Wrapped> {
    let encapsulated = envelope.encapsulated_key.as_slice().try_into().ok()?;
    Some(Wrapped { encapsulated, sealed: envelope.sealed.clone() })
}

/// How each document stands, and how many of them do not open.
pub(super) async fn examine(
    context: &Context,
    documents: &[Document],
    key: &EncryptionKey,
) -> Result<(Vec<CheckedRow>, usize), CommandError> {
    let (mut rows, mut wrong) = (Vec::new(), 0);
    for document in documents {
        if document.shredded_at_height.is_some() {
            rows.push(CheckedRow::new(document, "shredded", ""));
            continue;
        }
        match fetch(context, document, key).await {
            Ok(opened) => rows.push(CheckedRow::new(document, "opens", &opened.name)),
            Err(error @ (CommandError::Document(_) | CommandError::Client(_))) => {
                wrong += 1;
                rows.push(CheckedRow::new(document, &error.to_string(), ""));
            }
            Err(error) => return Err(error),
        }
    }
    Ok((rows, wrong))
}

/// Tries to open every document of a receivable; fails unless all open.
pub(super) async fn check(
    context: &Context,
    receivable: ReceivableId,
    key: &EncryptionKey,
) -> Result<(), CommandError> {
    let (rows, wrong) = examine(context, &super::documents(context, receivable, 0).await?, key).await?;
    context.show_list(&rows)?;
    if wrong > 0 {
        return Err(CommandError::DocumentsWrong { wrong, documents: rows.len() });
    }
    Ok(())
}
