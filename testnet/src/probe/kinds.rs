//! Kinds: every question that names a record which its asker may not see.

use prost::Message;
use tally_contracts::state::Key;
use tally_contracts::types::{FacilityId, PayoutId, ReceivableId, TrancheId};
use tally_proto::v1::*;

use super::same::{as_it_is, without};

/// Whose numbers a kind of question asks with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// R1 and so on.
    Receivables,
    /// Open tranches.
    Tranches,
    /// Tranches under a lien.
    Liens,
    /// Receivables with a case.
    Cases,
    /// F1 and so on.
    Facilities,
    /// A1 and so on.
    Documents,
    /// Payouts.
    Payouts,
    /// Programmes.
    Programmes,
    /// Guarantees.
    Guarantees,
    /// Pools.
    Pools,
    /// Disputes.
    Disputes,
    /// Credit notes.
    CreditNotes,
    /// Nettings.
    Nettings,
}

/// A method with how it is asked.
pub struct Kind {
    /// Its path.
    pub method: &'static str,
    /// Whose numbers.
    pub of: Of,
    /// The request for a number.
    pub request: fn(u64) -> Vec<u8>,
    /// How the number stands in its answer's texts.
    pub asked: fn(u64) -> String,
    /// Takes the position out of an answer that is no refusal.
    pub unplaced: fn(&[u8]) -> Vec<u8>,
}

impl Kind {
    /// For tables: a proof is told by what is to be proven.
    pub fn name(&self) -> String {
        let short = self.method.rsplit_once('.').map_or(self.method, |(_, short)| short);
        if short.ends_with("GetProof") || short.ends_with("Prove") {
            format!("{short} of {:?}", self.of)
        } else {
            short.to_owned()
        }
    }
}

macro_rules! kinds {
    ($($path:literal $of:ident |$number:ident| $request:expr $(=> $answer:ty)?;)*) => {
        vec![$(Kind {
            method: $path,
            of: Of::$of,
            request: |$number| $request.encode_to_vec(),
            asked: |number| number.to_string(),
            unplaced: kinds!(@unplaced $($answer)?),
        }),*]
    };
    (@unplaced) => { as_it_is };
    (@unplaced $answer:ty) => { |body| without::<$answer>(body, |answer| answer.position = None) };
}

