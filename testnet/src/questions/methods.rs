//! The methods of the schema, and which of them are no reads.

use prost::Message;
use prost_types::FileDescriptorSet;

/// What hands something in, opens a session, or is another machine's: nothing of the ledger is read with it.
pub const NO_READS: [&str; 9] = [
    "AccessService/OpenSession",
    "DocumentService/PutEnvelopes",
    "DocumentService/PutPayload",
    "OperatorService/GetReport",
    "OperatorService/ListFullNodes",
    "PolicyService/SimulatePolicy",
    "TransactionService/Simulate",
    "TransactionService/Submit",
    "TransactionService/SubmitMany",
];

/// Every method's path.
pub fn all() -> Vec<String> {
    let files = FileDescriptorSet::decode(tally_proto::FILE_DESCRIPTOR_SET).unwrap_or_default().file;
    let mut paths = Vec::new();
    for file in &files {
        for service in &file.service {
            let path = |name: &str| format!("/{}.{}/{name}", file.package(), service.name());
            paths.extend(service.method.iter().map(|method| path(method.name())));
        }
    }
    paths
}

/// Whether a method's answer goes on until the reader leaves.
pub fn is_stream(method: &str) -> bool {
    method.contains("/Watch")
}
