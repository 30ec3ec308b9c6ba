//! What people write on a command line, parsed exactly: amounts, dates, rates, parts, references.

mod amount;
mod approval;
mod choice;
mod curve;
mod date;
mod error;
mod hexes;
mod identifier;
mod invoice;
mod measure;
mod part;
mod policy_file;
mod rate;
mod reference;
mod time;

pub use amount::AmountText;
pub use approval::ApprovalRuleText;
pub use choice::{
    CapacityChoice, CaseStatusChoice, ChannelChoice, CreditNoteStatusChoice, DayCountChoice,
    DisputeStatusChoice, DocumentKindChoice, FacilityStatusChoice, KycLevelChoice, LienKindChoice,
    MemberStatusChoice, MethodChoice, NettingStatusChoice, PayoutStatusChoice, ProgrammeStatusChoice,
    ProposalStatusChoice, ReceivableStatusChoice, RecourseChoice, RejectCodeChoice, RoleChoice, WaitChoice,
};
pub use curve::CurveText;
pub use date::DateText;
pub use error::ValueError;
pub use hexes::{RequestIdText, TransactionIdText, public_key};
pub use identifier::{IdentifierText, KeyText};
pub use invoice::InvoiceText;
pub use measure::{MeasureText, QuestionText};
pub use part::{Face, PartText, faces};
pub use policy_file::{next_policy, policy_file};
pub use rate::RateText;
pub use reference::{ReferenceText, hash_file};
pub use time::Seconds;
