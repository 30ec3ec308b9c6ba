//! Events: what happened, in the order in which it happened; receipts carry them and streams deliver them.
use crate::types::{
    Amount, BusinessDate, CreditNoteId, CreditReadId, DisputeId, DocumentId, FacilityId, GuaranteeId,
    MemberId, NettingId, PayoutId, PoolId, ReceivableId, Text, TrancheId,
};
use borsh::{BorshDeserialize, BorshSerialize};

/// What happened. New kinds are appended: the position is part of the receipts root.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum EventKind {
    MemberRegistered,
    KeyAdded,
    KeyRevoked,
    StandingAcceptanceSet,
    DepositCredited,
    DepositMoved,
    PayoutRequested,
    PayoutConfirmed,
    PayoutRejected,
    ReceivableSubmitted,
    ReceivableConfirmed,
    ReceivableRejected,
    ReceivableWithdrawn,
    ReceivableLapsed,
    ReceivableAccepted,
    ReceivableDeclined,
    CancellationAsked,
    ReceivableCancelled,
    TrancheSplit,
    TranchesMerged,
    TransferOffered,
    /// Title moved; notice to the anchor (Civil Code art. 546).
    TransferAccepted,
    TransferDeclined,
    TransferLapsed,
    FacilityOpened,
    FacilityAmended,
    FacilityClosed,
    TrancheDiscounted,
    /// The anchor's deposit was debited for a receivable.
    SettlementDebited,
    /// A holder received its share of a debit.
    SettlementDistributed,
    ReceivableOverdue,
    ReceivableSettled,
    ProposalSubmitted,
    ProposalVoted,
    ProposalPassed,
    ProposalRefused,
    ProposalLapsed,
    MemberAdmitted,
    MemberStatusSet,
    MemberRolesSet,
    /// Who votes or follows from the next height on.
    ValidatorsChanged,
    PolicyEntered,
    AnchorLimitSet,
    MemberAttested,
    AttestationRevoked,
    ApprovalPolicySet,
    PartyScreened,
    PartyCleared,
    TrancheFrozen,
    TrancheUnfrozen,
    /// Money that waited for a frozen tranche or a listed member is free.
    HeldMoneyReleased,
    /// Somebody else paid for the anchor.
    PaidForAnchor,
    /// Who paid for the anchor holds the face it paid: the tranche came into being from `tranches`.
    ClaimTakenOver,
    LateInterestDistributed,
    CostsDistributed,
    /// A holder claims costs of collection from the anchor.
    CostsClaimed,
    CostsAllowed,
    CostsDeclined,
    ReceivableDefaulted,
    TrancheWrittenOff,
    ReceivableWrittenOff,
    GuaranteeOffered,
    GuaranteeAccepted,
    GuaranteeClaimed,
    PoolOpened,
    PoolContributed,
    TrancheEnrolled,
    PoolClaimQueued,
    /// Everything that was due under the claim was paid; `amount` of it.
    PoolClaimClosed,
    /// `proceeds` of a cost of `amount`.
    SubsidyPaid,
    DisputeOpened,
    /// A submission was answered: its dispute is no part of what was confirmed.
    DisputeExcluded,
    DisputeWithdrawn,
    DisputeAgreed,
    DisputeRuled,
    CreditNoteIssued,
    CreditNoteAccepted,
    CreditNoteRefused,
    CreditNoteWithdrawn,
    CreditNoteRuled,
    /// A holder's loss by a credit note; the note says which place in the order, the other side who is liable.
    TrancheDiluted,
    CreditNoteApplied,
    NettingProposed,
    NettingConsented,
    NettingRefused,
    NettingLapsed,
    /// A debt was set off: it counts as paid, without money.
    DebtNetted,
    NettingExecuted,
    CaseOpened,
    CaseEscalated,
    CaseAssigned,
    CaseMandateEnded,
    ContactLogged,
    ArrangementProposed,
    ArrangementApproved,
    ArrangementRefused,
    ArrangementInForce,
    InstalmentKept,
    ArrangementBroken,
    CaseClosed,
    /// Sold under the method Instruction: the bank's confirmation is awaited.
    DiscountReserved,
    /// Nobody confirmed the payment in time.
    DiscountLapsed,
    PledgeOffered,
    /// The funder accepted and paid `proceeds`.
    TranchePledged,
    PledgeDeclined,
    PledgeLapsed,
    PledgeRepaid,
    /// The advance is repaid: the tranche is free.
    PledgeReleased,
    /// A holder turned to a transferor for `amount`.
    RecourseClaimed,
    RecoursePaid,
    /// The claim is paid: what is left of the tranche is the transferor's.
    RecourseSettled,
    FinancingRegistered,
    ProgrammePosted,
    ProgrammeClosed,
    /// The anchor paid `proceeds` for `amount` of face before its due date; that much is settled.
    EarlyPaid,
    CreditConsentGranted,
    CreditConsentRevoked,
    /// A reader was answered about `counterparty` under its consent.
    CreditRead,
    /// A member published another key for documents.
    EncryptionKeySet,
    DocumentRegistered,
    /// `counterparty` is a party from now on.
    DocumentShared,
    DocumentShredded,
    /// A validator of `member`'s contradicted itself, as `counterparty` showed.
    MisbehaviourReported,
}

