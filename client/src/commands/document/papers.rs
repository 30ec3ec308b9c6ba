//! Papers: documents go to whom title goes, and are opened before anything is accepted that rests on them.

use std::collections::BTreeSet;

use tally_contracts::Action;
use tally_contracts::document::ShareDocument;
use tally_contracts::types::{DocumentId, MemberId, ReceivableId, TrancheId};
use tally_keys::EncryptionKey;
use tally_proto::v1::common::{Event, EventKind};
use tally_proto::v1::document::{Document, PayloadState};
use tally_proto::v1::member::Role;
use tally_proto::v1::receivable::TreeNode;

use super::read::{examine, secret};
use super::wrap::give;
use super::{is_party, kept};
use crate::commands::context::{Context, Mode};
use crate::commands::error::CommandError;
use crate::commands::show::{CheckedRow, GivenRow};
use crate::commands::value::ValueError;
use crate::sdk::{Outcome, Verdict};

/// Somebody got, or is offered, title to a tranche or a lien on it.
struct Move {
    receivable: ReceivableId,
    tranche: TrancheId,
    to: MemberId,
}

/// Does what was asked, then gives whoever it concerns the documents that go with it. What could not be given is told
/// and undoes nothing.
pub async fn hand_over(context: &Context, action: Action) -> Result<(), CommandError> {
    if context.mode != Mode::Submit {
        return context.act(action).await;
    }
    let outcome = context.perform(action).await?;
    context.tell(&outcome)?;
    let mut rows = Vec::new();
    for one in moves(&outcome)? {
        match pass_on(context, &one).await {
            Ok(given) => rows.extend(given),
            Err(error) => eprintln!(
                "{} went to {}, its documents did not: {error}; give them with tally document share",
                one.tranche, one.to
            ),
        }
    }
    if rows.is_empty() { Ok(()) } else { context.consent(&rows) }
}

/// Opens the documents that come with a receivable, or with a tranche of it, before anything is signed that rests on
/// them. Without an encryption key it only tells what the node keeps of them.
pub async fn read_first(
    context: &Context,
    receivable: ReceivableId,
    tranche: Option<TrancheId>,
) -> Result<(), CommandError> {
    if context.mode != Mode::Submit {
        return Ok(());
    }
    let mut documents = kept(context, Some(receivable)).await?;
    if let Some(tranche) = tranche {
        let chain = title_chain(context, receivable, tranche).await;
        documents.retain(|document| document.tranche.is_none_or(|one| chain.contains(&one)));
    }
    if documents.is_empty() {
        return Ok(());
    }
    let Some(key) = context.encryption_key_if_any() else {
        return context.consent(&standings(context, &documents).await?);
    };
    let (rows, wrong) = examine(context, &documents, key?).await?;
    context.consent(&rows)?;
    if wrong > 0 {
        return Err(CommandError::DocumentsUnread { wrong, documents: rows.len() });
    }
    Ok(())
}

/// What the node keeps of documents that nobody here can open.
async fn standings(context: &Context, documents: &[Document]) -> Result<Vec<CheckedRow>, CommandError> {
    let mut rows = Vec::new();
    for document in documents {
        let standing = context.client()?.document(DocumentId::new(document.id)).await?;
        let state = match standing.payload() {
            PayloadState::Here => "not opened: no encryption key is set",
            PayloadState::Damaged => "damaged on the node, and not opened: no encryption key is set",
            PayloadState::Missing => "not on the node, and not opened: no encryption key is set",
            PayloadState::Shredded | PayloadState::Unspecified => "shredded",
        };
        rows.push(CheckedRow::new(document, state, ""));
    }
    Ok(rows)
}

fn moves(outcome: &Outcome) -> Result<Vec<Move>, CommandError> {
    let Verdict::Applied { events, .. } = &outcome.verdict else { return Ok(Vec::new()) };
    events.iter().filter_map(|event| of_event(event).transpose()).collect()
}

