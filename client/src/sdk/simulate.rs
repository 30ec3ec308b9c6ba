//! Simulations: one answer after the other, until the node has replayed its history.

use tally_proto::v1::policy::policy_service_client::PolicyServiceClient;
use tally_proto::v1::policy::simulate_policy_response::Message;
use tally_proto::v1::policy::{SimulatePolicyRequest, SimulatePolicyResponse};
use tonic::Streaming;

use super::client::Client;
use super::error::ClientError;
use super::limits::RESPONSE_BYTES_MAX;
use super::problem::Problem;
use super::reads::part;

/// What a simulation found so far.
pub struct SimulatedPolicy(Streaming<SimulatePolicyResponse>);

impl Client {
    /// What another policy would have refused. The replay runs on the node that answers first.
    pub async fn simulate_policy(
        &self,
        request: SimulatePolicyRequest,
    ) -> Result<SimulatedPolicy, ClientError> {
        let stream = self.call(|channel| {
            let request = request.clone();
            async move {
                let client = PolicyServiceClient::new(channel);
                client.max_decoding_message_size(RESPONSE_BYTES_MAX).simulate_policy(request).await
            }
        });
        Ok(SimulatedPolicy(stream.await?))
    }
}

impl SimulatedPolicy {
    /// The next message; nothing after the last one.
    pub async fn next(&mut self) -> Result<Option<Message>, ClientError> {
        let problem = |status: tonic::Status| {
            let problem = Box::new(Problem::from(&status));
            ClientError::Node { url: "stream".to_owned(), problem }
        };
        let next = self.0.message().await.map_err(problem)?;
        next.map(|answer| part(answer.message, "message")).transpose()
    }
}
