//! Liens: what holds tranches fast, with what is owed today.
use super::super::Services;
use super::super::error::{CallError, Resource};
use super::Reading;
use super::filter::{is, member, one_of};
use tally_contracts::lien::Lien;
use tally_contracts::state::Key;
use tally_contracts::types::TrancheId;
use tally_proto::v1::financing::financing_service_server::FinancingService;
use tally_proto::v1::financing::{
    self as wire, GetLienRequest, GetLienResponse, LienKind, ListLiensRequest, ListLiensResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl FinancingService for Services {
    async fn get_lien(&self, request: Request<GetLienRequest>) -> Result<Response<GetLienResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let id = TrancheId::new(request.tranche);
        self.read(reader, move |reading| {
            let lien: Lien = reading.find(&Key::Lien(id), Resource::Lien, id)?;
            if !reading.sees_lien(&lien)? {
                return Err(CallError::Unknown { kind: Resource::Lien, name: id.to_string() });
            }
            Ok(GetLienResponse { lien: Some(told(reading, &lien)?), position: reading.position() })
        })
        .await
    }

    async fn list_liens(
        &self,
        request: Request<ListLiensRequest>,
    ) -> Result<Response<ListLiensResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let party = member(&request.party, "party")?;
            let kind: Option<LienKind> = one_of(request.kind, "kind")?;
            let keep = |lien: &Lien| {
                party.is_none_or(|party| lien.parties().contains(&party))
                    && is(kind, kind_of(lien))
                    && reading.sees_lien(lien).unwrap_or(false)
            };
            let listed = reading.list(&page, &[Key::Lien(TrancheId::new(0)).type_byte()], keep)?;
            Ok(ListLiensResponse {
                liens: listed.items.iter().map(|lien| told(reading, lien)).collect::<Result<_, _>>()?,
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn get_programme(
        &self,
        request: Request<wire::GetProgrammeRequest>,
    ) -> Result<Response<wire::GetProgrammeResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.programme(reader, request).await
    }

    async fn list_programmes(
        &self,
        request: Request<wire::ListProgrammesRequest>,
    ) -> Result<Response<wire::ListProgrammesResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.programmes(reader, request).await
    }

    async fn quote_early_payment(
        &self,
        request: Request<wire::QuoteEarlyPaymentRequest>,
    ) -> Result<Response<wire::QuoteEarlyPaymentResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.early_payment(reader, request).await
    }

    async fn list_financing_costs(
        &self,
        request: Request<wire::ListFinancingCostsRequest>,
    ) -> Result<Response<wire::ListFinancingCostsResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.financing_costs(reader, request).await
    }

    async fn list_extended_terms(
        &self,
        request: Request<wire::ListExtendedTermsRequest>,
    ) -> Result<Response<wire::ListExtendedTermsResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.extended_terms(reader, request).await
    }
}

const fn kind_of(lien: &Lien) -> LienKind {
    match lien {
        Lien::Reserved(_) => LienKind::Reserved,
        Lien::PledgeOffered(_) => LienKind::PledgeOffered,
        Lien::Pledged(_) => LienKind::Pledged,
        Lien::Claimed(_) => LienKind::Claimed,
    }
}

/// The record, with the debt counted to the day of the next block.
fn told(reading: &Reading<'_>, lien: &Lien) -> Result<wire::Lien, CallError> {
    let today = reading.policy_in_force()?.date(reading.next_time());
    let owed = match lien.debt() {
        Some(debt) => {
            Some(debt.at(today).and_then(|debt| debt.owed()).map_err(tally_contracts::Failure::from)?)
        }
        None => None,
    };
    Ok(wire::Lien { owed: owed.as_ref().map(Into::into), ..lien.into() })
}
