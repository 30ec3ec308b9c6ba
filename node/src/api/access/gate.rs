//! The gate: takes a call's authorization apart and asks the ledger whether it counts.
use super::super::NodeView;
use super::super::error::CallError;
use super::super::lane::Lane;
use super::super::query::Reading;
use super::layer::passes;
use super::nonces::{Nonces, Taken};
use super::table::{METHODS, Who};
use super::{AccessError, Door, Quotas, Reader, ShownBy};
use crate::limits::{API_KEY_RECHECK, API_READS_MAX};
use bytes::Bytes;
use http::Request;
use http::header::AUTHORIZATION;
use http_body_util::{BodyExt, Limited};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tally_contracts::member::{Member, MemberStatus};
use tally_contracts::state::Key;
use tally_contracts::types::{Hash, Height, MemberId, PublicKey};
use tally_proto::access::{Authorization, Call, READ_VALIDITY_MS_MAX, SignedRead};
use tonic::body::Body;

/// What the layer asks about every call.
pub(in super::super) struct Gate {
    node: Arc<NodeView>,
    methods: HashMap<&'static str, (&'static str, Who)>,
    /// Hosts and ports under which readers dial this node.
    names: Vec<String>,
    nonces: Nonces,
    quotas: Arc<Quotas>,
    /// Apart from the reads themselves, so that a full queue of those still lets people in.
    checks: Lane,
    message_bytes_max: usize,
}

impl Gate {
    /// For a listener at `address`, also dialled as any of `names`.
    pub(in super::super) fn new(
        node: Arc<NodeView>,
        address: SocketAddr,
        names: &[String],
        quotas: Arc<Quotas>,
        message_bytes_max: usize,
    ) -> Self {
        let mut names = names.to_vec();
        names.push(address.to_string());
        if address.ip().is_loopback() {
            names.push(format!("localhost:{}", address.port()));
        }
        let methods = METHODS.iter().map(|(path, who)| (*path, (*path, *who))).collect();
        let checks = Lane::new(API_READS_MAX);
        Self { node, methods, names, nonces: Nonces::default(), quotas, checks, message_bytes_max }
    }

    /// Bytes of one request message.
    pub(super) fn message_bytes_max(&self) -> usize {
        self.message_bytes_max
    }

    pub(super) fn rule(&self, path: &str) -> Option<(&'static str, Who)> {
        self.methods.get(path).copied()
    }