/// All of them. What is public (members, policies, proposals, blocks, validators) is no secret to probe for.
pub fn all() -> Vec<Kind> {
    let mut kinds = kinds! {
        "/tally.receivable.v1.ReceivableService/GetReceivable" Receivables
            |receivable| receivable::GetReceivableRequest { receivable };
        "/tally.receivable.v1.ReceivableService/GetReceivableTree" Receivables
            |receivable| receivable::GetReceivableTreeRequest { receivable };
        "/tally.receivable.v1.ReceivableService/ListReceivableHistory" Receivables
            |receivable| receivable::ListReceivableHistoryRequest { receivable, ..Default::default() };
        "/tally.settlement.v1.SettlementService/GetSettlementStatus" Receivables
            |receivable| settlement::GetSettlementStatusRequest { receivable };
        "/tally.document.v1.DocumentService/ListDocuments" Receivables
            |receivable| document::ListDocumentsRequest { receivable, ..Default::default() } => document::ListDocumentsResponse;
        "/tally.tranche.v1.TrancheService/ListTranches" Receivables
            |number| tranche::ListTranchesRequest { receivable: Some(number), ..Default::default() } => tranche::ListTranchesResponse;
        "/tally.dispute.v1.DisputeService/ListDisputes" Receivables
            |number| dispute::ListDisputesRequest { receivable: Some(number), ..Default::default() } => dispute::ListDisputesResponse;
        "/tally.dispute.v1.DisputeService/ListCreditNotes" Receivables
            |number| dispute::ListCreditNotesRequest { receivable: Some(number), ..Default::default() } => dispute::ListCreditNotesResponse;
        "/tally.tranche.v1.TrancheService/GetTranche" Tranches |tranche| tranche::GetTrancheRequest { tranche };
        "/tally.facility.v1.FacilityService/Quote" Tranches
            |tranche| facility::QuoteRequest { tranche, ..Default::default() };
        "/tally.financing.v1.FinancingService/QuoteEarlyPayment" Tranches
            |tranche| financing::QuoteEarlyPaymentRequest { programme: 1, tranche, ..Default::default() };
        "/tally.financing.v1.FinancingService/GetLien" Liens |tranche| financing::GetLienRequest { tranche };
        "/tally.collection.v1.CollectionService/GetCase" Cases
            |receivable| collection::GetCaseRequest { receivable };
        "/tally.collection.v1.CollectionService/ListCaseEntries" Cases
            |receivable| collection::ListCaseEntriesRequest { receivable, ..Default::default() };
        "/tally.facility.v1.FacilityService/GetFacility" Facilities
            |facility| facility::GetFacilityRequest { facility };
        "/tally.document.v1.DocumentService/GetDocument" Documents
            |document| document::GetDocumentRequest { document };
        "/tally.document.v1.DocumentService/GetPayload" Documents
            |document| document::GetPayloadRequest { document, ..Default::default() };
        "/tally.document.v1.DocumentService/GetEnvelopes" Documents
            |document| document::GetEnvelopesRequest { document, ..Default::default() };
        "/tally.document.v1.DocumentService/PutPayload" Documents
            |document| document::PutPayloadRequest { document, offset: 0, chunk: vec![7; 64] };
        "/tally.document.v1.DocumentService/PutEnvelopes" Documents
            |document| document::PutEnvelopesRequest { document, ..Default::default() };
        "/tally.money.v1.MoneyService/GetPayout" Payouts |payout| money::GetPayoutRequest { payout };
        "/tally.financing.v1.FinancingService/GetProgramme" Programmes
            |programme| financing::GetProgrammeRequest { programme };
        "/tally.guarantee.v1.GuaranteeService/GetGuarantee" Guarantees
            |guarantee| guarantee::GetGuaranteeRequest { guarantee };
        "/tally.pool.v1.PoolService/GetPool" Pools |pool| pool::GetPoolRequest { pool };
        "/tally.pool.v1.PoolService/GetForecast" Pools
            |pool| pool::GetForecastRequest { pool, ..Default::default() };
        "/tally.dispute.v1.DisputeService/GetDispute" Disputes
            |dispute| dispute::GetDisputeRequest { dispute };
        "/tally.dispute.v1.DisputeService/GetCreditNote" CreditNotes
            |credit_note| dispute::GetCreditNoteRequest { credit_note };
        "/tally.netting.v1.NettingService/GetNetting" Nettings
            |netting| netting::GetNettingRequest { netting };
    };
    kinds.extend([
        proof(
            Of::Receivables,
            |number| proven(&receivable_key(number)),
            |number| named(&receivable_key(number)),
        ),
        proof(Of::Tranches, |number| proven(&tranche_key(number)), |number| named(&tranche_key(number))),
        proof(Of::Facilities, |number| proven(&facility_key(number)), |number| named(&facility_key(number))),
        proof(Of::Payouts, |number| proven(&payout_key(number)), |number| named(&payout_key(number))),
    ]);
    kinds.extend([
        withheld(Of::Receivables, |number| shown(&receivable_key(number))),
        withheld(Of::Tranches, |number| shown(&tranche_key(number))),
    ]);
    kinds
}

fn withheld(of: Of, request: fn(u64) -> Vec<u8>) -> Kind {
    let asked = |number: u64| number.to_string();
    Kind { method: "/tally.follow.v1.FollowService/Prove", of, request, asked, unplaced: unsigned }
}

fn shown(key: &Key) -> Vec<u8> {
    follow::ProveRequest { keys: vec![key.encode()] }.encode_to_vec()
}

