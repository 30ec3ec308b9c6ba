//! The line to a node: its channel, with what shows who reads on every call.

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Request, Status};

/// What typed clients are made of.
pub type Line = InterceptedService<Channel, Pass>;

/// What goes into the `authorization` header; nothing where nobody reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pass(pub Option<MetadataValue<Ascii>>);

impl Interceptor for Pass {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request.metadata_mut().insert("authorization", value.clone());
        }
        Ok(request)
    }
}
