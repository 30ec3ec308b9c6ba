//! Why a command did not do what was asked: what happened, who must act next, and the exit code.

use std::path::PathBuf;

use tonic::Code;

use super::value::ValueError;
use crate::bench::BenchError;
use crate::document::DocumentError;
use crate::output::ExitCode;
use crate::profile::ProfileError;
use crate::sdk::{ClientError, Problem, ProofFileError};
use tally_keys::KeyError;

/// The failure of a command.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A value on the command line.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The next key is registered, and somebody has to follow.
    #[error(
        "the next key is on the ledger, but it is not in use after a minute: look at the node's log, then run the same \
         command again"
    )]
    RotationWaits,
    /// The ledger keeps every member able to sign.
    #[error(
        "the key in use is the only one without an end, and so must be the one after it: leave --last-height out, or add \
         another key first with tally member add-key"
    )]
    LastKey,
    /// Not every document opens.
    #[error(
        "{wrong} of {documents} documents do not open: accept nothing that rests on them; the table says why"
    )]
    DocumentsWrong {
        /// How many.
        wrong: usize,
        /// Of how many.
        documents: usize,
    },
    /// The same before something was accepted.
    #[error(
        "{wrong} of {documents} documents that come with it do not open, so nothing was sent: ask their owners, or accept \
         all the same with --unread; the table says why"
    )]
    DocumentsUnread {
        /// How many.
        wrong: usize,
        /// Of how many.
        documents: usize,
    },
    /// A key that still opens something is not destroyed.
    #[error(
        "the new encryption key counts and the old one was kept beside it, because nothing here opens {documents} now: run \
         the same command again when all nodes are reached, or with --lose-unopened"
    )]
    OldKeyNeeded {
        /// Which.
        documents: String,
    },
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A proof.
    #[error(transparent)]
    Proof(#[from] ProofFileError),
    /// A rule refused the transaction; nothing changed.
    #[error("refused: {message} [{reason}]")]
    Refused {
        /// UPPER_SNAKE.
        reason: String,
        /// With the values that mattered.
        message: String,
    },
    /// Nobody knows the outcome.
    #[error(
        "nobody knows yet whether it happened ({said}); it is safe to ask or to send again\n  ask with: {ask}"
    )]
    OutcomeUnknown {
        /// The last that was heard.
        said: String,
        /// The command to run.
        ask: String,
    },
    /// It was in no block in time.
    #[error(
        "it was in no block up to its last height and never will be: send it again under a new request id"
    )]
    Expired,
    /// The profile names no chain member.
    #[error("{what} is not known: {hint}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// How to supply it.
        hint: &'static str,
    },
    /// The person at the terminal said no.
    #[error("nothing was sent, as you said")]
    Declined,
    /// A file of the user's.
    #[error("{path}: cannot {action} ({source})")]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file that is no transaction.
    #[error("{path} is no transaction file: make one with tally tx prepare --out FILE COMMAND…")]
    NotATransaction {
        /// The file.
        path: PathBuf,
    },
    /// A file that lists no validators.
    #[error(
        "{path} lists no validators: make one with tally node validators -o json, on a node that you trust"
    )]
    NotValidators {
        /// The file.
        path: PathBuf,
    },
    /// A command that cannot be prepared.
    #[error("only commands that change the ledger can be prepared: this one reads")]
    NotPreparable,
    /// No UBL file among the arguments.
    #[error("no invoice file is in {path}: name .xml files or a folder of them")]
    NothingToImport {
        /// The folder.
        path: PathBuf,
    },
    /// Some files of a batch were refused.
    #[error("{refused} of {files} files were refused: the table says why")]
    FilesRefused {
        /// How many.
        refused: usize,
        /// Of how many.
        files: usize,
    },
    /// A batch ended early.
    #[error("{file}: {said}; {skipped} more files were skipped: import them again when it is mended")]
    BatchFailed {
        /// The file at which it ended.
        file: String,
        /// Why.
        said: String,
        /// Files that were not tried.
        skipped: usize,
        /// What kind of failure it was.
        exit: ExitCode,
    },
    /// No node is fit.
    #[error("none of {nodes} nodes is ready")]
    NoNodeReady {
        /// How many were asked.
        nodes: usize,
    },
    /// A law of the ledger is broken.
    #[error("{broken} invariants do not hold: stop and tell the operators of the validators")]
    InvariantsBroken {
        /// How many.
        broken: usize,
    },
    /// A load.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// Writing the result.
    #[error("cannot write the result ({0})")]
    Output(#[from] std::io::Error),
}

