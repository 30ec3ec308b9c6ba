//! Wire ↔ domain, one file per area: what comes in is checked field by field, what goes out cannot fail.
//!
//! `TryFrom<&wire>` reads and names the field that is wrong; `From<&domain>` writes. One domain value has one
//! encoding, and one accepted encoding has one domain value.
mod amounts;
mod authority;
mod collection;
mod credit;
mod dispute;
mod document;
mod enums;
mod facility;
mod field;
mod financing;
mod governance;
mod guarantee;
mod ledger;
mod lien;
mod member;
mod misbehaviour;
mod money;
mod netting;
mod policy;
mod pool;
mod programme;
mod receipt;
mod receivable;
mod receivable_actions;
mod screening;
mod settlement;
mod tranche;
mod transaction;

pub use credit::{credit_file, measures};
pub(crate) use field::{At, fixed};
pub use field::{FieldError, FieldErrorKind};
pub use financing::execution;
pub use governance::proposal;
pub use ledger::row_key;
pub use programme::financing_cost;
pub use receipt::{Cursor, CursorError, EventContext, cursor, event_record};
pub use screening::screening_entry;
pub use transaction::{TransactionDraft, action_name};