/// One event. A field is set where the kind has a use for it; see [`EventKind`].
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Event {
    pub kind: EventKind,
    /// Who acted or is first concerned.
    pub member: Option<MemberId>,
    /// The other side.
    pub counterparty: Option<MemberId>,
    pub receivable: Option<ReceivableId>,
    /// The tranche that was acted on.
    pub tranche: Option<TrancheId>,
    /// Tranches that came into being, or that were merged away.
    pub tranches: Vec<TrancheId>,
    pub facility: Option<FacilityId>,
    pub payout: Option<PayoutId>,
    pub guarantee: Option<GuaranteeId>,
    pub pool: Option<PoolId>,
    pub dispute: Option<DisputeId>,
    pub credit_note: Option<CreditNoteId>,
    pub netting: Option<NettingId>,
    pub credit_read: Option<CreditReadId>,
    pub document: Option<DocumentId>,
    /// Face, or money moved.
    pub amount: Option<Amount>,
    /// Money paid for `amount` of face.
    pub proceeds: Option<Amount>,
    pub date: Option<BusinessDate>,
    pub note: Text,
}

impl Event {
    pub fn new(kind: EventKind) -> Self {
        Self {
            kind,
            member: None,
            counterparty: None,
            receivable: None,
            tranche: None,
            tranches: Vec::new(),
            facility: None,
            payout: None,
            guarantee: None,
            pool: None,
            dispute: None,
            credit_note: None,
            netting: None,
            credit_read: None,
            document: None,
            amount: None,
            proceeds: None,
            date: None,
            note: Text::default(),
        }
    }

    pub fn by(self, member: MemberId) -> Self {
        Self { member: Some(member), ..self }
    }

    pub fn with(self, counterparty: MemberId) -> Self {
        Self { counterparty: Some(counterparty), ..self }
    }

    pub fn receivable(self, receivable: ReceivableId) -> Self {
        Self { receivable: Some(receivable), ..self }
    }

    pub fn tranche(self, tranche: TrancheId) -> Self {
        Self { tranche: Some(tranche), ..self }
    }

    pub fn tranches(self, tranches: Vec<TrancheId>) -> Self {
        Self { tranches, ..self }
    }

    pub fn facility(self, facility: FacilityId) -> Self {
        Self { facility: Some(facility), ..self }
    }

    pub fn payout(self, payout: PayoutId) -> Self {
        Self { payout: Some(payout), ..self }
    }

    pub fn guarantee(self, guarantee: GuaranteeId) -> Self {
        Self { guarantee: Some(guarantee), ..self }
    }

    pub fn pool(self, pool: PoolId) -> Self {
        Self { pool: Some(pool), ..self }
    }

    pub fn dispute(self, dispute: DisputeId) -> Self {
        Self { dispute: Some(dispute), ..self }
    }

    pub fn credit_note(self, credit_note: CreditNoteId) -> Self {
        Self { credit_note: Some(credit_note), ..self }
    }

    pub fn netting(self, netting: NettingId) -> Self {
        Self { netting: Some(netting), ..self }
    }

    pub fn credit_read(self, credit_read: CreditReadId) -> Self {
        Self { credit_read: Some(credit_read), ..self }
    }

    pub fn document(self, document: DocumentId) -> Self {
        Self { document: Some(document), ..self }
    }

    pub fn amount(self, amount: Amount) -> Self {
        Self { amount: Some(amount), ..self }
    }

    pub fn proceeds(self, proceeds: Amount) -> Self {
        Self { proceeds: Some(proceeds), ..self }
    }

    pub fn on(self, date: BusinessDate) -> Self {
        Self { date: Some(date), ..self }
    }

    pub fn note(self, note: Text) -> Self {
        Self { note, ..self }
    }
}