fn of_event(event: &Event) -> Result<Option<Move>, CommandError> {
    let is_move = [
        EventKind::TransferOffered,
        EventKind::TransferAccepted,
        EventKind::TrancheDiscounted,
        EventKind::DiscountReserved,
        EventKind::PledgeOffered,
    ]
    .contains(&event.kind());
    let (true, Some(receivable), Some(tranche)) = (is_move, event.receivable, event.tranche) else {
        return Ok(None);
    };
    let to = MemberId::new(&event.counterparty).map_err(ValueError::from)?;
    Ok(Some(Move { receivable: ReceivableId::new(receivable), tranche: TrancheId::new(tranche), to }))
}

/// Shares and wraps what goes with one move, and tells of each document whether that worked.
async fn pass_on(context: &Context, one: &Move) -> Result<Vec<GivenRow>, CommandError> {
    let mut documents = kept(context, Some(one.receivable)).await?;
    documents.retain(|document| !is_party(document, one.to.as_str()));
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let bears_risk = bears_risk(context, one.to).await?;
    let chain = title_chain(context, one.receivable, one.tranche).await;
    documents.retain(|document| document.tranche.map_or(bears_risk, |tranche| chain.contains(&tranche)));
    let mut rows = Vec::new();
    for document in &documents {
        let given = match context.encryption_key_if_any() {
            None => Err("no encryption key is set (--encryption-key)".to_owned()),
            Some(key) => share(context, document, one.to, key?).await?,
        };
        rows.push(GivenRow::new(document, one.to, given));
    }
    Ok(rows)
}

/// Makes the recipient a party and wraps the key for it, or says why not.
async fn share(
    context: &Context,
    document: &Document,
    to: MemberId,
    key: &EncryptionKey,
) -> Result<Result<(), String>, CommandError> {
    let id = DocumentId::new(document.id);
    let opened = match secret(context, document, key).await {
        Err(error @ (CommandError::Document(_) | CommandError::Client(_))) => {
            return Ok(Err(error.to_string()));
        }
        opened => opened?,
    };
    let outcome = context.go_on(Action::ShareDocument(ShareDocument { document: id, with: to })).await?;
    if let Verdict::Refused { rejection, .. } = &outcome.verdict {
        return Ok(Err(format!("{} [{}]", rejection.message, rejection.reason)));
    }
    if !matches!(outcome.verdict, Verdict::Applied { .. }) {
        return Ok(Err("it was in no block in time".to_owned()));
    }
    Ok(match give(context, id, &opened, &[to]).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    })
}

/// Whether a member looks at what debts rest on: it buys, keeps, guarantees or collects them.
async fn bears_risk(context: &Context, member: MemberId) -> Result<bool, CommandError> {
    let roles = context.client()?.member(member).await?.roles;
    let risky = [Role::Funder, Role::Bank, Role::Guarantor, Role::CollectionAgent];
    Ok(risky.iter().any(|role| roles.contains(&i32::from(*role))))
}

/// The tranche and those from which it came, as far as the reader sees them: never a sibling.
async fn title_chain(context: &Context, receivable: ReceivableId, tranche: TrancheId) -> BTreeSet<u64> {
    let client = context.client();
    let nodes = match client {
        Ok(client) => client.receivable_tree(receivable).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    ancestry(&nodes, tranche.number())
}

fn ancestry(nodes: &[TreeNode], tranche: u64) -> BTreeSet<u64> {
    let mut chain = BTreeSet::from([tranche]);
    // parents stand before their parts
    for node in nodes.iter().rev() {
        if chain.contains(&node.tranche) {
            chain.extend(&node.parents);
        }
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_chain_holds_no_sibling() {
        // T1 became T2, T3 and T4; T3 became T5 and T6; T2 and T5 were merged into T7
        let node =
            |tranche, parents: &[u64]| TreeNode { tranche, parents: parents.to_vec(), ..TreeNode::default() };
        let tree = [
            node(1, &[]),
            node(2, &[1]),
            node(3, &[1]),
            node(4, &[1]),
            node(5, &[3]),
            node(6, &[3]),
            node(7, &[2, 5]),
        ];
        let chain = |tranche| ancestry(&tree, tranche).into_iter().collect::<Vec<_>>();
        assert_eq!(chain(1), [1]);
        assert_eq!(chain(4), [1, 4]);
        assert_eq!(chain(6), [1, 3, 6]);
        assert_eq!(chain(7), [1, 2, 3, 5, 7]);
        assert_eq!(chain(9), [9], "where the reader sees no tree");
    }
}
