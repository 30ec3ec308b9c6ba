//! Netting: which debts run in circles, and what is proposed about them.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::{is, member, one_of};
use tally_contracts::BlockContext;
use tally_contracts::netting::{Netting, find_cycles};
use tally_contracts::state::Key;
use tally_contracts::types::{Currency, Height, NettingId};
use tally_proto::FieldError;
use tally_proto::v1::netting::netting_service_server::NettingService;
use tally_proto::v1::netting::{
    self as wire, FindCyclesRequest, FindCyclesResponse, GetNettingRequest, GetNettingResponse,
    ListNettingsRequest, ListNettingsResponse, NettingStatus,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl NettingService for Services {
    async fn find_cycles(
        &self,
        request: Request<FindCyclesRequest>,
    ) -> Result<Response<FindCyclesResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| cycles(reading, &request)).await
    }

    async fn get_netting(
        &self,
        request: Request<GetNettingRequest>,
    ) -> Result<Response<GetNettingResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = NettingId::new(request.netting);
        self.read(reader, move |reading| {
            let netting: Netting = reading.find(&Key::Netting(id), Resource::Netting, id)?;
            if !reading.sees_circle(&netting.parties)? {
                return Err(CallError::Unknown { kind: Resource::Netting, name: id.to_string() });
            }
            Ok(GetNettingResponse { netting: Some((&netting).into()), position: reading.position() })
        })
        .await
    }

    async fn list_nettings(
        &self,
        request: Request<ListNettingsRequest>,
    ) -> Result<Response<ListNettingsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let party = member(&request.party, "party")?;
            let status: Option<NettingStatus> = one_of(request.status, "status")?;
            let keep = |netting: &Netting| {
                reading.sees_circle(&netting.parties).unwrap_or(false)
                    && party.is_none_or(|party| netting.parties.contains(&party))
                    && is(status.map(i32::from), wire::Netting::from(netting).status)
            };
            let listed = reading.list(&page, &[Key::Netting(NettingId::new(0)).type_byte()], keep)?;
            Ok(ListNettingsResponse {
                nettings: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

/// The contracts' own search on the committed state, for a block that came now.
fn cycles(reading: &Reading<'_>, request: &FindCyclesRequest) -> Result<FindCyclesResponse, CallError> {
    let currency =
        Currency::new(&request.currency).map_err(|error| FieldError::new("currency", error.into()))?;
    let party = member(&request.party, "party")?;
    let context = BlockContext { height: Height::new(reading.height).next(), time: reading.next_time() };
    let found = find_cycles(&reading.view, context, currency)?;
    let own = found.cycles.iter().filter(|cycle| {
        reading.sees_circle(&cycle.parties).unwrap_or(false)
            && party.is_none_or(|party| cycle.parties.contains(&party))
    });
    Ok(FindCyclesResponse {
        cycles: own.map(Into::into).collect(),
        is_complete: found.is_complete,
        position: reading.position(),
    })
}
