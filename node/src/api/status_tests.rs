//! Every error by its code, reason and detail.
use super::*;
use crate::ledger::LedgerError;
use crate::mempool::{Measure, Share};
use crate::storage::StorageError;
use tally_contracts::Fault;
use tally_contracts::types::{MemberId, PublicKey, TrancheId};
use tally_proto::signing::SignatureError;
use tally_proto::transaction::Layer;
use tally_proto::{FieldError, FieldErrorKind};

const ID: Hash = Hash([1; 32]);
const KEY: PublicKey = PublicKey([2; 32]);

/// Code, reason and the name of the detail beside `ErrorInfo`.
#[allow(clippy::wildcard_enum_match_arm, reason = "only one detail is looked for")]
fn told(error: CallError) -> (Code, String, &'static str) {
    let status = Status::from(error);
    let details = status.get_error_details();
    let info = details.error_info().expect("every status has an ErrorInfo");
    assert_eq!(info.domain, "tallystick");
    let localized = status.get_error_details_vec().into_iter().filter_map(|detail| match detail {
        ErrorDetail::LocalizedMessage(message) => Some(message),
        _ => None,
    });
    let locales: Vec<_> = localized.map(|message| (message.locale, message.message)).collect();
    assert!(locales.iter().all(|(_, message)| !message.is_empty()), "{locales:?}");
    assert_eq!(locales.iter().map(|(locale, _)| locale.as_str()).collect::<Vec<_>>(), ["en", "zh-CN"]);
    assert_eq!(locales[0].1, status.message());
    let about = [
        ("field", details.bad_request().is_some()),
        ("state", details.precondition_failure().is_some()),
        ("quota", details.quota_failure().is_some()),
        ("resource", details.resource_info().is_some()),
    ];
    let about: Vec<_> = about.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect();
    assert!(about.len() <= 1, "{about:?}");
    (status.code(), info.reason.clone(), about.first().copied().unwrap_or("nothing"))
}

fn malformed() -> prost::DecodeError {
    <() as prost::Message>::decode(&[0xff][..]).unwrap_err()
}

fn field() -> FieldError {
    FieldError::new("action.split_tranche.parts[3].face", FieldErrorKind::Missing)
}

fn disk_full() -> StorageError {
    StorageError::DiskFull { directory: "secret-directory".into() }
}

