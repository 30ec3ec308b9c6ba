//! Enumerations, variant by variant: a new one on either side breaks the build here.
use super::field::FieldErrorKind;
use crate::v1;
use tally_contracts as domain;

macro_rules! enumeration {
    ($wire:ty, $domain:ty { $($name:ident),+ $(,)? }) => {
        impl From<$domain> for $wire {
            fn from(value: $domain) -> Self {
                match value {
                    $(<$domain>::$name => Self::$name,)+
                }
            }
        }

        impl TryFrom<$wire> for $domain {
            type Error = FieldErrorKind;

            fn try_from(value: $wire) -> Result<Self, FieldErrorKind> {
                match value {
                    <$wire>::Unspecified => Err(FieldErrorKind::UnknownValue { value: 0 }),
                    $(<$wire>::$name => Ok(Self::$name),)+
                }
            }
        }
    };
}

enumeration!(
    v1::member::Role,
    domain::member::Role { Anchor, Supplier, Funder, Bank, Guarantor, Regulator, CollectionAgent }
);
enumeration!(v1::member::MemberStatus, domain::member::MemberStatus { Pending, Active, Suspended, Exited });
enumeration!(v1::member::KeyCapacity, domain::member::KeyCapacity { Maker, Checker, Both });
enumeration!(v1::member::KycLevel, domain::member::KycLevel { Simplified, Standard, Enhanced });
enumeration!(
    v1::member::ActionClass,
    domain::member::ActionClass { Authority, Money, Receivable, Tranche, Financing, Settlement }
);
enumeration!(
    v1::receivable::InvoiceFormat,
    domain::receivable::InvoiceFormat { Ubl21, ChinaEInvoice, Csv, Other }
);
enumeration!(
    v1::receivable::ClosedReason,
    domain::receivable::ClosedReason { Rejected, Withdrawn, Lapsed, Declined }
);
enumeration!(
    v1::receivable::RejectCode,
    domain::receivable::RejectCode {
        GoodsNotReceived,
        AmountWrong,
        DateWrong,
        NotOurInvoice,
        AlreadyPaid,
        Other,
    }
);
enumeration!(v1::receivable::ChargeKind, domain::settlement::ChargeKind { Costs, LateInterest });
enumeration!(
    v1::settlement::RiskClass,
    domain::settlement::RiskClass { Normal, SpecialMention, Substandard, Doubtful, Loss }
);
enumeration!(v1::pool::SubsidyKind, domain::pool::SubsidyKind { Interest, GuaranteeFee });
enumeration!(
    v1::credit::Measure,
    domain::credit_profile::Measure {
        AnchorVolume,
        SupplierVolume,
        DiscountedVolume,
        Exposure,
        OnTimeShare,
        MeanDelay,
        WorstDelay,
        OverdueCount,
        DefaultCount,
        DilutionShare,
        DiscountRate,
        Tenor,
    }
);
enumeration!(
    v1::document::DocumentKind,
    domain::document::DocumentKind { Invoice, Contract, DeliveryNote, Other }
);
enumeration!(v1::tranche::Recourse, domain::tranche::Recourse { None, Full });
enumeration!(
    v1::facility::DayCount,
    domain::types::DayCount { Act360, Act365Fixed, Thirty360, Thirty360European }
);
enumeration!(v1::facility::SettlementMethod, domain::facility::SettlementMethod { Deposit, Instruction });
enumeration!(v1::policy::DayRoll, domain::types::DayRoll { Following, None });
enumeration!(v1::policy::WaterfallStep, domain::policy::WaterfallStep { Costs, LateInterest, Face });
enumeration!(
    v1::common::EventKind,
    domain::event::EventKind {
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
        TransferAccepted,
        TransferDeclined,
        TransferLapsed,
        FacilityOpened,
        FacilityAmended,
        FacilityClosed,
        TrancheDiscounted,
        SettlementDebited,
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
        HeldMoneyReleased,
        PaidForAnchor,
        ClaimTakenOver,
        LateInterestDistributed,
        CostsDistributed,
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
        PoolClaimClosed,
        SubsidyPaid,
        DisputeOpened,
        DisputeExcluded,
        DisputeWithdrawn,
        DisputeAgreed,
        DisputeRuled,
        CreditNoteIssued,
        CreditNoteAccepted,
        CreditNoteRefused,
        CreditNoteWithdrawn,
        CreditNoteRuled,
        TrancheDiluted,
        CreditNoteApplied,
        NettingProposed,
        NettingConsented,
        NettingRefused,
        NettingLapsed,
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
        DiscountReserved,
        DiscountLapsed,
        PledgeOffered,
        TranchePledged,
        PledgeDeclined,
        PledgeLapsed,
        PledgeRepaid,
        PledgeReleased,
        RecourseClaimed,
        RecoursePaid,
        RecourseSettled,
        FinancingRegistered,
        ProgrammePosted,
        ProgrammeClosed,
        EarlyPaid,
        CreditConsentGranted,
        CreditConsentRevoked,
        CreditRead,
        EncryptionKeySet,
        DocumentRegistered,
        DocumentShared,
        DocumentShredded,
        MisbehaviourReported,
    }
);
enumeration!(
    v1::governance::StatementKind,
    domain::misbehaviour::StatementKind { Proposal, Prevote, Precommit }
);
enumeration!(
    v1::dispute::Tier,
    domain::dilution::Tier { SupplierUnfinanced, Unfinanced, FinancedWithRecourse, FinancedWithoutRecourse }
);
enumeration!(v1::collection::Stage, domain::collection::Stage { Reminder, Demand, Legal });
enumeration!(v1::collection::Channel, domain::collection::Channel { Phone, Message, Letter, Visit });
