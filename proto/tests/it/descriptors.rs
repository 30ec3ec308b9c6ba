//! What the .proto files promise: services by name, and nothing in signed messages that has two encodings.
use prost::Message;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FileDescriptorSet};
use std::collections::{BTreeMap, BTreeSet};

fn files() -> FileDescriptorSet {
    FileDescriptorSet::decode(tally_proto::FILE_DESCRIPTOR_SET).unwrap()
}

#[test]
fn every_service_is_there() {
    let mut rpcs = Vec::new();
    for file in files().file {
        for service in &file.service {
            let name = |method: &prost_types::MethodDescriptorProto| method.name().to_owned();
            let methods: Vec<_> = service.method.iter().map(name).collect();
            rpcs.push(format!("{} {}", service.name(), methods.join(" ")));
        }
    }
    rpcs.sort();
    expect_test::expect![[r#"
        AccessService OpenSession
        CollectionService GetCase ListCases ListCaseEntries
        CreditService GetCreditFile ListConsents ListCreditReads ListMeasures
        DisputeService GetDispute ListDisputes GetCreditNote ListCreditNotes
        DocumentService GetDocument ListDocuments PutPayload GetPayload PutEnvelopes GetEnvelopes FetchPayload
        FacilityService GetFacility ListFacilities Quote
        FinancingService GetLien ListLiens GetProgramme ListProgrammes QuoteEarlyPayment ListFinancingCosts ListExtendedTerms
        FollowService Follow Prove
        GovernanceService GetProposal ListProposals ListMisbehaviours ListEvidence
        GuaranteeService GetGuarantee ListGuarantees
        LedgerService GetBlock ListBlocks WatchBlocks WatchEvents GetProof ListValidators CheckInvariants
        MemberService GetMember ListMembers
        MoneyService ListDeposits GetBankTotals GetPayout ListPayouts
        NettingService FindCycles GetNetting ListNettings
        NodeService GetStatus
        OperatorService GetReport ListFullNodes
        PolicyService GetPolicy ListPolicies SimulatePolicy
        PoolService GetPool ListPools GetForecast
        ReceivableService GetReceivable ListReceivables GetReceivableTree ListReceivableHistory
        ReportService GetStatement GetAgeing GetMaturity GetDisclosure GetDaily
        ScreeningService ListScreening ListFreezes
        SettlementService GetSettlementStatus GetAnchorRisk GetContagion
        TrancheService GetTranche ListTranches
        TransactionService Submit SubmitMany Get Wait Simulate
    "#]]
    .assert_eq(&(rpcs.join("\n") + "\n"));
}

#[test]
fn signed_messages_have_no_map_float_or_group() {
    let messages: BTreeMap<String, DescriptorProto> = files()
        .file
        .into_iter()
        .flat_map(|file| {
            let package = file.package().to_owned();
            let named = move |message: DescriptorProto| (format!(".{package}.{}", message.name()), message);
            file.message_type.into_iter().map(named)
        })
        .collect();
    let mut seen = BTreeSet::new();
    let mut open = vec![".tally.transaction.v1.SignedTransaction".to_owned()];
    open.push(".tally.transaction.v1.TransactionBody".to_owned());
    while let Some(name) = open.pop() {
        let message = &messages[&name];
        assert!(message.nested_type.is_empty(), "{name} has a nested message, which a map would be");
        for field in &message.field {
            let fits = !matches!(field.r#type(), Type::Double | Type::Float | Type::Group);
            assert!(fits, "{name}.{}", field.name());
            let inner = field.r#type() == Type::Message && seen.insert(field.type_name().to_owned());
            open.extend(inner.then(|| field.type_name().to_owned()));
        }
    }
    assert!(seen.len() > 30, "only {} messages were reached", seen.len());
}