    /// The request with its reader, or why there is none.
    pub(super) async fn admit(
        &self,
        (method, who): (&'static str, Who),
        request: Request<Body>,
    ) -> Result<Request<Body>, CallError> {
        let Some(header) = request.headers().get(AUTHORIZATION) else {
            return match who {
                Who::AnyoneAndMembers if passes(&request) => Ok(request),
                Who::AnyoneAndMembers => Err(CallError::QuotaUsed { whose: "connection" }),
                Who::Anyone | Who::Members | Who::Operator => Err(AccessError::Missing.into()),
            };
        };
        let text = header.to_str().unwrap_or_default();
        let door = request.extensions().get::<Arc<Door>>().cloned();
        let (reader, mut request) = match text.parse().map_err(AccessError::from)? {
            Authorization::Token(token) => {
                let door = door.as_ref().ok_or(AccessError::TokenUnknown)?;
                (self.by_token(door, token).await?, request)
            }
            Authorization::Signature(read) => {
                // a stranger is told nothing of how busy a member is
                let is_known = door.as_ref().is_some_and(|door| door.standing().is_known());
                if is_known && self.quotas.is_used_up(read.member) {
                    return Err(CallError::QuotaUsed { whose: "member" });
                }
                self.by_signature(method, read, request).await?
            }
        };
        if door.is_some_and(|door| !door.admits(reader.member)) {
            return Err(AccessError::OtherMember { member: reader.member }.into());
        }
        if let Some(door) = request.extensions().get::<Arc<Door>>() {
            door.standing().know();
        }
        if !self.quotas.take_read(reader.member) {
            return Err(CallError::QuotaUsed { whose: "member" });
        }
        request.extensions_mut().insert(Reader { method, ..reader });
        Ok(request)
    }

    /// Costs no signature check; now and then the ledger is asked whether the key still counts.
    async fn by_token(&self, door: &Arc<Door>, token: [u8; 32]) -> Result<Reader, CallError> {
        let session = door.session(&token).ok_or(AccessError::TokenUnknown)?;
        let reader = Reader { shown_by: ShownBy::Token, ..session.reader };
        if session.checked.elapsed() < API_KEY_RECHECK {
            return Ok(reader);
        }
        let node = Arc::clone(&self.node);
        let (member, key) = (reader.member, reader.key);
        let found = self.checks.run(move || look_up(&node, member, key)).await?;
        let reader = found.map(|found| Reader { shown_by: ShownBy::Token, ..found });
        door.checked(&token, reader.as_ref());
        Ok(reader.ok_or(AccessError::TokenUnknown)?)
    }

    async fn by_signature(
        &self,
        method: &'static str,
        read: SignedRead,
        request: Request<Body>,
    ) -> Result<(Reader, Request<Body>), CallError> {
        if !self.names.contains(&read.audience) {
            let audience = read.audience;
            return Err(AccessError::Audience { audience }.into());
        }
        check_time(read.not_after_ms, now_ms())?;
        let (head, body) = request.into_parts();
        let limit = self.message_bytes_max;
        let wrong = || AccessError::Body { limit };
        let frame =
            Limited::new(body, limit.saturating_add(FRAME_HEAD)).collect().await.map_err(|_| wrong())?;
        let frame: Bytes = frame.to_bytes();
        let body_hash = Hash::of(message(&frame).ok_or_else(wrong)?);
        let node = Arc::clone(&self.node);
        let (key, nonce, not_after_ms) = (read.key, read.nonce, read.not_after_ms);
        let found = self.checks.run(move || {
            let call = Call { chain_id: node.ledger.chain_id(), method, body_hash };
            if !read.holds(&call) {
                return Ok(None);
            }
            look_up(&node, read.member, read.key)
        });
        let reader = found.await?.ok_or(AccessError::Refused)?;
        match self.nonces.take(key, nonce, not_after_ms, now_ms()) {
            Taken::New => {
                Ok((reader, Request::from_parts(head, Body::new(http_body_util::Full::new(frame)))))
            }
            Taken::UsedAlready => Err(AccessError::Replayed.into()),
            Taken::Full => Err(CallError::Busy { waiting: crate::limits::API_NONCES_MAX }),
        }
    }
}

/// Compression flag and length.
const FRAME_HEAD: usize = 5;

/// The one message of a gRPC frame, not compressed.
fn message(frame: &[u8]) -> Option<&[u8]> {
    let ([0, length @ ..], message) = frame.split_first_chunk::<FRAME_HEAD>()? else { return None };
    (usize::try_from(u32::from_be_bytes(*length)).ok()? == message.len()).then_some(message)
}

pub(in super::super) fn check_time(not_after_ms: u64, now_ms: u64) -> Result<(), AccessError> {
    match not_after_ms.checked_sub(now_ms) {
        None => Err(AccessError::Expired { late_ms: now_ms.saturating_sub(not_after_ms) }),
        Some(found_ms) if found_ms > READ_VALIDITY_MS_MAX => {
            Err(AccessError::TooLong { found_ms, limit_ms: READ_VALIDITY_MS_MAX })
        }
        Some(_) => Ok(()),
    }
}

/// The member with this key, if it may read now: a suspended member still sees what is its own.
pub(in super::super) fn look_up(
    node: &NodeView,
    member: MemberId,
    key: PublicKey,
) -> Result<Option<Reader>, CallError> {
    let reading = Reading::of(node)?;
    let Some(found) = reading.get::<Member>(&Key::Member(member))? else { return Ok(None) };
    let may_read = match found.status {
        MemberStatus::Active | MemberStatus::Suspended => true,
        MemberStatus::Pending | MemberStatus::Exited => false,
    };
    let height = Height::new(reading.height);
    let has_key = found.keys.iter().any(|own| own.key == key && own.is_valid_at(height));
    let roles = Arc::new(found.roles);
    let shown_by = ShownBy::Signature;
    Ok((may_read && has_key).then_some(Reader { member, roles, key, method: "", shown_by }))
}

/// By this machine's clock: chain time may run faster.
pub(in super::super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_holds_one_message_without_compression() {
        assert_eq!(message(&[0, 0, 0, 0, 2, 7, 8]), Some(&[7, 8][..]));
        assert_eq!(message(&[0, 0, 0, 0, 0]), Some(&[][..]));
        for wrong in [&[][..], &[0, 0, 0, 0], &[1, 0, 0, 0, 0], &[0, 0, 0, 0, 1], &[0, 0, 0, 0, 0, 9]] {
            assert_eq!(message(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_signature_is_valid_now_and_for_a_minute_at_most() {
        assert_eq!(check_time(1_000, 1_000), Ok(()));
        assert_eq!(check_time(61_000, 1_000), Ok(()));
        assert_eq!(check_time(999, 1_000), Err(AccessError::Expired { late_ms: 1 }));
        let too_long = AccessError::TooLong { found_ms: 60_001, limit_ms: 60_000 };
        assert_eq!(check_time(61_001, 1_000), Err(too_long));
    }
}
