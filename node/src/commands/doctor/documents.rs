//! Other nodes that are asked for documents: whether they are reached.
use super::finding::Finding;
use crate::config::Config;
use crate::limits::DOCUMENT_CONNECT_TIMEOUT;

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let (peers, trust) = (config.documents.peers(), config.documents.trust());
    if peers.is_empty() {
        let found = "no other node is asked for documents";
        return vec![Finding::well("documents", found)];
    }
    let mut findings = Vec::new();
    for peer in &peers {
        if let Err(error) = trust.connect(peer, DOCUMENT_CONNECT_TIMEOUT).await {
            let advice = "call its operator, or correct documents.peers and documents.peers_*: what only that node \
                          keeps is missing here";
            findings.push(Finding::soon("documents", error.to_string(), advice));
        }
    }
    if findings.is_empty() {
        let found = format!("all {} nodes that are asked for documents are reached", peers.len());
        findings.push(Finding::well("documents", found));
    }
    findings
}
