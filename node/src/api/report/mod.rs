//! Reports: what the ledger's own blocks say about a member or a day, worked out again and traced to its places.
mod accounts;
mod book;
mod daily;
mod disclosure;
mod entry;
mod exposure;
mod open;
mod statement;
mod walk;

use super::Services;
use super::error::CallError;
use super::outlet::{Messages, Outlet};
use super::query::{Reading, own};
use crate::limits::{API_STREAM_PATIENCE, API_STREAM_QUEUE};
use daily::Daily;
use disclosure::Disclosure;
use open::Open;
use statement::Statement;
use std::sync::Arc;
use tally_contracts::types::{BusinessDate, MemberId};
use tally_proto::v1::common::Date;
use tally_proto::v1::report::report_service_server::ReportService;
use tally_proto::v1::report::{
    GetAgeingRequest, GetAgeingResponse, GetDailyRequest, GetDailyResponse, GetDisclosureRequest,
    GetDisclosureResponse, GetMaturityRequest, GetMaturityResponse, GetStatementRequest,
    GetStatementResponse, ReportEntry,
};
use tally_proto::{FieldError, FieldErrorKind};
use tonic::{Request, Response, Status};
use walk::{Period, Report, Walk};

/// A report's part as its own method sends it.
pub(super) trait Part: Send + 'static {
    fn of(entry: ReportEntry) -> Self;
}

macro_rules! parts {
    ($($part:ident),*) => {
        $(impl Part for $part {
            fn of(entry: ReportEntry) -> Self {
                Self { entry: Some(entry) }
            }
        })*
    };
}

parts!(GetStatementResponse, GetAgeingResponse, GetMaturityResponse, GetDisclosureResponse, GetDailyResponse);

#[tonic::async_trait]
impl ReportService for Services {
    type GetStatementStream = Messages<GetStatementResponse>;
    type GetAgeingStream = Messages<GetAgeingResponse>;
    type GetMaturityStream = Messages<GetMaturityResponse>;
    type GetDisclosureStream = Messages<GetDisclosureResponse>;
    type GetDailyStream = Messages<GetDailyResponse>;

    async fn get_statement(
        &self,
        request: Request<GetStatementRequest>,
    ) -> Result<Response<Self::GetStatementStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        let member = own(&reader, &request.member)?;
        let period = between(request.from.as_ref(), request.to.as_ref())?;
        Ok(run(self, period, Box::new(Statement::new(member))).await?)
    }

    async fn get_ageing(
        &self,
        request: Request<GetAgeingRequest>,
    ) -> Result<Response<Self::GetAgeingStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        let member = own(&reader, &request.member)?;
        let period = until(request.on.as_ref())?;
        Ok(run(self, period, Box::new(Open::by_age(member))).await?)
    }

    async fn get_maturity(
        &self,
        request: Request<GetMaturityRequest>,
    ) -> Result<Response<Self::GetMaturityStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        let member = own(&reader, &request.member)?;
        let period = until(request.on.as_ref())?;
        Ok(run(self, period, Box::new(Open::by_due_date(member))).await?)
    }

    async fn get_disclosure(
        &self,
        request: Request<GetDisclosureRequest>,
    ) -> Result<Response<Self::GetDisclosureStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        let member = own(&reader, &request.member)?;
        let period = between(request.from.as_ref(), request.to.as_ref())?;
        Ok(run(self, period, Box::new(Disclosure::new(member))).await?)
    }

    async fn get_daily(
        &self,
        request: Request<GetDailyRequest>,
    ) -> Result<Response<Self::GetDailyStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        if !reader.reads_everything() {
            return Err(CallError::NotYours { reader: reader.member }.into());
        }
        let period = between(request.on.as_ref(), request.on.as_ref())?;
        Ok(run(self, period, Box::new(Daily::default())).await?)
    }
}

/// Starts the walk through history on a blocking thread; the reader that goes away ends it.
async fn run<P: Part>(
    services: &Services,
    period: Period,
    report: Box<dyn Report>,
) -> Result<Response<Messages<P>>, CallError> {
    // the same place as for simulated policies: a replay holds a whole past state in memory
    let place = Arc::clone(&services.edge.simulations).try_acquire_owned();
    let place = place.map_err(|_| CallError::Busy { waiting: 1 })?;
    let node = Arc::clone(&services.edge.node);
    let looked = services.edge.reads.run(move || {
        let reading = Reading::of(&node)?;
        let utc_offset_minutes = reading.policy_in_force()?.utc_offset_minutes;
        Ok((reading.height, reading.earliest()?, utc_offset_minutes))
    });
    let (tip, earliest, utc_offset_minutes) = looked.await?;
    if earliest > 1 {
        return Err(CallError::Pruned { height: 1, earliest });
    }
    let (outlet, messages) = Outlet::new(API_STREAM_QUEUE, API_STREAM_PATIENCE);
    let (node, stopping) = (Arc::clone(&services.edge.node), services.edge.stopping.clone());
    tokio::task::spawn_blocking(move || {
        let walk = Walk { node, report, period, tip, utc_offset_minutes, outlet, place: Some(place) };
        walk.run(&|| *stopping.borrow());
    });
    Ok(Response::new(messages))
}

fn between(from: Option<&Date>, to: Option<&Date>) -> Result<Period, CallError> {
    let (from, to) = (required(from, "from")?, required(to, "to")?);
    if to < from {
        return Err(FieldError::new("to", FieldErrorKind::NotAscending).into());
    }
    Ok(Period { from, to })
}

/// Everything up to a day, or up to now.
fn until(on: Option<&Date>) -> Result<Period, CallError> {
    let to = on.map_or(Ok(BusinessDate::from_days(i32::MAX)), |on| required(Some(on), "on"))?;
    Ok(Period { from: BusinessDate::from_days(i32::MIN), to })
}

fn required(date: Option<&Date>, field: &str) -> Result<BusinessDate, FieldError> {
    let date = date.ok_or_else(|| FieldError::new(field, FieldErrorKind::Missing))?;
    BusinessDate::try_from(date).map_err(|error: FieldError| FieldError::new(field, error.kind))
}

/// Nobody, where a thing has no other side.
fn slug(member: Option<MemberId>) -> String {
    member.map(|member| member.to_string()).unwrap_or_default()
}