/// An answer to a member node without the keys that it repeats, the position and the signature over both.
fn unsigned(body: &[u8]) -> Vec<u8> {
    let answer = follow::ProveResponse::decode(body).map(|response| response.answer).unwrap_or_default();
    without::<follow::ProveAnswer>(&answer, |answer| {
        answer.withheld.iter_mut().for_each(|key| key.fill(0));
        (answer.header, answer.certificate) = (Vec::new(), Vec::new());
    })
}

fn proof(of: Of, request: fn(u64) -> Vec<u8>, asked: fn(u64) -> String) -> Kind {
    Kind { method: "/tally.ledger.v1.LedgerService/GetProof", of, request, asked, unplaced: as_it_is }
}

fn receivable_key(number: u64) -> Key {
    Key::Receivable(ReceivableId::new(number))
}

fn tranche_key(number: u64) -> Key {
    Key::Tranche(TrancheId::new(number))
}

fn facility_key(number: u64) -> Key {
    Key::Facility(FacilityId::new(number))
}

fn payout_key(number: u64) -> Key {
    Key::Payout(PayoutId::new(number))
}

fn proven(key: &Key) -> Vec<u8> {
    let row = key.encode();
    let kind = row.first().copied().unwrap_or_default();
    let raw = ledger::RawKey { r#type: kind.into(), key: row.get(1..).unwrap_or_default().to_vec() };
    let key = ledger::RecordKey { key: Some(ledger::record_key::Key::Raw(raw)) };
    ledger::GetProofRequest { key: Some(key) }.encode_to_vec()
}

/// As a refusal names it.
fn named(key: &Key) -> String {
    hex::encode(key.encode())
}

/// The one kind that is asked by an identifier: transactions.
pub mod transactions {
    use super::*;

    /// The method.
    pub const METHOD: &str = "/tally.transaction.v1.TransactionService/Get";

    /// The request.
    pub fn request(id: &[u8]) -> Vec<u8> {
        let key = transaction::get_request::Key::TransactionId(id.to_vec());
        transaction::GetRequest { key: Some(key) }.encode_to_vec()
    }

    /// The answer without the position.
    pub fn unplaced(body: &[u8]) -> Vec<u8> {
        without::<transaction::GetResponse>(body, |answer| {
            if let Some(result) = &mut answer.result {
                result.position = None;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::questions::{NO_READS, all_methods};

    /// Reads that name no record which could be forbidden, and why.
    const NAMELESS: [(&str, &str); 7] = [
        ("FollowService/Follow", "brings what is the asker's own"),
        ("List", "lists without a receivable in them answer what is the asker's own"),
        ("ReportService/", "about a member: every other member is refused, whether it exists or not"),
        ("MemberService/", "who is a member is for all members"),
        ("SettlementService/Get", "about an anchor, which is a member"),
        ("CreditService/", "about a member"),
        ("FetchPayload", "needs a ticket, for which the ledger is asked in the same way as for GetPayload"),
    ];
    const PUBLIC: [&str; 11] = [
        "CheckInvariants",
        "FindCycles",
        "GetBankTotals",
        "GetBlock",
        "GetPolicy",
        "GetProposal",
        "GetStatus",
        "TransactionService/Get",
        "TransactionService/Wait",
        "WatchBlocks",
        "WatchEvents",
    ];

    #[test]
    fn every_method_that_names_a_record_is_probed() {
        let probed: BTreeSet<&str> = all().iter().map(|kind| kind.method).collect();
        for method in all_methods() {
            let is_nameless = NAMELESS.iter().any(|(part, _)| method.contains(part));
            let is_public = PUBLIC.iter().any(|part| method.ends_with(part));
            let is_no_read = NO_READS.iter().any(|part| method.ends_with(part));
            assert!(
                probed.contains(method.as_str()) || is_nameless || is_public || is_no_read,
                "{method} names a record and is not probed"
            );
        }
    }
}
