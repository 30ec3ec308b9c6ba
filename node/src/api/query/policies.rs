//! Policies: which numbers judge a transaction.
use super::super::Services;
use super::super::error::Resource;
use super::super::simulate_policy::{self, Simulations};
use tally_contracts::policy::Policy;
use tally_contracts::state::Key;
use tally_proto::v1::policy::policy_service_server::PolicyService;
use tally_proto::v1::policy::{
    GetPolicyRequest, GetPolicyResponse, ListPoliciesRequest, ListPoliciesResponse, SimulatePolicyRequest,
};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl PolicyService for Services {
    async fn get_policy(
        &self,
        request: Request<GetPolicyRequest>,
    ) -> Result<Response<GetPolicyResponse>, Status> {
        let (reader, request) = self.enter(request).await?;
        let version = request.version;
        self.read(reader, move |reading| {
            let in_force = reading.policy_in_force()?;
            let policy = match version {
                0 => in_force.clone(),
                version => reading.find(&Key::Policy(version), Resource::Policy, version)?,
            };
            Ok(GetPolicyResponse {
                in_force: policy.version == in_force.version,
                policy: Some((&policy).into()),
                position: reading.position(),
            })
        })
        .await
    }

    type SimulatePolicyStream = Simulations;

    async fn simulate_policy(
        &self,
        request: Request<SimulatePolicyRequest>,
    ) -> Result<Response<Self::SimulatePolicyStream>, Status> {
        let (reader, request) = self.enter(request).await?;
        Ok(simulate_policy::simulate(self, reader, &request).await?)
    }

    async fn list_policies(
        &self,
        request: Request<ListPoliciesRequest>,
    ) -> Result<Response<ListPoliciesResponse>, Status> {
        let (reader, mut request) = self.enter(request).await?;
        self.read(reader, move |reading| {
            let page = reading.page(&mut request)?;
            let listed = reading.list(&page, &[Key::Policy(0).type_byte()], |_: &Policy| true)?;
            Ok(ListPoliciesResponse {
                policies: listed.items.iter().map(Into::into).collect(),
                version_in_force: reading.policy_in_force()?.version,
                next_page_token: listed.next_page_token,
                position: reading.position(),
            })
        })
        .await
    }
}