#[test]
fn every_admission_error_has_its_code_reason_and_detail() {
    use Code::*;
    let transaction = |error: TransactionError| AdmissionError::Transaction(error);
    let full = InsertError::Full { share: Share::Member, measure: Measure::Bytes, limit: 9 };
    let block = BlockError::Malformed { reason: String::new() };
    let expired = |valid_until, height| BlockError::Expired { id: ID, valid_until, height };
    let rows: Vec<(AdmissionError, Code, &str, &str)> = vec![
        (
            transaction(TransactionError::TooLarge { bytes: 9, limit: 8 }),
            InvalidArgument,
            "TRANSACTION_TOO_LARGE",
            "field",
        ),
        (
            transaction(TransactionError::Malformed { layer: Layer::Body, reason: malformed() }),
            InvalidArgument,
            "TRANSACTION_MALFORMED",
            "field",
        ),
        (
            transaction(TransactionError::NotCanonical { layer: Layer::Body, at: 3 }),
            InvalidArgument,
            "TRANSACTION_NOT_CANONICAL",
            "field",
        ),
        (AdmissionError::Busy { waiting: 9 }, ResourceExhausted, "NODE_BUSY", "quota"),
        (
            AdmissionError::TooFast { sender: MemberId::new("beta").unwrap(), limit: 9 },
            ResourceExhausted,
            "QUOTA_USED",
            "quota",
        ),
        (transaction(TransactionError::Field(field())), InvalidArgument, "FIELD_INVALID", "field"),
        (
            transaction(TransactionError::SignatureCount { signatures: 1, signers: 2 }),
            InvalidArgument,
            "SIGNATURE_COUNT",
            "field",
        ),
        (
            transaction(TransactionError::SignerMissing { key: KEY }),
            InvalidArgument,
            "SIGNER_MISSING",
            "field",
        ),
        (
            transaction(TransactionError::Signature { id: ID, error: SignatureError::Wrong { key: KEY } }),
            Unauthenticated,
            "SIGNATURE_WRONG",
            "nothing",
        ),
        (AdmissionError::RequestUsed { transaction: ID }, AlreadyExists, "REQUEST_ID_USED", "resource"),
        (AdmissionError::NotFitting(expired(8, 9)), FailedPrecondition, "TRANSACTION_EXPIRED", "state"),
        (AdmissionError::NotFitting(expired(900_000, 9)), InvalidArgument, "VALIDITY_TOO_LONG", "field"),
        (
            AdmissionError::NotFitting(BlockError::Replayed { id: ID }),
            AlreadyExists,
            "TRANSACTION_REPLAYED",
            "resource",
        ),
        (AdmissionError::NotFitting(block), Internal, "NODE_FAULT", "nothing"),
        (AdmissionError::Pool(InsertError::Duplicate), AlreadyExists, "TRANSACTION_REPLAYED", "resource"),
        (AdmissionError::Pool(InsertError::Committed), AlreadyExists, "TRANSACTION_REPLAYED", "resource"),
        (
            AdmissionError::Pool(InsertError::RequestConflict { waiting: ID.0 }),
            AlreadyExists,
            "REQUEST_ID_USED",
            "resource",
        ),
        (
            AdmissionError::Pool(InsertError::Expired { valid_until_height: 8, tip: 8 }),
            FailedPrecondition,
            "TRANSACTION_EXPIRED",
            "state",
        ),
        (
            AdmissionError::Pool(InsertError::TooLarge { bytes: 9, limit: 8 }),
            InvalidArgument,
            "TRANSACTION_TOO_LARGE",
            "field",
        ),
        (AdmissionError::Pool(full), ResourceExhausted, "MEMPOOL_FULL", "quota"),
        (AdmissionError::Unavailable, Unavailable, "NODE_STOPPING", "nothing"),
        (AdmissionError::Storage(disk_full()), Internal, "NODE_FAULT", "nothing"),
        (AdmissionError::Ledger(LedgerError::StoredBlock { height: 3 }), Internal, "NODE_FAULT", "nothing"),
    ];
    for (error, code, reason, detail) in rows {
        let shown = format!("{error:?}");
        assert_eq!(told(CallError::Admission(error)), (code, reason.to_owned(), detail), "{shown}");
    }
}

#[test]
fn every_other_error_has_its_code_reason_and_detail() {
    use Code::*;
    let name = || "R7".to_owned();
    let cursor = || "7.0.1".to_owned();
    let unknown = |kind| CallError::Unknown { kind, name: name() };
    let rows: Vec<(CallError, Code, &str, &str)> = vec![
        (CallError::Field(field()), InvalidArgument, "FIELD_INVALID", "field"),
        (
            CallError::OverLimit { field: "timeout_ms", found: 9, limit: 8 },
            InvalidArgument,
            "OVER_LIMIT",
            "field",
        ),
        (CallError::Page(PageError::Size { found: 9, limit: 8 }), InvalidArgument, "OVER_LIMIT", "field"),
        (CallError::Page(PageError::Malformed), InvalidArgument, "PAGE_TOKEN_MALFORMED", "field"),
        (CallError::Page(PageError::OtherQuery), InvalidArgument, "PAGE_TOKEN_OF_OTHER_QUERY", "field"),
        (
            CallError::Page(PageError::Ahead { token: 9, tip: 8 }),
            InvalidArgument,
            "PAGE_TOKEN_AHEAD",
            "field",
        ),
        (unknown(Resource::Receivable), NotFound, "RECEIVABLE_UNKNOWN", "resource"),
        (unknown(Resource::Tranche), NotFound, "TRANCHE_UNKNOWN", "resource"),
        (unknown(Resource::Facility), NotFound, "FACILITY_UNKNOWN", "resource"),
        (unknown(Resource::Member), NotFound, "MEMBER_UNKNOWN", "resource"),
        (unknown(Resource::Payout), NotFound, "PAYOUT_UNKNOWN", "resource"),
        (unknown(Resource::Policy), NotFound, "POLICY_UNKNOWN", "resource"),
        (unknown(Resource::Block), NotFound, "BLOCK_UNKNOWN", "resource"),
        (
            CallError::NotYours { reader: MemberId::new("acme").unwrap() },
            PermissionDenied,
            "NOT_YOURS",
            "nothing",
        ),
        (CallError::Pruned { height: 1, earliest: 9 }, OutOfRange, "PRUNED", "nothing"),
        (CallError::BeyondTip { height: 9, tip: 1 }, OutOfRange, "BEYOND_TIP", "nothing"),
        (CallError::NoBlock, FailedPrecondition, "NO_BLOCK_YET", "state"),
        (
            CallError::HistoryTooLong { receivable: name(), limit: 9 },
            FailedPrecondition,
            "HISTORY_TOO_LONG",
            "state",
        ),
        (
            CallError::OtherMembersNode { member: MemberId::new("acme").unwrap() },
            PermissionDenied,
            "OTHER_MEMBERS_NODE",
            "nothing",
        ),
        (CallError::NoFullNode, Unavailable, "NO_FULL_NODE", "nothing"),
        (CallError::Busy { waiting: 9 }, ResourceExhausted, "NODE_BUSY", "quota"),
        (CallError::BodiesFull { limit: 9 }, ResourceExhausted, "NODE_BUSY", "quota"),
        (
            CallError::BodyTooSlow { limit: Duration::from_secs(9) },
            DeadlineExceeded,
            "REQUEST_TOO_SLOW",
            "nothing",
        ),
        (CallError::StreamsFull { limit: 9 }, ResourceExhausted, "STREAMS_FULL", "quota"),
        (CallError::ReaderTooSlow { cursor: cursor() }, ResourceExhausted, "READER_TOO_SLOW", "quota"),
        (CallError::Stopping, Unavailable, "NODE_STOPPING", "nothing"),
        (CallError::StreamStopping { cursor: cursor() }, Unavailable, "NODE_STOPPING", "nothing"),
        (CallError::Panicked, Internal, "NODE_FAULT", "nothing"),
        (CallError::Storage(disk_full()), Internal, "NODE_FAULT", "nothing"),
        (CallError::Ledger(LedgerError::StoredBlock { height: 3 }), Internal, "NODE_FAULT", "nothing"),
        (CallError::Fault(Fault::CorruptRecord { key: name() }), Internal, "NODE_FAULT", "nothing"),
    ];
    for (error, code, reason, detail) in rows {
        let shown = format!("{error:?}");
        assert_eq!(told(error), (code, reason.to_owned(), detail), "{shown}");
    }
}

