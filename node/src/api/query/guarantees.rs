//! Guarantees: who answers for what.
use super::super::Services;
use super::filter::{is, member};
use tally_contracts::Rejection;
use tally_contracts::guarantee::Guarantee;
use tally_contracts::state::Key;
use tally_contracts::types::GuaranteeId;
use tally_proto::v1::guarantee::guarantee_service_server::GuaranteeService;
use tally_proto::v1::guarantee::{
    GetGuaranteeRequest, GetGuaranteeResponse, ListGuaranteesRequest, ListGuaranteesResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl GuaranteeService for Services {
    async fn get_guarantee(
        &self,
        request: Request<GetGuaranteeRequest>,
    ) -> Result<Response<GetGuaranteeResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let guarantee = GuaranteeId::new(request.guarantee);
        self.read(reader, move |reading| {
            let found: Option<Guarantee> = reading.get(&Key::Guarantee(guarantee))?;
            let found = found.ok_or(Rejection::GuaranteeUnknown { guarantee })?;
            if !reading.sees_guarantee(&found)? {
                return Err(Rejection::GuaranteeUnknown { guarantee }.into());
            }
            Ok(GetGuaranteeResponse { guarantee: Some((&found).into()), position: reading.position() })
        })
        .await
    }

    async fn list_guarantees(
        &self,
        request: Request<ListGuaranteesRequest>,
    ) -> Result<Response<ListGuaranteesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let anchor = member(&request.anchor, "anchor")?;
            let guarantor = member(&request.guarantor, "guarantor")?;
            let keep = |one: &Guarantee| {
                is(anchor, one.anchor)
                    && is(guarantor, one.guarantor)
                    && reading.sees_guarantee(one).unwrap_or(false)
            };
            let prefix = [Key::Guarantee(GuaranteeId::new(0)).type_byte()];
            let listed = reading.list(&page, &prefix, keep)?;
            Ok(ListGuaranteesResponse {
                guarantees: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}
