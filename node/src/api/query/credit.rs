//! Credit profiles: a member's own file, its consents, and who was told what.
use super::super::Services;
use super::own;
use tally_contracts::credit_profile::{CreditConsent, CreditFile, CreditRead};
use tally_contracts::state::{IndexKey, Key};
use tally_contracts::types::CreditReadId;
use tally_proto::convert::{credit_file, measures};
use tally_proto::v1::credit::credit_service_server::CreditService;
use tally_proto::v1::credit::{
    GetCreditFileRequest, GetCreditFileResponse, ListConsentsRequest, ListConsentsResponse,
    ListCreditReadsRequest, ListCreditReadsResponse, ListMeasuresRequest, ListMeasuresResponse,
};
use tonic::{Request, Response, Status};

/// Currencies that one answer speaks of; there are fewer of them.
const FILES_MAX: usize = 200;

#[tonic::async_trait]
impl CreditService for Services {
    async fn get_credit_file(
        &self,
        request: Request<GetCreditFileRequest>,
    ) -> Result<Response<GetCreditFileResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let member = own(reading.reader()?, &request.member)?;
            let scope = Key::credit_files_of(member);
            let mut files = Vec::new();
            for (row, stored) in reading.view.records_from(&scope, &scope, FILES_MAX)? {
                let Some(Key::CreditFile { currency, .. }) = Key::decode(&row) else { continue };
                let file: CreditFile = super::decode(&row, &stored.bytes)?;
                files.push(credit_file(member, currency, &file));
            }
            Ok(GetCreditFileResponse { files, position: reading.position() })
        })
        .await
    }

    async fn list_consents(
        &self,
        request: Request<ListConsentsRequest>,
    ) -> Result<Response<ListConsentsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let (reader, sees_all) = (reading.reader()?.member, reading.reader()?.reads_everything());
            let prefix = [Key::CreditConsent { member: reader, reader }.type_byte()];
            let keep = |one: &CreditConsent| sees_all || one.member == reader || one.reader == reader;
            let listed = reading.list(&page, &prefix, keep)?;
            Ok(ListConsentsResponse {
                consents: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_credit_reads(
        &self,
        request: Request<ListCreditReadsRequest>,
    ) -> Result<Response<ListCreditReadsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let reader = reading.reader()?;
            let key = |number| Key::CreditRead(CreditReadId::new(number));
            let listed = if reader.reads_everything() {
                reading.list(&page, &[key(0).type_byte()], |_: &CreditRead| true)?
            } else {
                let scope =
                    IndexKey::CreditReadOf { member: reader.member, read: CreditReadId::new(0) }.scope();
                reading.list_indexed(&page, &scope, key, |_: &CreditRead| true)?
            };
            Ok(ListCreditReadsResponse {
                reads: listed.items.iter().map(Into::into).collect(),
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn list_measures(
        &self,
        request: Request<ListMeasuresRequest>,
    ) -> Result<Response<ListMeasuresResponse>, Status> {
        self.enter(request).await?;
        Ok(Response::new(ListMeasuresResponse { measures: measures() }))
    }
}