fn exit_of_document(error: &DocumentError) -> ExitCode {
    match error {
        DocumentError::TooLarge { .. } | DocumentError::Name { .. } | DocumentError::NoRandomness => {
            ExitCode::Usage
        }
        DocumentError::Damaged | DocumentError::NoKey { .. } | DocumentError::Uncommitted => {
            ExitCode::VerificationFailed
        }
    }
}

impl CommandError {
    /// The frozen exit code.
    #[must_use]
    pub fn exit(&self) -> ExitCode {
        match self {
            Self::Value(ValueError::MemberUnknown { .. }) => ExitCode::NotFound,
            Self::Value(_)
            | Self::Profile(_)
            | Self::Key(_)
            | Self::Missing { .. }
            | Self::LastKey
            | Self::Declined
            | Self::File { .. }
            | Self::NotATransaction { .. }
            | Self::NotValidators { .. }
            | Self::NotPreparable
            | Self::NothingToImport { .. }
            | Self::Output(_) => ExitCode::Usage,
            Self::Client(error) => exit_of_client(error),
            Self::Proof(ProofFileError::Malformed | ProofFileError::Name(_)) => ExitCode::Usage,
            Self::Proof(
                ProofFileError::Damaged | ProofFileError::Broken(_) | ProofFileError::RecordUnreadable,
            ) => ExitCode::VerificationFailed,
            Self::Refused { reason, .. } => exit_of_reason(reason),
            Self::OutcomeUnknown { .. } => ExitCode::OutcomeUnknown,
            Self::Expired | Self::FilesRefused { .. } => ExitCode::RefusedByRule,
            Self::NoNodeReady { .. } | Self::RotationWaits => ExitCode::NodeUnhealthy,
            Self::BatchFailed { exit, .. } => *exit,
            Self::InvariantsBroken { .. }
            | Self::DocumentsWrong { .. }
            | Self::DocumentsUnread { .. }
            | Self::OldKeyNeeded { .. } => ExitCode::VerificationFailed,
            Self::Document(error) => exit_of_document(error),
            Self::Bench(error) => exit_of_bench(error),
        }
    }

    /// The rulebook's line about what to do next, where there is one.
    #[must_use]
    pub fn explanation(&self) -> Option<&'static str> {
        if let Self::Refused { reason, .. } = self {
            return crate::sdk::explanation(reason);
        }
        let Self::Client(error) = self else { return None };
        error.problem().and_then(Problem::explanation)
    }
}

/// A refusal by the rulebook: about what is not there, about authority, about double use, or about anything
/// else. The same as for a node that refuses with this reason.
#[must_use]
pub fn exit_of_reason(reason: &str) -> ExitCode {
    match reason {
        "MEMBER_UNKNOWN"
        | "PAYOUT_UNKNOWN"
        | "RECEIVABLE_UNKNOWN"
        | "TRANCHE_UNKNOWN"
        | "FACILITY_UNKNOWN"
        | "PROGRAMME_UNKNOWN"
        | "PROPOSAL_UNKNOWN"
        | "MACHINE_UNKNOWN"
        | "DISPUTE_UNKNOWN"
        | "CREDIT_NOTE_UNKNOWN"
        | "NETTING_UNKNOWN"
        | "CASE_UNKNOWN"
        | "DOCUMENT_UNKNOWN" => ExitCode::NotFound,
        "MEMBER_NOT_ACTIVE"
        | "KEY_NOT_REGISTERED"
        | "KEY_NOT_VALID"
        | "APPROVAL_INSUFFICIENT"
        | "MAKER_OR_CHECKER_MISSING"
        | "ROLE_MISSING"
        | "NOT_ANCHOR_OF"
        | "NOT_SUPPLIER_OF"
        | "NOT_HOLDER"
        | "NOT_A_SIDE_OF"
        | "NOT_DOCUMENT_OWNER"
        | "NOT_ENTITLED"
        | "NOT_RECIPIENT"
        | "NOT_FUNDER_OF"
        | "NOT_A_VOTER"
        | "NOT_PAYING_BANK"
        | "NOT_PLEDGEE"
        | "NOT_PLEDGOR"
        | "NOT_LIABLE"
        | "NOT_FINANCER"
        | "NOT_ANCHOR_OF_PROGRAMME"
        | "NOT_AFFECTED"
        | "NOT_NETTING_PARTY"
        | "NOT_LEAD_CREDITOR"
        | "NOT_CASE_PARTY" => ExitCode::NotAuthorised,
        "INVOICE_ALREADY_USED" | "DOCUMENT_ALREADY_USED" | "CREDIT_NOTE_USED" => ExitCode::Duplicate,
        _ => ExitCode::RefusedByRule,
    }
}

