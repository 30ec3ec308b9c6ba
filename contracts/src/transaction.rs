//! What a member may ask of the ledger: one action, signed by one or more of the member's keys.
use crate::types::{Hash, Height, MemberId, PublicKey, tagged_hash};
use crate::{
    collection, credit_profile, dilution, dispute, document, facility, financing, governance, guarantee,
    member, misbehaviour, money, netting, pledge, pool, programme, receivable, recourse, registration,
    screening, settlement, tranche,
};

/// A transaction whose bytes were decoded and whose signatures were verified by the caller.
///
/// Contracts check what the signatures are *worth* (whose keys, valid at this height, enough of them); that
/// each of `signers` really signed the bytes behind `id` is a precondition the node establishes once, and with it that the
/// validator of a [`Action::ReportMisbehaviour`] really signed the statements that it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// SHA-256 of the signed bytes under the domain tag and chain id: without signatures.
    pub id: Hash,
    pub sender: MemberId,
    /// Chosen by the client, unique per sender; what makes a retry safe.
    pub request_id: [u8; 16],
    /// The last height at which the transaction may be in a block.
    pub valid_until: Height,
    /// 1 to 8 distinct keys, in the order of the body.
    pub signers: Vec<PublicKey>,
    pub action: Action,
}

impl Transaction {
    /// What the salts of the records that it changes come from. The id alone is told to whoever an event names, and would
    /// let each of them compute the salts of the others' records; the request id is the sender's own, and random.
    pub(crate) fn secret(&self) -> Hash {
        tagged_hash("tallystick/salt/secret", &[&self.id.0, &self.request_id])
    }
}

/// Everything a transaction can do, room by room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    RegisterMember(member::RegisterMember),
    AddKey(member::AddKey),
    RevokeKey(member::RevokeKey),
    SetStandingAcceptance(member::SetStandingAcceptance),
    CreditDeposit(money::CreditDeposit),
    MoveDeposit(money::MoveDeposit),
    RequestPayout(money::RequestPayout),
    ConfirmPayout(money::ConfirmPayout),
    RejectPayout(money::RejectPayout),
    SubmitReceivable(receivable::SubmitReceivable),
    IssueReceivable(receivable::IssueReceivable),
    ConfirmReceivable(receivable::ConfirmReceivable),
    RejectReceivable(receivable::RejectReceivable),
    WithdrawReceivable(receivable::WithdrawReceivable),
    AcceptReceivable(receivable::AcceptReceivable),
    DeclineReceivable(receivable::DeclineReceivable),
    CancelReceivable(receivable::CancelReceivable),
    SplitTranche(tranche::SplitTranche),
    MergeTranches(tranche::MergeTranches),
    OfferTransfer(tranche::OfferTransfer),
    AcceptTransfer(tranche::AcceptTransfer),
    DeclineTransfer(tranche::DeclineTransfer),
    OpenFacility(facility::OpenFacility),
    AmendFacility(facility::AmendFacility),
    CloseFacility(facility::CloseFacility),
    DiscountTranche(financing::DiscountTranche),
    PayReceivable(settlement::PayReceivable),
    SubmitProposal(governance::SubmitProposal),
    VoteProposal(governance::VoteProposal),
    AttestMember(member::AttestMember),
    RevokeAttestation(member::RevokeAttestation),
    SetApprovalPolicy(member::SetApprovalPolicy),
    ScreenParty(screening::ScreenParty),
    ClearParty(screening::ClearParty),
    FreezeTranche(screening::FreezeTranche),
    UnfreezeTranche(screening::UnfreezeTranche),
    PayForAnchor(settlement::PayForAnchor),
    ClaimCosts(settlement::ClaimCosts),
    AnswerCosts(settlement::AnswerCosts),
    WriteOffTranche(settlement::WriteOffTranche),
    OfferGuarantee(guarantee::OfferGuarantee),
    AcceptGuarantee(guarantee::AcceptGuarantee),
    ClaimGuarantee(guarantee::ClaimGuarantee),
    OpenPool(pool::OpenPool),
    ContributeToPool(pool::ContributeToPool),
    EnrolTranche(pool::EnrolTranche),
    ClaimFromPool(pool::ClaimFromPool),
    ClaimSubsidy(pool::ClaimSubsidy),
    DisputeReceivable(dispute::DisputeReceivable),
    WithdrawDispute(dispute::WithdrawDispute),
    RuleDispute(dispute::RuleDispute),
    IssueCreditNote(dilution::IssueCreditNote),
    AcceptCreditNote(dilution::AcceptCreditNote),
    RefuseCreditNote(dilution::RefuseCreditNote),
    WithdrawCreditNote(dilution::WithdrawCreditNote),
    RuleCreditNote(dilution::RuleCreditNote),
    ProposeNetting(netting::ProposeNetting),
    ConsentNetting(netting::ConsentNetting),
    RefuseNetting(netting::RefuseNetting),
    AssignCases(collection::AssignCases),
    EndMandate(collection::EndMandate),
    LogContact(collection::LogContact),
    ProposeArrangement(collection::ProposeArrangement),
    ApproveArrangement(collection::ApproveArrangement),
    RefuseArrangement(collection::RefuseArrangement),
    ConfirmDiscount(financing::ConfirmDiscount),
    OfferPledge(pledge::OfferPledge),
    AcceptPledge(pledge::AcceptPledge),
    DeclinePledge(pledge::DeclinePledge),
    RepayPledge(pledge::RepayPledge),
    ClaimRecourse(recourse::ClaimRecourse),
    PayRecourse(recourse::PayRecourse),
    RegisterFinancing(registration::RegisterFinancing),
    PostProgramme(programme::PostProgramme),
    CloseProgramme(programme::CloseProgramme),
    TakeEarlyPayment(programme::TakeEarlyPayment),
    GrantCreditConsent(credit_profile::GrantCreditConsent),
    RevokeCreditConsent(credit_profile::RevokeCreditConsent),
    ReadCredit(credit_profile::ReadCredit),
    SetEncryptionKey(member::SetEncryptionKey),
    RotateConsensusKey(governance::RotateConsensusKey),
    RegisterDocument(document::RegisterDocument),
    ShareDocument(document::ShareDocument),
    ShredDocument(document::ShredDocument),
    ReportMisbehaviour(misbehaviour::ReportMisbehaviour),
}
