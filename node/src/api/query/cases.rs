//! Cases: who owes what is collected from whom, and the files of what was done about it.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::{is, member, one_of};
use tally_contracts::collection::{Case, CaseEntry};
use tally_contracts::state::Key;
use tally_contracts::types::ReceivableId;
use tally_proto::v1::collection::collection_service_server::CollectionService;
use tally_proto::v1::collection::{
    self as wire, CaseStatus, GetCaseRequest, GetCaseResponse, ListCaseEntriesRequest,
    ListCaseEntriesResponse, ListCasesRequest, ListCasesResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl CollectionService for Services {
    async fn get_case(&self, request: Request<GetCaseRequest>) -> Result<Response<GetCaseResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = ReceivableId::new(request.receivable);
        self.read(reader, move |reading| {
            let case = find(reading, id)?;
            Ok(GetCaseResponse { case: Some((&case).into()), position: reading.position() })
        })
        .await
    }

    async fn list_cases(
        &self,
        request: Request<ListCasesRequest>,
    ) -> Result<Response<ListCasesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let debtor = member(&request.debtor, "debtor")?;
            let agent = member(&request.agent, "agent")?;
            let status: Option<CaseStatus> = one_of(request.status, "status")?;
            let keep = |case: &Case| {
                reading.sees_case(case)
                    && is(debtor, case.debtor)
                    && is(agent.map(Some), case.mandate.map(|mandate| mandate.agent))
                    && is(status.map(i32::from), wire::Case::from(case).status)
            };
            let listed = reading.list(&page, &[Key::Case(ReceivableId::new(0)).type_byte()], keep)?;
            Ok(ListCasesResponse {
                cases: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_case_entries(
        &self,
        request: Request<ListCaseEntriesRequest>,
    ) -> Result<Response<ListCaseEntriesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let receivable = ReceivableId::new(request.receivable);
            find(reading, receivable)?;
            // the type byte and the receivable: what the keys of one file share
            let first = Key::CaseEntry { receivable, number: 0 }.encode();
            let prefix = first.get(..9).unwrap_or_default();
            let listed = reading.list(&page, prefix, |_: &CaseEntry| true)?;
            Ok(ListCaseEntriesResponse {
                entries: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

fn find(reading: &Reading<'_>, id: ReceivableId) -> Result<Case, CallError> {
    let unknown = || CallError::Unknown { kind: Resource::Case, name: id.to_string() };
    let case: Option<Case> = reading.get(&Key::Case(id))?;
    case.filter(|case| reading.sees_case(case)).ok_or_else(unknown)
}
