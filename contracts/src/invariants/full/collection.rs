//! Collections: cases against their receivables, and files without gaps.
use super::super::collection::check_shape;
use super::super::ensure;
use super::records::{check_key, check_member};
use crate::collection::{Case, CaseEntry, CaseStatus};
use crate::failure::Fault;
use crate::receivable::Receivable;
use crate::state::pages::record;
use crate::state::{Key, StateRead};

/// A case is open as long as its receivable is past due, and its file has every entry.
pub(super) fn check_case(state: &dyn StateRead, key: &Key, case: &Case) -> Result<(), Fault> {
    check_key(key, Key::Case(case.receivable))?;
    check_member(state, case.debtor, key)?;
    check_shape(case)?;
    let receivable: Option<Receivable> = record(state, Key::Receivable(case.receivable))?;
    let is_open = case.status == CaseStatus::Open;
    let fits = receivable
        .is_some_and(|receivable| receivable.anchor == case.debtor && (receivable.is_past_due() || !is_open));
    ensure(fits, "I7", || format!("the case about {}", case.receivable))?;
    for number in 1..=case.entries {
        let key = Key::CaseEntry { receivable: case.receivable, number };
        let entry: Option<CaseEntry> = record(state, key)?;
        ensure(entry.is_some(), "I8", || format!("{key:?} is missing"))?;
    }
    Ok(())
}

/// An entry stands in its case's file.
pub(super) fn check_entry(state: &dyn StateRead, key: &Key, entry: &CaseEntry) -> Result<(), Fault> {
    let CaseEntry { receivable, number, .. } = *entry;
    check_key(key, Key::CaseEntry { receivable, number })?;
    let case: Option<Case> = record(state, Key::Case(receivable))?;
    let has_place = case.is_some_and(|case| (1..=case.entries).contains(&number));
    ensure(has_place, "I8", || format!("{key:?} is in no file"))
}
