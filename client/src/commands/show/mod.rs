//! What commands show: one row type per record, whose fields are the JSON and the columns at once.

mod case;
mod contagion;
mod credit;
mod describe;
mod dispute;
mod document;
mod event;
mod evidence;
mod facility;
mod guarantee;
mod ledger;
mod lien;
mod member;
mod money;
mod netting;
mod outcome;
mod policy;
mod programme;
mod proposal;
mod quote;
mod receivable;
mod report;
mod screening;
mod shown;
mod tranche;
mod words;

pub use case::{CaseRow, EntryRow};
pub use contagion::{ExposureRow, exposures};
pub use credit::{AnswerRow, CreditConsentRow, CreditFileRow, MeasureRow, answers};
pub use describe::describe;
pub use dispute::{ConsentRow, CreditNoteRow, CreditNoteSummary, DisputeRow, LossRow, OwnLoss, OwnLossRow};
pub use document::{CheckedRow, DocumentRow, DocumentStanding, GivenRow, RotatedRow, WrappedRow};
pub use event::{EventLine, EventRow};
pub use evidence::{EvidenceRow, MisbehaviourRow};
pub use facility::{FacilityRow, UtilisationRow};
pub use guarantee::{ForecastRow, GuaranteeRow, PoolRow, forecast_rows};
pub use ledger::{BlockRow, InvariantRow, NodeRow, TransactionRow, ValidatorRow};
pub use lien::LienRow;
pub use member::{MemberDetail, MemberRow, StandingRow};
pub use money::{DepositRow, PayoutRow};
pub use netting::{CycleRow, LegRow, NettingRow};
pub use outcome::OutcomeRow;
pub use policy::{PolicyRow, WouldRefuseRow};
pub use programme::{EarlyPriceRow, ExtendedTermRow, FinancingCostRow, ProgrammeRow};
pub use proposal::{ProposalRow, ProposalSummary};
pub use quote::{QuoteRow, quotes};
pub use receivable::{ClaimRow, ReceivableRow, ReceivableSummary, RiskRow, SettlementRow, TreeRow};
pub use report::ReportRow;
pub use screening::{FreezeRow, ScreeningRow};
pub use shown::{Listed, Money, Shown};
pub use tranche::TrancheRow;
pub use words::{amount, date, id, readable, time};

/// A row type: name, type and origin of each field, once.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident from $wire:ty as $from:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $value:expr,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl From<&$wire> for $name {
            fn from($from: &$wire) -> Self {
                Self { $($field: $value,)* }
            }
        }

        $crate::commands::show::columns!($name { $($field),* });
    };
}
pub(crate) use row;

/// The columns of a row type.
macro_rules! columns {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::output::Row for $name {
            const HEADER: &'static [&'static str] = &[$(stringify!($field)),*];

            fn cells(&self) -> Vec<$crate::output::Cell> {
                vec![$($crate::commands::show::Shown::cell(&self.$field)),*]
            }
        }
    };
}
pub(crate) use columns;
