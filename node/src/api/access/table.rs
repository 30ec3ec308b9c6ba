//! The one table of all methods: who may call each. What is not in it is refused.

/// Who may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Who {
    /// Whoever can connect: the request carries its own authority, or the answer is for everyone.
    Anyone,
    /// Everyone; members get more than strangers.
    AnyoneAndMembers,
    /// Members, each within what it may see.
    Members,
    /// The operator of this machine, on its own socket: not offered here.
    Operator,
}

/// Methods whose caller sends many messages: how long that takes is its own affair.
pub(super) const STREAMED: &[&str] = &[
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    "/tally.transaction.v1.TransactionService/SubmitMany",
];

/// Methods for anyone whose answer lasts as long as the caller likes: each takes one of its connection's places. Submission
/// streams take theirs by themselves.
pub(super) const HELD: &[&str] = &[
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

/// Every method of the node's listener.
pub(in super::super) const METHODS: &[(&str, Who)] = &[
    ("/grpc.health.v1.Health/Check", Who::Anyone),
    ("/grpc.health.v1.Health/Watch", Who::Anyone),
    // the schema, which is public; switched off by api.reflection
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Who::Anyone),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Who::Anyone),
    ("/tally.access.v1.AccessService/OpenSession", Who::Members),
    ("/tally.collection.v1.CollectionService/GetCase", Who::Members),
    ("/tally.collection.v1.CollectionService/ListCases", Who::Members),
    ("/tally.collection.v1.CollectionService/ListCaseEntries", Who::Members),
    ("/tally.credit.v1.CreditService/GetCreditFile", Who::Members),
    ("/tally.credit.v1.CreditService/ListConsents", Who::Members),
    ("/tally.credit.v1.CreditService/ListCreditReads", Who::Members),
    ("/tally.credit.v1.CreditService/ListMeasures", Who::Members),
    ("/tally.dispute.v1.DisputeService/GetDispute", Who::Members),
    ("/tally.dispute.v1.DisputeService/ListDisputes", Who::Members),
    ("/tally.dispute.v1.DisputeService/GetCreditNote", Who::Members),
    ("/tally.dispute.v1.DisputeService/ListCreditNotes", Who::Members),
    ("/tally.document.v1.DocumentService/GetDocument", Who::Members),
    ("/tally.document.v1.DocumentService/ListDocuments", Who::Members),
    ("/tally.document.v1.DocumentService/PutPayload", Who::Members),
    ("/tally.document.v1.DocumentService/GetPayload", Who::Members),
    ("/tally.document.v1.DocumentService/PutEnvelopes", Who::Members),
    ("/tally.document.v1.DocumentService/GetEnvelopes", Who::Members),
    // another node asks: the ticket in the request is the member's own
    ("/tally.document.v1.DocumentService/FetchPayload", Who::Anyone),
    ("/tally.facility.v1.FacilityService/GetFacility", Who::Members),
    ("/tally.facility.v1.FacilityService/ListFacilities", Who::Members),
    ("/tally.facility.v1.FacilityService/Quote", Who::Members),
    ("/tally.financing.v1.FinancingService/GetLien", Who::Members),
    ("/tally.financing.v1.FinancingService/ListLiens", Who::Members),
    ("/tally.financing.v1.FinancingService/GetProgramme", Who::Members),
    ("/tally.financing.v1.FinancingService/ListProgrammes", Who::Members),
    ("/tally.financing.v1.FinancingService/QuoteEarlyPayment", Who::Members),
    ("/tally.financing.v1.FinancingService/ListFinancingCosts", Who::Members),
    ("/tally.financing.v1.FinancingService/ListExtendedTerms", Who::Members),
    ("/tally.follow.v1.FollowService/Follow", Who::Members),
    ("/tally.follow.v1.FollowService/Prove", Who::Members),
    ("/tally.governance.v1.GovernanceService/GetProposal", Who::Members),
    ("/tally.governance.v1.GovernanceService/ListProposals", Who::Members),
    ("/tally.governance.v1.GovernanceService/ListMisbehaviours", Who::Members),
    ("/tally.governance.v1.GovernanceService/ListEvidence", Who::Members),
    ("/tally.guarantee.v1.GuaranteeService/GetGuarantee", Who::Members),
    ("/tally.guarantee.v1.GuaranteeService/ListGuarantees", Who::Members),
    ("/tally.ledger.v1.LedgerService/GetBlock", Who::Members),
    ("/tally.ledger.v1.LedgerService/ListBlocks", Who::Members),
    ("/tally.ledger.v1.LedgerService/WatchBlocks", Who::Members),
    ("/tally.ledger.v1.LedgerService/WatchEvents", Who::Members),
    ("/tally.ledger.v1.LedgerService/GetProof", Who::Members),
    ("/tally.ledger.v1.LedgerService/ListValidators", Who::Members),
    ("/tally.ledger.v1.LedgerService/CheckInvariants", Who::Members),
    ("/tally.member.v1.MemberService/GetMember", Who::Members),
    ("/tally.member.v1.MemberService/ListMembers", Who::Members),
    ("/tally.money.v1.MoneyService/ListDeposits", Who::Members),
    ("/tally.money.v1.MoneyService/GetBankTotals", Who::Members),
    ("/tally.money.v1.MoneyService/GetPayout", Who::Members),
    ("/tally.money.v1.MoneyService/ListPayouts", Who::Members),
    ("/tally.netting.v1.NettingService/FindCycles", Who::Members),
    ("/tally.netting.v1.NettingService/GetNetting", Who::Members),
    ("/tally.netting.v1.NettingService/ListNettings", Who::Members),
    // which chain, and how far: what a client needs before it can sign anything
    ("/tally.node.v1.NodeService/GetStatus", Who::AnyoneAndMembers),
    ("/tally.operator.v1.OperatorService/GetReport", Who::Operator),
    ("/tally.operator.v1.OperatorService/ListFullNodes", Who::Operator),
    ("/tally.policy.v1.PolicyService/GetPolicy", Who::Members),
    ("/tally.policy.v1.PolicyService/ListPolicies", Who::Members),
    ("/tally.policy.v1.PolicyService/SimulatePolicy", Who::Members),
    ("/tally.pool.v1.PoolService/GetPool", Who::Members),
    ("/tally.pool.v1.PoolService/ListPools", Who::Members),
    ("/tally.pool.v1.PoolService/GetForecast", Who::Members),
    ("/tally.receivable.v1.ReceivableService/GetReceivable", Who::Members),
    ("/tally.receivable.v1.ReceivableService/ListReceivables", Who::Members),
    ("/tally.receivable.v1.ReceivableService/GetReceivableTree", Who::Members),
    ("/tally.receivable.v1.ReceivableService/ListReceivableHistory", Who::Members),
    ("/tally.report.v1.ReportService/GetStatement", Who::Members),
    ("/tally.report.v1.ReportService/GetAgeing", Who::Members),
    ("/tally.report.v1.ReportService/GetMaturity", Who::Members),
    ("/tally.report.v1.ReportService/GetDisclosure", Who::Members),
    ("/tally.report.v1.ReportService/GetDaily", Who::Members),
    ("/tally.screening.v1.ScreeningService/ListScreening", Who::Members),
    ("/tally.screening.v1.ScreeningService/ListFreezes", Who::Members),
    ("/tally.settlement.v1.SettlementService/GetSettlementStatus", Who::Members),
    ("/tally.settlement.v1.SettlementService/GetAnchorRisk", Who::Members),
    ("/tally.settlement.v1.SettlementService/GetContagion", Who::Members),
    ("/tally.tranche.v1.TrancheService/GetTranche", Who::Members),
    ("/tally.tranche.v1.TrancheService/ListTranches", Who::Members),
    // what is handed in is signed, whoever carries it
    ("/tally.transaction.v1.TransactionService/Submit", Who::Anyone),
    ("/tally.transaction.v1.TransactionService/SubmitMany", Who::Anyone),
    ("/tally.transaction.v1.TransactionService/Get", Who::Members),
    ("/tally.transaction.v1.TransactionService/Wait", Who::Members),
    ("/tally.transaction.v1.TransactionService/Simulate", Who::Members),
];

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_names_every_method_of_the_schema_and_no_other() {
        let files = prost_types::FileDescriptorSet::decode(tally_proto::FILE_DESCRIPTOR_SET).unwrap().file;
        let offered: BTreeSet<String> = files
            .iter()
            .flat_map(|file| file.service.iter().map(move |service| (file.package(), service)))
            .flat_map(|(package, service)| {
                let path = move |method: &prost_types::MethodDescriptorProto| {
                    format!("/{package}.{}/{}", service.name(), method.name())
                };
                service.method.iter().map(path).collect::<Vec<_>>()
            })
            .collect();
        let listed: BTreeSet<String> = METHODS
            .iter()
            .map(|(path, _)| (*path).to_owned())
            .filter(|path| path.starts_with("/tally."))
            .collect();
        assert_eq!(listed, offered);
        assert_eq!(
            METHODS.len(),
            offered.len() + 4,
            "a method stands twice, or health or reflection is missing"
        );
    }
}
