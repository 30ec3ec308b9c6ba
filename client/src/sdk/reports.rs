//! Reports: one part after the other, until the node has walked through its history.

use tally_proto::v1::report::report_entry::Entry;
use tally_proto::v1::report::report_service_client::ReportServiceClient;
use tally_proto::v1::report::{
    GetAgeingRequest, GetDailyRequest, GetDisclosureRequest, GetMaturityRequest, GetStatementRequest,
};

use super::client::Client;
use super::error::ClientError;
use super::limits::RESPONSE_BYTES_MAX;
use super::problem::Problem;
use super::reads::part;

/// Streams of report parts, read to their end.
macro_rules! reports {
    ($($(#[$doc:meta])* $name:ident($request:ty) = $method:ident;)*) => {
        impl Client {
            $(
                $(#[$doc])*
                pub async fn $name(&self, request: $request) -> Result<Vec<Entry>, ClientError> {
                    let stream = self.call(|channel| {
                        let request = request.clone();
                        async move {
                            let client = ReportServiceClient::new(channel);
                            client.max_decoding_message_size(RESPONSE_BYTES_MAX).$method(request).await
                        }
                    });
                    let mut stream = stream.await?;
                    let mut entries = Vec::new();
                    while let Some(answer) = stream.message().await.map_err(broken)? {
                        let entry = part(part(answer.entry, "entry")?.entry, "entry")?;
                        match entry {
                            Entry::Progress(progress) if progress.is_complete => return Ok(entries),
                            Entry::Progress(_) => {}
                            Entry::Line(_) | Entry::Figure(_) => entries.push(entry),
                        }
                    }
                    Err(ClientError::Incomplete { what: "end of the report" })
                }
            )*
        }
    };
}

reports! {
    /// What a member held, what moved, what it earned and paid.
    statement(GetStatementRequest) = get_statement;
    /// What is open by days past due.
    ageing(GetAgeingRequest) = get_ageing;
    /// What is open by due date.
    maturity(GetMaturityRequest) = get_maturity;
    /// An anchor's supplier-finance figures.
    disclosure(GetDisclosureRequest) = get_disclosure;
    /// A day, for Regulators.
    daily(GetDailyRequest) = get_daily;
}

fn broken(status: tonic::Status) -> ClientError {
    ClientError::Node { url: "stream".to_owned(), problem: Box::new(Problem::from(&status)) }
}
