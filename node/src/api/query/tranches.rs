//! Tranches: those that are open; what became of the others is in the split tree.
use super::super::Services;
use super::super::error::Resource;
use super::super::page::Page;
use super::filter::{is, member};
use super::listing::Listed;
use super::{CallError, Reading};
use tally_contracts::state::{IndexKey, Key};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{MemberId, ReceivableId, TrancheId};
use tally_proto::v1::tranche::tranche_service_server::TrancheService;
use tally_proto::v1::tranche::{
    GetTrancheRequest, GetTrancheResponse, ListTranchesRequest, ListTranchesResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl TrancheService for Services {
    async fn get_tranche(
        &self,
        request: Request<GetTrancheRequest>,
    ) -> Result<Response<GetTrancheResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = TrancheId::new(request.tranche);
        self.read(reader, move |reading| {
            let unknown = || CallError::Unknown { kind: Resource::Tranche, name: id.to_string() };
            let tranche: Tranche = reading.get(&Key::Tranche(id))?.ok_or_else(unknown)?;
            let seen = reading.tranche_as_seen(&tranche)?.ok_or_else(unknown)?;
            Ok(GetTrancheResponse { tranche: Some(seen), position: reading.position() })
        })
        .await
    }

    async fn list_tranches(
        &self,
        request: Request<ListTranchesRequest>,
    ) -> Result<Response<ListTranchesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let listed = list(reading, &page, &Filter::of(&request)?)?;
            let mut tranches = Vec::with_capacity(listed.items.len());
            for tranche in &listed.items {
                tranches.extend(reading.tranche_as_seen(tranche)?);
            }
            Ok(ListTranchesResponse {
                tranches,
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}

struct Filter {
    holder: Option<MemberId>,
    receivable: Option<ReceivableId>,
    offered_to: Option<MemberId>,
}

impl Filter {
    fn of(request: &ListTranchesRequest) -> Result<Self, CallError> {
        Ok(Self {
            holder: member(&request.holder, "holder")?,
            receivable: request.receivable.map(ReceivableId::new),
            offered_to: member(&request.offered_to, "offered_to")?,
        })
    }

    fn keeps(&self, tranche: &Tranche) -> bool {
        let offered_to = tranche.offer.map(|open| open.offer.to);
        is(self.holder, tranche.holder)
            && is(self.receivable, tranche.receivable)
            && is(self.offered_to.map(Some), offered_to)
    }
}

/// By the narrowest index that the filter allows; each is in the order of tranche numbers.
fn list(reading: &Reading<'_>, page: &Page, filter: &Filter) -> Result<Listed<Tranche>, CallError> {
    let key = |number| Key::Tranche(TrancheId::new(number));
    let tranche = TrancheId::new(0);
    // what cannot be judged is not shown
    let sees = |tranche: &Tranche| reading.tranche_as_seen(tranche).is_ok_and(|seen| seen.is_some());
    let keep = |tranche: &Tranche| filter.keeps(tranche) && sees(tranche);
    if let Some(receivable) = filter.receivable {
        let scope = IndexKey::TrancheOf { receivable, tranche }.scope();
        return reading.list_indexed(page, &scope, key, keep);
    }
    let reader = reading.reader()?;
    let own = (!reader.reads_everything() && filter.offered_to.is_none()).then_some(reader.member);
    if let Some(holder) = filter.holder.or(own) {
        let scope = IndexKey::HeldBy { holder, tranche }.scope();
        return reading.list_indexed(page, &scope, key, keep);
    }
    reading.list(page, &[Key::Tranche(tranche).type_byte()], keep)
}
