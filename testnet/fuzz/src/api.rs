//! What crosses the API: who reads, certificates, wrapped keys, and what a node says is wrong.

use tally_client::sdk::Problem;
use tally_node::documents::StoredEnvelope;
use tally_node::tls::member_of;
use tally_proto::access::Authorization;
use tonic::{Code, Status};

use crate::seeds::CHAIN;

/// The `authorization` header.
pub fn authorization(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(authorization) = text.parse::<Authorization>() else { return false };
    let again = authorization.to_string();
    assert_eq!(again.parse().as_ref(), Ok(&authorization), "it reads back as it is shown");
    true
}

/// A client's certificate: the member that it is for.
pub fn tls_certificate(bytes: &[u8]) -> bool {
    member_of(bytes, CHAIN).is_some()
}

/// A document's key, wrapped for one member.
pub fn envelope(bytes: &[u8]) -> bool {
    let Ok(envelope) = borsh::from_slice::<StoredEnvelope>(bytes) else { return false };
    assert_eq!(borsh::to_vec(&envelope).ok().as_deref(), Some(bytes), "an envelope has one form");
    true
}

/// The details of a status: whatever stands in them, a person can be told.
pub fn problem(bytes: &[u8]) -> bool {
    let Some((code, details)) = bytes.split_first() else { return false };
    let status = Status::with_details(Code::from_i32(i32::from(*code)), "refused", details.to_vec().into());
    let problem = Problem::from(&status);
    let (told, _, _) = (problem.to_string(), problem.is_passing(), problem.left_no_trace());
    assert!(!told.is_empty(), "somebody is told nothing");
    problem.reason.is_some()
}