fn exit_of_client(error: &ClientError) -> ExitCode {
    match error {
        ClientError::Node { problem, .. } | ClientError::Unreachable { problem, .. } => {
            exit_of_problem(problem)
        }
        ClientError::RequestIdUsed { .. } => ExitCode::Duplicate,
        ClientError::OtherTransaction { .. } => ExitCode::VerificationFailed,
        ClientError::Incomplete { .. } | ClientError::OtherChain { .. } => ExitCode::NodeUnhealthy,
        ClientError::NoNode
        | ClientError::BadAddress { .. }
        | ClientError::NoAuthority { .. }
        | ClientError::TlsFile { .. }
        | ClientError::TlsUnfit { .. }
        | ClientError::Transaction(_)
        | ClientError::Field(_)
        | ClientError::Journal { .. }
        | ClientError::JournalDamaged { .. }
        | ClientError::ManyUnanswered { .. }
        | ClientError::NoRandomness
        | ClientError::NoKey
        | ClientError::Key(_) => ExitCode::Usage,
    }
}

fn exit_of_bench(error: &BenchError) -> ExitCode {
    match error {
        BenchError::Client(error) => exit_of_client(error),
        BenchError::Refusals { .. } | BenchError::SetupRefused { .. } => ExitCode::RefusedByRule,
        BenchError::Unanswered { .. } => ExitCode::OutcomeUnknown,
        BenchError::RootsDiffer { .. } | BenchError::InvariantBroken => ExitCode::VerificationFailed,
        BenchError::NothingCommitted | BenchError::Behind { .. } | BenchError::ReceiptLacks { .. } => {
            ExitCode::NodeUnhealthy
        }
        BenchError::Io { .. }
        | BenchError::NotANetwork { .. }
        | BenchError::TooFew { .. }
        | BenchError::NoRandomness
        | BenchError::Key(_)
        | BenchError::Amount(_)
        | BenchError::Text(_)
        | BenchError::Id(_) => ExitCode::Usage,
    }
}

/// A node's refusal, by the table of style rule 18 read backwards.
fn exit_of_problem(problem: &Problem) -> ExitCode {
    match problem.code {
        Code::InvalidArgument | Code::OutOfRange => ExitCode::Usage,
        Code::NotFound => ExitCode::NotFound,
        Code::AlreadyExists => ExitCode::Duplicate,
        Code::PermissionDenied | Code::Unauthenticated => ExitCode::NotAuthorised,
        Code::FailedPrecondition | Code::Aborted => ExitCode::RefusedByRule,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Unimplemented
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss => ExitCode::NodeUnhealthy,
    }
}

#[cfg(test)]
mod tests {
    use tally_contracts::Rejection;

    use super::*;

    #[test]
    fn every_refusal_has_an_exit_code_and_an_explanation() {
        let mut counts = std::collections::BTreeMap::new();
        for kind in Rejection::ALL {
            let refused = CommandError::Refused { reason: kind.reason.to_owned(), message: String::new() };
            assert_eq!(refused.explanation(), Some(kind.explanation));
            *counts.entry(refused.exit().number()).or_insert(0) += 1;
        }
        assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [3, 4, 5, 7]);
        assert_eq!(
            (counts[&3], counts[&5], counts[&7]),
            (13, 25, 3),
            "a renamed reason must be renamed here too"
        );
    }

    #[test]
    fn a_nodes_refusal_has_the_exit_code_of_its_kind() {
        let table = [
            (Code::InvalidArgument, 2),
            (Code::NotFound, 3),
            (Code::FailedPrecondition, 4),
            (Code::PermissionDenied, 5),
            (Code::Unauthenticated, 5),
            (Code::AlreadyExists, 7),
            (Code::Unavailable, 8),
            (Code::ResourceExhausted, 8),
            (Code::Internal, 8),
        ];
        for (code, exit) in table {
            let problem = Box::new(Problem::from(&tonic::Status::new(code, "said")));
            let error = CommandError::Client(ClientError::Node { url: "http://n".to_owned(), problem });
            assert_eq!(error.exit().number(), exit, "{code:?}");
        }
    }
}
