//! Compensation pools, and how long their money lasts.
use super::super::Services;
use super::super::error::CallError;
use super::Reading;
use tally_contracts::pool::{Pool, forecast};
use tally_contracts::state::Key;
use tally_contracts::types::{Height, PoolId, Rate};
use tally_contracts::{BlockContext, Rejection};
use tally_proto::v1::pool::pool_service_server::PoolService;
use tally_proto::v1::pool::{
    GetForecastRequest, GetForecastResponse, GetPoolRequest, GetPoolResponse, ListPoolsRequest,
    ListPoolsResponse,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl PoolService for Services {
    async fn get_pool(&self, request: Request<GetPoolRequest>) -> Result<Response<GetPoolResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let pool = PoolId::new(request.pool);
        self.read(reader, move |reading| {
            let found: Option<Pool> = reading.get(&Key::Pool(pool))?;
            let found = found.ok_or(Rejection::PoolUnknown { pool })?;
            let seen = reading.pool_as_seen(&found)?.ok_or(Rejection::PoolUnknown { pool })?;
            Ok(GetPoolResponse { pool: Some(seen), position: reading.position() })
        })
        .await
    }

    async fn list_pools(
        &self,
        request: Request<ListPoolsRequest>,
    ) -> Result<Response<ListPoolsResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let prefix = [Key::Pool(PoolId::new(0)).type_byte()];
            let listed = reading.list(&page, &prefix, |pool: &Pool| {
                // what cannot be judged is not shown
                reading.pool_as_seen(pool).is_ok_and(|seen| seen.is_some())
            })?;
            let mut pools = Vec::with_capacity(listed.items.len());
            for pool in &listed.items {
                pools.extend(reading.pool_as_seen(pool)?);
            }
            Ok(ListPoolsResponse {
                pools,
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }

    async fn get_forecast(
        &self,
        request: Request<GetForecastRequest>,
    ) -> Result<Response<GetForecastResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        self.read(reader, move |reading| run_out(reading, &request)).await
    }
}

/// By the contracts' own computation, with the days of the newest block.
fn run_out(reading: &Reading<'_>, request: &GetForecastRequest) -> Result<GetForecastResponse, CallError> {
    let context = BlockContext { height: Height::new(reading.height), time: reading.time };
    let rate = Rate::from_ppm(request.loss_rate_ppm.min(1_000_000));
    let pool = PoolId::new(request.pool);
    // judged before anything is computed, which would take its time
    let asked: Pool = reading.get(&Key::Pool(pool))?.ok_or(Rejection::PoolUnknown { pool })?;
    if !reading.sees_books(&asked)? {
        return Err(Rejection::PoolUnknown { pool }.into());
    }
    let found = forecast(&reading.view, context, pool, rate)?;
    Ok(GetForecastResponse {
        as_of: Some((&found.as_of).into()),
        currency: found.pool.terms.cap.currency().to_string(),
        balance_minor_units: found.pool.balance.to_string(),
        points: found.points.iter().map(Into::into).collect(),
        runs_out_on: found.runs_out_on.as_ref().map(Into::into),
        shortfall_minor_units: found.shortfall.to_string(),
        position: reading.position(),
    })
}
