//! Sessions: one signature stands for the reads of a quarter of an hour, over one connection.
use super::super::Services;
use super::super::error::CallError;
use super::{AccessError, Door, Reader, ShownBy};
use crate::limits::API_SESSION_LIFETIME;
use std::sync::Arc;
use tally_proto::v1::access::access_service_server::AccessService;
use tally_proto::v1::access::{OpenSessionRequest, OpenSessionResponse};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl AccessService for Services {
    async fn open_session(
        &self,
        request: Request<OpenSessionRequest>,
    ) -> Result<Response<OpenSessionResponse>, Status> {
        let door = request.extensions().get::<Arc<Door>>().cloned();
        let (reader, _) = Reader::of(request)?;
        Ok(Response::new(open(door, reader)?))
    }
}

fn open(door: Option<Arc<Door>>, reader: Reader) -> Result<OpenSessionResponse, CallError> {
    // a session that could open the next one would never end
    if reader.shown_by != ShownBy::Signature {
        return Err(AccessError::NeedsSignature.into());
    }
    let mut token = [0; 32];
    getrandom::fill(&mut token).map_err(|_| CallError::NoRandomness)?;
    let member = reader.member.to_string();
    door.ok_or(AccessError::TokenUnknown)?.open(token, reader);
    let lifetime_seconds = u32::try_from(API_SESSION_LIFETIME.as_secs()).unwrap_or(u32::MAX);
    Ok(OpenSessionResponse { token: token.to_vec(), lifetime_seconds, member })
}