#[test]
fn a_rejection_carries_its_number_and_fields() {
    let rejection = Rejection::TrancheUnknown { tranche: TrancheId::new(7) };
    let (number, explanation) = (rejection.kind().number.to_string(), rejection.kind().explanation);
    let status = Status::from(CallError::Refused(rejection));
    assert_eq!(status.code(), Code::NotFound);
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.reason, "TRANCHE_UNKNOWN");
    assert_eq!(info.metadata["number"], number);
    assert_eq!(info.metadata["tranche"], "T7");
    assert_eq!(info.metadata["explanation"], explanation);
    assert_eq!(details.resource_info().unwrap().resource_name, "T7");

    let rejection = Rejection::NotHolder { tranche: TrancheId::new(7) };
    assert_eq!(
        told(CallError::Refused(rejection)),
        (Code::PermissionDenied, "NOT_HOLDER".to_owned(), "state")
    );
    let rejection = Rejection::NotOffered { tranche: TrancheId::new(7) };
    assert_eq!(
        told(CallError::Refused(rejection)),
        (Code::FailedPrecondition, "NOT_OFFERED".to_owned(), "state")
    );
}

#[test]
fn the_tables_of_reasons_name_reasons_that_exist() {
    for reason in UNKNOWN.iter().chain(NOT_ALLOWED) {
        assert!(Rejection::ALL.iter().any(|kind| kind.reason == *reason), "{reason}");
    }
}

#[test]
fn a_fault_tells_nothing_about_itself() {
    let status = Status::from(CallError::Admission(AdmissionError::Storage(disk_full())));
    let details = String::from_utf8_lossy(status.details()).into_owned();
    assert!(!status.message().contains("secret") && !details.contains("secret"), "{status:?}");
    assert!(status.get_error_details().error_info().unwrap().metadata.is_empty());
}

#[test]
fn what_may_pass_says_when_to_try_again() {
    let delay = |error: CallError| {
        Status::from(error).get_error_details().retry_info().and_then(|info| info.retry_delay)
    };
    assert_eq!(delay(CallError::Busy { waiting: 1 }), Some(RETRY_AFTER));
    assert_eq!(delay(CallError::Stopping), Some(RETRY_AFTER));
    assert_eq!(delay(CallError::NoBlock), None);
}
