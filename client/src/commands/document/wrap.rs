//! Wrapping: a document's key for each member that may open it.

use tally_contracts::Action;
use tally_contracts::document::ShareDocument;
use tally_contracts::types::{DocumentId, MemberId, ReceivableId};
use tally_keys::{EncryptionKey, wrap};
use tally_proto::v1::document::{Envelope, GetDocumentResponse};
use tally_proto::v1::member::{ListMembersRequest, MemberStatus, Role};

use super::read::secret;
use super::{is_party, kept};
use crate::commands::context::Context;
use crate::commands::error::CommandError;
use crate::commands::show::WrappedRow;
use crate::commands::value::ValueError;
use crate::document::envelope_info;

/// Wraps a document's key for members and stores it at the node; who published no encryption key is left out.
pub(super) async fn give(
    context: &Context,
    document: DocumentId,
    secret: &[u8],
    recipients: &[MemberId],
) -> Result<Vec<MemberId>, CommandError> {
    let client = context.client()?;
    let (mut envelopes, mut given) = (Vec::new(), Vec::new());
    for recipient in recipients.iter().copied() {
        let Some(key) = client.encryption_key(recipient).await? else { continue };
        let info = envelope_info(context.chain_id()?, document, recipient);
        let wrapped = wrap(&key.0, &info, secret)?;
        given.push(recipient);
        envelopes.push(Envelope {
            recipient: recipient.to_string(),
            recipient_key: key.0.to_vec(),
            wrapped_by: context.member()?.to_string(),
            encapsulated_key: wrapped.encapsulated.to_vec(),
            sealed: wrapped.sealed,
        });
    }
    client.put_envelopes(document, envelopes).await?;
    Ok(given)
}

/// Every regulator, who may read everything.
pub(super) async fn regulators(context: &Context) -> Result<Vec<MemberId>, CommandError> {
    let (role, status) = (Role::Regulator.into(), MemberStatus::Active.into());
    let request = ListMembersRequest { role, status, ..Default::default() };
    let found = context.client()?.members(request, 0).await?;
    Ok(found
        .iter()
        .map(|member| MemberId::new(&member.id))
        .collect::<Result<_, _>>()
        .map_err(ValueError::from)?)
}

/// Makes members parties of a document and wraps its key for them.
pub(super) async fn share(
    context: &Context,
    id: DocumentId,
    with: &[MemberId],
    key: &EncryptionKey,
) -> Result<(), CommandError> {
    let document = context.client()?.document(id).await?.document.unwrap_or_default();
    let secret = secret(context, &document, key).await?;
    for member in with.iter().filter(|member| !is_party(&document, member.as_str())) {
        let action = Action::ShareDocument(ShareDocument { document: id, with: *member });
        context.tell(&context.perform(action).await?)?;
    }
    let given = give(context, id, &secret, with).await?;
    context.show_list(&[WrappedRow::new(&document, &given)])
}

/// Wraps the keys of documents for every party that lacks one at this node.
pub(super) async fn rewrap(
    context: &Context,
    receivable: Option<ReceivableId>,
    key: &EncryptionKey,
) -> Result<(), CommandError> {
    let regulators = regulators(context).await?;
    let mut rows = Vec::new();
    for document in kept(context, receivable).await? {
        let id = DocumentId::new(document.id);
        let standing = context.client()?.document(id).await?;
        let lacking = lacking(&standing, &regulators)?;
        if lacking.is_empty() {
            continue;
        }
        let given = match secret(context, &document, key).await {
            Ok(secret) => give(context, id, &secret, &lacking).await?,
            Err(CommandError::Document(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        rows.push(WrappedRow::new(&document, &given));
    }
    context.show_list(&rows)
}

/// Who may open the document and has no key for it at this node.
fn lacking(standing: &GetDocumentResponse, regulators: &[MemberId]) -> Result<Vec<MemberId>, CommandError> {
    let document = standing.document.clone().unwrap_or_default();
    let parties = document.parties.iter().chain([&document.owner]);
    let mut lacking: Vec<MemberId> =
        parties.map(|party| MemberId::new(party)).collect::<Result<_, _>>().map_err(ValueError::from)?;
    lacking.extend(regulators);
    lacking.sort_unstable();
    lacking.dedup();
    lacking.retain(|member| !standing.enveloped.iter().any(|has| has == member.as_str()));
    Ok(lacking)
}
