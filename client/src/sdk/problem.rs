//! What a node said was wrong: gRPC status and `google.rpc` details, decoded once.

use std::collections::BTreeMap;
use std::fmt;

use tally_contracts::Rejection;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// A node's refusal, or the transport's failure to reach one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its gRPC code.
    pub code: Code,
    /// For people.
    pub message: String,
    /// Stable UPPER_SNAKE name; `None` where no node spoke.
    pub reason: Option<String>,
    /// The values that mattered, by name.
    pub values: BTreeMap<String, String>,
    /// Fields of the request that are wrong, with what is wrong.
    pub fields: Vec<(String, String)>,
    /// Whether no connection came about, so that the node has nothing of the request.
    pub is_unsent: bool,
}

impl Problem {
    /// Whether another node, or the same one later, may answer.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self.code {
            // Stopping, catching up, full, or ill: it says nothing about the request.
            Code::Unavailable | Code::ResourceExhausted | Code::Internal => true,
            // A node always gives a reason: without one the connection broke.
            Code::Unknown | Code::Cancelled | Code::DeadlineExceeded => self.reason.is_none(),
            Code::Ok
            | Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unimplemented
            | Code::DataLoss
            | Code::Unauthenticated => false,
        }
    }

    /// Whether the node can have nothing of the request.
    #[must_use]
    pub fn left_no_trace(&self) -> bool {
        self.is_unsent || self.code == Code::ResourceExhausted
    }

    /// When the rulebook refuses so and who can do what next, where the reason is one of the rulebook's.
    #[must_use]
    pub fn explanation(&self) -> Option<&'static str> {
        explanation(self.reason.as_deref()?)
    }
}

/// The rulebook's line about a reason.
#[must_use]
pub fn explanation(reason: &str) -> Option<&'static str> {
    Rejection::ALL.iter().find(|kind| kind.reason == reason).map(|kind| kind.explanation)
}

impl From<&Status> for Problem {
    fn from(status: &Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info();
        let violations = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
        Self {
            code: status.code(),
            message: status.message().to_owned(),
            reason: info.map(|info| info.reason.clone()),
            values: info.map(|info| info.metadata.clone().into_iter().collect()).unwrap_or_default(),
            fields: violations.iter().map(|one| (one.field.clone(), one.description.clone())).collect(),
            is_unsent: is_unsent(status),
        }
    }
}

fn is_unsent(status: &Status) -> bool {
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        if error.is::<tonic::ConnectError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(reason) = &self.reason {
            write!(f, " [{reason}]")?;
        }
        self.fields.iter().try_for_each(|(field, why)| write!(f, "; {field}: {why}"))
    }
}
