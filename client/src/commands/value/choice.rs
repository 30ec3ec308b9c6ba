//! Words to choose from, and what each means on the ledger.

use clap::ValueEnum;
use tally_proto::v1;

use crate::sdk::Wait;

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident => $target:ty { $($(#[$word_doc:meta])* $word:ident = $meaning:expr),+ $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
            pub enum $name {
                $($(#[$word_doc])* $word,)+
            }

            impl From<$name> for $target {
                fn from(choice: $name) -> Self {
                    match choice {
                        $($name::$word => $meaning,)+
                    }
                }
            }
        )*
    };
}

choices! {
    /// What a command waits for.
    WaitChoice => Wait {
        /// A node checked it and will propose and share it
        Accepted = Wait::Accepted,
        /// It is in a decided block on a node's disk
        Committed = Wait::Committed,
    }
    /// Whether a transferor stays liable.
    RecourseChoice => tally_contracts::tranche::Recourse {
        /// Released
        None = Self::None,
        /// Liable for principal and interest
        Full = Self::Full,
    }
    /// How sellers are paid.
    MethodChoice => tally_contracts::facility::SettlementMethod {
        /// Title and deposit move in one transaction
        Deposit = Self::Deposit,
        /// Outside the ledger; title moves when the paying bank confirms it
        Instruction = Self::Instruction,
    }
    /// What holds a tranche.
    LienKindChoice => v1::financing::LienKind {
        /// Sold; the bank has to confirm the payment
        Reserved = Self::Reserved,
        /// Offered as collateral
        Offered = Self::PledgeOffered,
        /// Collateral of an advance
        Pledged = Self::Pledged,
        /// Claimed from a transferor after default
        Claimed = Self::Claimed,
    }
    /// What a document is.
    DocumentKindChoice => tally_contracts::document::DocumentKind {
        /// What the receivable is for
        Invoice = Self::Invoice,
        /// What was agreed
        Contract = Self::Contract,
        /// What was delivered
        DeliveryNote = Self::DeliveryNote,
        /// Anything else
        Other = Self::Other,
    }
    /// Whether a programme pays.
    ProgrammeStatusChoice => v1::financing::ProgrammeStatus {
        /// Pays
        Open = Self::Open,
        /// Pays no more
        Closed = Self::Closed,
    }
    /// How interest days are counted.
    DayCountChoice => tally_contracts::types::DayCount {
        /// Actual days over 360
        #[value(name = "act/360")]
        Act360 = Self::Act360,
        /// Actual days over 365
        #[value(name = "act/365f")]
        Act365Fixed = Self::Act365Fixed,
        /// 30/360, ISDA bond basis
        #[value(name = "30/360")]
        Thirty360 = Self::Thirty360,
        /// 30E/360, Eurobond basis
        #[value(name = "30e/360")]
        Thirty360European = Self::Thirty360European,
    }
    /// Why an anchor does not confirm.
    RejectCodeChoice => tally_contracts::receivable::RejectCode {
        /// Goods or services did not arrive
        GoodsNotReceived = Self::GoodsNotReceived,
        /// Another amount is owed
        AmountWrong = Self::AmountWrong,
        /// Another date was agreed
        DateWrong = Self::DateWrong,
        /// The invoice is somebody else's
        NotOurInvoice = Self::NotOurInvoice,
        /// Nothing is owed any more
        AlreadyPaid = Self::AlreadyPaid,
        /// The text says
        Other = Self::Other,
    }
    /// What a key may do.
    CapacityChoice => tally_contracts::member::KeyCapacity {
        /// Enters
        Maker = Self::Maker,
        /// Approves
        Checker = Self::Checker,
        /// Enters and approves
        Both = Self::Both,
    }
    /// What a member may be.
    RoleChoice => v1::member::Role {
        /// Buyer and obligor
        Anchor = Self::Anchor,
        /// Holder by trade
        Supplier = Self::Supplier,
        /// Buys or lends against tranches
        Funder = Self::Funder,
        /// May record deposits
        Bank = Self::Bank,
        /// Gives credit enhancement
        Guarantor = Self::Guarantor,
        /// Sees the full ledger
        Regulator = Self::Regulator,
        /// Collects under mandate
        CollectionAgent = Self::CollectionAgent,
    }
    /// Whether a member may act.
    MemberStatusChoice => v1::member::MemberStatus {
        /// Not admitted yet
        Pending = Self::Pending,
        /// May act
        Active = Self::Active,
        /// May not act for now
        Suspended = Self::Suspended,
        /// Gone for good
        Exited = Self::Exited,
    }
    /// Where a receivable stands.
    ReceivableStatusChoice => v1::receivable::ReceivableStatus {
        /// The anchor has to answer
        Submitted = Self::Submitted,
        /// The supplier has to accept
        Confirmed = Self::Confirmed,
        /// Its tranches move
        Live = Self::Live,
        /// Unpaid after its settlement day
        Overdue = Self::Overdue,
        /// Paid in full
        Settled = Self::Settled,
        /// Undone by both sides
        Cancelled = Self::Cancelled,
        /// Never came to life
        Closed = Self::Closed,
        /// Unpaid for more than the policy's days
        Defaulted = Self::Defaulted,
        /// Every holder wrote its tranche off
        WrittenOff = Self::WrittenOff,
    }
    /// How far a dispute is.
    DisputeStatusChoice => v1::dispute::DisputeStatus {
        /// The disputed part waits
        Open = Self::Open,
        /// The confirmed amount leaves it out
        Excluded = Self::Excluded,
        /// Owed after all
        Withdrawn = Self::Withdrawn,
        /// Both sides agreed on a credit note
        Agreed = Self::Agreed,
        /// An arbitrator or court decided
        Ruled = Self::Ruled,
    }
    /// How far a credit note is.
    CreditNoteStatusChoice => v1::dispute::CreditNoteStatus {
        /// Affected holders have to consent
        Open = Self::Open,
        /// The debt shrank by it
        Applied = Self::Applied,
        /// Taken back
        Withdrawn = Self::Withdrawn,
    }
    /// How far a netting is.
    NettingStatusChoice => v1::netting::NettingStatus {
        /// Parties have to consent
        Open = Self::Open,
        /// Every leg counts as paid
        Executed = Self::Executed,
        /// By a party
        Refused = Self::Refused,
        /// Not everyone consented in time
        Lapsed = Self::Lapsed,
    }
    /// Whether something is left to collect.
    CaseStatusChoice => v1::collection::CaseStatus {
        /// Something is owed
        Open = Self::Open,
        /// Nothing is owed any more
        Closed = Self::Closed,
    }
    /// How a debtor was contacted.
    ChannelChoice => tally_contracts::collection::Channel {
        /// By phone
        Phone = Self::Phone,
        /// By a written message
        Message = Self::Message,
        /// By a letter
        Letter = Self::Letter,
        /// In person
        Visit = Self::Visit,
    }
    /// Whether a facility buys.
    FacilityStatusChoice => v1::facility::FacilityStatus {
        /// Buys
        Open = Self::Open,
        /// Buys no more
        Closed = Self::Closed,
    }
    /// How closely a bank looked.
    KycLevelChoice => tally_contracts::member::KycLevel {
        /// Simplified due diligence
        Simplified = Self::Simplified,
        /// Customer due diligence
        Standard = Self::Standard,
        /// Enhanced due diligence
        Enhanced = Self::Enhanced,
    }
    /// Where a proposal stands.
    ProposalStatusChoice => v1::governance::ProposalStatus {
        /// Takes votes
        Open = Self::Open,
        /// Carried out
        Passed = Self::Passed,
        /// Could not pass any more
        Refused = Self::Refused,
        /// Its time was over first
        Lapsed = Self::Lapsed,
    }
    /// Where a payout stands.
    PayoutStatusChoice => v1::money::PayoutStatus {
        /// Waits for the bank
        Requested = Self::Requested,
        /// The bank paid
        Paid = Self::Paid,
        /// The bank could not pay
        Rejected = Self::Rejected,
    }
}
