//! Shred: what the ledger says is shredded is destroyed here, at once, and at the next start where this node was down.
use super::super::Edge;
use super::super::error::CallError;
use super::Reading;
use std::sync::Arc;
use tally_contracts::document::Document;
use tally_contracts::event::EventKind;
use tally_contracts::state::Key;
use tally_contracts::types::DocumentId;
use tokio::sync::broadcast::error::RecvError;

/// Until the server stops.
pub(in super::super) async fn shred_as_decided(edge: Arc<Edge>) {
    let mut blocks = edge.node.ledger.watch();
    sweep(&edge).await;
    loop {
        let block = tokio::select! {
            block = blocks.recv() => block,
            () = edge.stopped() => return,
        };
        match block {
            Ok(block) => {
                let events = block.receipts.iter().flat_map(|receipt| receipt.events());
                let shredded = events.filter(|event| event.kind == EventKind::DocumentShredded);
                for document in shredded.filter_map(|event| event.document) {
                    shred(&edge, document).await;
                }
            }
            Err(RecvError::Lagged(_)) => sweep(&edge).await,
            Err(RecvError::Closed) => return,
        }
    }
}

/// Everything of which something is here, compared with the ledger.
async fn sweep(edge: &Arc<Edge>) {
    let node = Arc::clone(&edge.node);
    let found = edge.audits.run(move || {
        let reading = Reading::of(&node)?;
        let mut shredded = Vec::new();
        for id in node.documents.numbers()? {
            let document: Option<Document> = reading.get(&Key::DocumentEntry(id))?;
            let is_shredded = document.is_some_and(|document| document.shredded_at.is_some());
            shredded.extend(is_shredded.then_some(id));
        }
        Ok::<_, CallError>(shredded)
    });
    match found.await {
        Ok(shredded) => {
            for document in shredded {
                shred(edge, document).await;
            }
        }
        Err(error) => tracing::error!(%error, "shredded documents could not be looked for"),
    }
}

async fn shred(edge: &Arc<Edge>, document: DocumentId) {
    let node = Arc::clone(&edge.node);
    let done = edge.audits.run(move || Ok(node.documents.shred(document)?)).await;
    match done {
        Ok(true) => tracing::info!(%document, "shredded"),
        Ok(false) => {}
        Err(error) => tracing::error!(%document, %error, "a shredded document could not be destroyed"),
    }
}
