//! Screening: who is listed, and what is frozen.
use super::super::Services;
use super::filter::{is, member};
use tally_contracts::screening::{Freeze, ScreeningEntry};
use tally_contracts::state::Key;
use tally_contracts::types::{Hash, MemberId, TrancheId};
use tally_proto::convert::screening_entry;
use tally_proto::v1::screening::screening_service_server::ScreeningService;
use tally_proto::v1::screening::{
    ListFreezesRequest, ListFreezesResponse, ListScreeningRequest, ListScreeningResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl ScreeningService for Services {
    async fn list_screening(
        &self,
        request: Request<ListScreeningRequest>,
    ) -> Result<Response<ListScreeningResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let prefix = [Key::Screening(Hash::ZERO).type_byte()];
            let listed = reading.list(&page, &prefix, |entry: &ScreeningEntry| {
                reading.sees_screening(entry).unwrap_or(false)
            })?;
            let mut entries = Vec::with_capacity(listed.items.len());
            for entry in &listed.items {
                let owner: Option<MemberId> = reading.get(&Key::Identifier(entry.identifier.hash()))?;
                entries.push(screening_entry(entry, owner));
            }
            Ok(ListScreeningResponse {
                entries,
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_freezes(
        &self,
        request: Request<ListFreezesRequest>,
    ) -> Result<Response<ListFreezesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let holder = member(&request.holder, "holder")?;
            let prefix = [Key::Freeze(TrancheId::new(0)).type_byte()];
            let listed = reading.list(&page, &prefix, |freeze: &Freeze| {
                is(holder, freeze.holder) && reading.sees_freeze(freeze).unwrap_or(false)
            })?;
            Ok(ListFreezesResponse {
                freezes: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}
