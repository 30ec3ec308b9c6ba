//! Facilities: what funders offer, and what a discount now would give.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::filter::{is, member, one_of};
use super::quote::quote;
use tally_contracts::facility::Facility;
use tally_contracts::state::Key;
use tally_contracts::types::{FacilityId, TrancheId};
use tally_proto::v1::facility::facility_service_server::FacilityService;
use tally_proto::v1::facility::{
    self as wire, FacilityStatus, GetFacilityRequest, GetFacilityResponse, ListFacilitiesRequest,
    ListFacilitiesResponse, QuoteRequest, QuoteResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl FacilityService for Services {
    async fn get_facility(
        &self,
        request: Request<GetFacilityRequest>,
    ) -> Result<Response<GetFacilityResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = FacilityId::new(request.facility);
        self.read(reader, move |reading| {
            let facility: Facility = reading.find(&Key::Facility(id), Resource::Facility, id)?;
            if !reading.sees_facility(&facility)? {
                return Err(CallError::Unknown { kind: Resource::Facility, name: id.to_string() });
            }
            Ok(GetFacilityResponse { facility: Some((&facility).into()), position: reading.position() })
        })
        .await
    }

    async fn list_facilities(
        &self,
        request: Request<ListFacilitiesRequest>,
    ) -> Result<Response<ListFacilitiesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let anchor = member(&request.anchor, "anchor")?;
            let funder = member(&request.funder, "funder")?;
            let status: Option<FacilityStatus> = one_of(request.status, "status")?;
            let keep = |facility: &Facility| {
                reading.sees_facility(facility).unwrap_or(false)
                    && anchor.is_none_or(|anchor| facility.anchors.contains(&anchor))
                    && is(funder, facility.funder)
                    && is(status.map(i32::from), wire::Facility::from(facility).status)
            };
            let prefix = [Key::Facility(FacilityId::new(0)).type_byte()];
            let listed = reading.list(&page, &prefix, keep)?;
            Ok(ListFacilitiesResponse {
                facilities: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn quote(&self, request: Request<QuoteRequest>) -> Result<Response<QuoteResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            reading.may_ask_price(TrancheId::new(request.tranche))?;
            reading.quote_as_seen(quote(reading, &request)?)
        })
        .await
    }
}
