//! Records: what must hold of one record and of those it names.
use super::super::claims::holds_claims;
use super::super::conservation::{cancelled, check_amounts, minor, owed};
use super::super::ensure;
use super::super::facilities::check_limit;
use super::super::life_cycle::check_confirmation;
use super::super::netting::check_netting;
use super::super::numbers::numbered;
use super::super::papers::is_timely;
use super::super::pools::{check_cap, check_claim, check_pool};
use super::{collection, dilution, documents, has_row, liens};
use crate::failure::Fault;
use crate::lien::Lien;
use crate::limits::OPEN_TRANCHES_MAX;
use crate::member::{Member, MemberKey, PartyIdentifier};
use crate::misbehaviour::Misbehaviour;
use crate::receivable::{Receivable, ReceivableStatus, fingerprint};
use crate::state::pages::record;
use crate::state::{IndexKey, Key, Record, StateRead, trailing_id};
use crate::tranche::Tranche;
use crate::types::{Hash, MemberId, PublicKey, ReceivableId, TrancheId};

/// Checks one record against the records and rows it implies.
pub(super) fn check(state: &dyn StateRead, key: &Key, record: &Record) -> Result<(), Fault> {
    for row in record.rows() {
        ensure(has_row(state, &row)?, "index", || format!("{key:?} lacks its row {row:?}"))?;
    }
    check_number(state, key)?;
    match (key, record) {
        (_, Record::Receivable(receivable)) => check_receivable(state, key, receivable),
        (_, Record::Tranche(tranche)) => check_tranche(state, key, tranche),
        (_, Record::Facility(facility)) => {
            check_key(key, Key::Facility(facility.id))?;
            check_member(state, facility.funder, key)?;
            check_limit(facility)
        }
        (_, Record::Deposit(deposit)) => {
            check_key(key, Key::Deposit(deposit.account))?;
            check_member(state, deposit.account.owner, key)?;
            check_member(state, deposit.account.bank, key)
        }
        (_, Record::Payout(payout)) => {
            check_key(key, Key::Payout(payout.id))?;
            ensure(!payout.amount.is_zero(), "I2", || payout.id.to_string())
        }
        (_, Record::Lien(lien)) => liens::check(state, key, lien),
        (_, Record::Programme(programme)) => {
            check_key(key, Key::Programme(programme.id))?;
            check_member(state, programme.anchor, key)?;
            let within = minor(programme.spent) <= minor(programme.terms.budget);
            ensure(within, "I9", || format!("{} spent more than its budget", programme.id))
        }
        (Key::FairCost { member, .. }, Record::FinancingCost(cost)) => {
            check_member(state, *member, key)?;
            let given_up = cost.discount.saturating_add(cost.fee);
            let whole = cost.proceeds.saturating_add(given_up) == cost.face;
            ensure(whole, "I10", || format!("{key:?} does not sum to what was sold"))
        }
        (_, Record::Member(member)) => check_own(state, key, member),
        (_, Record::MemberRef(owner)) => check_owner(state, key, *owner),
        (_, Record::ReceivableRef(id)) => check_used(state, key, *id),
        (_, Record::Dispute(dispute)) => dilution::check_dispute(state, key, dispute),
        (_, Record::CreditNote(note)) => dilution::check_note(state, key, note),
        (_, Record::Case(case)) => collection::check_case(state, key, case),
        (_, Record::CaseEntry(entry)) => collection::check_entry(state, key, entry),
        (_, Record::Netting(netting)) => {
            check_key(key, Key::Netting(netting.id))?;
            netting.parties.iter().try_for_each(|party| check_member(state, *party, key))?;
            check_netting(netting)
        }
        (_, Record::CreditNoteRef(id)) => dilution::check_claim(state, key, *id),
        (Key::StandingAcceptance { by, counterparty }, Record::Mark(())) => {
            check_member(state, *by, key)?;
            check_member(state, *counterparty, key)
        }
        (Key::BankReference { bank, .. } | Key::BankTotals { bank, .. }, _) => {
            check_member(state, *bank, key)
        }
        (Key::FacilityUse { seller, .. }, Record::Amount(used)) => {
            check_member(state, *seller, key)?;
            ensure(!used.is_zero(), "I9", || format!("{key:?} is kept for nothing"))
        }
        (_, Record::Guarantee(guarantee)) => {
            check_key(key, Key::Guarantee(guarantee.id))?;
            check_member(state, guarantee.guarantor, key)?;
            check_cap(guarantee)
        }
        (Key::GuaranteeClaim { guarantee, .. }, Record::GuaranteeClaim(claim)) => {
            exists(state, Key::Guarantee(*guarantee), key)?;
            check_claim(key, claim)
        }
        (_, Record::Pool(pool)) => {
            check_key(key, Key::Pool(pool.id))?;
            check_member(state, pool.manager, key)?;
            check_pool(pool)
        }
        (_, Record::PoolClaim(claim)) => {
            check_key(key, Key::PoolClaim(claim.id))?;
            exists(state, Key::Pool(claim.pool), key)
        }
        (Key::FinancingCost { receivable, seller }, Record::Amount(_)) => {
            exists(state, Key::Receivable(*receivable), key)?;
            check_member(state, *seller, key)
        }
        (Key::Subsidy { pool, seller, .. }, Record::Subsidy(_)) => {
            exists(state, Key::Pool(*pool), key)?;
            check_member(state, *seller, key)
        }
        (Key::AnchorExposure { anchor, .. }, Record::Amount(owed)) => {
            check_member(state, *anchor, key)?;
            ensure(!owed.is_zero(), "I1", || format!("{key:?} is kept for nothing"))
        }
        (Key::AnchorLimit { anchor, .. }, Record::Amount(_)) => check_member(state, *anchor, key),
        (_, Record::Proposal(proposal)) => {
            check_key(key, Key::Proposal(proposal.id))?;
            check_member(state, proposal.by, key)
        }
        (Key::KycFile(member) | Key::ApprovalPolicy(member), _) => check_member(state, *member, key),
        (_, Record::ScreeningEntry(entry)) => {
            check_key(key, Key::Screening(entry.identifier.hash()))?;
            check_member(state, entry.by, key)
        }
        (_, Record::Freeze(freeze)) => {
            check_key(key, Key::Freeze(freeze.tranche))?;
            check_member(state, freeze.holder, key)?;
            let own = freeze.held.iter().all(|held| held.account.owner == freeze.holder && held.minor > 0);
            ensure(own, "I5", || format!("{key:?} holds what is not its holder's"))
        }
        (_, Record::Withheld(withheld)) => {
            check_key(key, Key::Withheld(withheld.account))?;
            ensure(withheld.minor > 0, "I5", || format!("{key:?} is kept for nothing"))
        }
        (Key::CreditFile { member, .. }, Record::CreditFile(_)) => check_member(state, *member, key),
        (_, Record::CreditConsent(consent)) => {
            check_key(key, Key::CreditConsent { member: consent.member, reader: consent.reader })?;
            check_member(state, consent.member, key)?;
            check_member(state, consent.reader, key)
        }
        (_, Record::CreditRead(read)) => {
            check_key(key, Key::CreditRead(read.id))?;
            exists(state, Key::CreditConsent { member: read.member, reader: read.reader }, key)
        }
        (_, Record::Document(document)) => documents::check(state, key, document),
        (Key::EncryptionKey(member), Record::EncryptionKey(_)) => check_member(state, *member, key),
        (Key::Successor(replaced), Record::Successor(_)) => documents::check_successor(state, *replaced),
        (_, Record::EncryptionKey(_) | Record::Successor(_)) => check_key(key, Key::Validators),
        (_, Record::Misbehaviour(one)) => {
            let Misbehaviour { validator, height, round, .. } = *one;
            check_key(key, Key::Misbehaviour { validator, height, round })?;
            ensure(is_timely(one), "I8", || format!("{key:?} is of a block to come"))?;
            check_member(state, one.operator, key)?;
            check_member(state, one.reported_by, key)
        }
        (Key::Items(member), Record::Items(_)) => check_member(state, *member, key),
        (_, Record::Items(_)) => check_key(key, Key::PublicItems),
        (_, Record::KycFile(_) | Record::ApprovalPolicy(_) | Record::CreditFile(_)) => {
            check_key(key, Key::Validators)
        }
        (_, Record::Validators(set)) => {
            check_key(key, Key::Validators)?;
            ensure(set.check().is_ok(), "I8", || "the validators cannot agree on anything".to_owned())
        }
        (_, Record::Number(_) | Record::Policy(_) | Record::Mark(())) => Ok(()),
        (
            _,
            Record::BankTotals(_)
            | Record::Amount(_)
            | Record::GuaranteeClaim(_)
            | Record::Subsidy(_)
            | Record::FinancingCost(_),
        ) => check_key(key, Key::Validators),
    }
}

/// I1 over the tranches that the index finds, I2, and the claims (I4).
fn check_receivable(state: &dyn StateRead, key: &Key, receivable: &Receivable) -> Result<(), Fault> {
    check_key(key, Key::Receivable(receivable.id))?;
    check_member(state, receivable.supplier, key)?;
    check_member(state, receivable.anchor, key)?;
    check_amounts(receivable)?;
    check_confirmation(receivable)?;
    dilution::check_open(state, receivable)?;
    let tranches = tranches_of(state, receivable.id)?;
    let faces = tranches.iter().fold(0_i128, |sum, tranche| sum.saturating_add(minor(tranche.face)));
    let gone = minor(receivable.settled).saturating_add(minor(receivable.diluted));
    let accounted = faces.saturating_add(gone).saturating_add(cancelled(receivable));
    let owed = owed(receivable);
    ensure(accounted == owed, "I1", || format!("{}: {accounted} of {owed}", receivable.id))?;
    let open = u32::try_from(tranches.len()).unwrap_or(u32::MAX);
    ensure(open == receivable.open_tranches, "I1", || format!("{} has {open} tranches", receivable.id))?;
    if !holds_claims(receivable) {
        return Ok(());
    }
    for key in fingerprint::claims(receivable) {
        let holder: Option<ReceivableId> = record(state, key)?;
        ensure(holder == Some(receivable.id), "I4", || format!("{key:?} of {}", receivable.id))?;
    }
    for row in fingerprint::near_rows(receivable) {
        ensure(has_row(state, &row)?, "index", || format!("{} lacks {row:?}", receivable.id))?;
    }
    Ok(())
}

fn tranches_of(state: &dyn StateRead, receivable: ReceivableId) -> Result<Vec<Tranche>, Fault> {
    let scope = IndexKey::TrancheOf { receivable, tranche: TrancheId::new(0) }.scope();
    // one more than there may be, so that too many are noticed
    let limit = usize::try_from(OPEN_TRANCHES_MAX).unwrap_or(usize::MAX).saturating_add(1);
    let rows = state.index_from(&scope, &scope, limit)?;
    let find = |row: &Vec<u8>| {
        let id = TrancheId::new(trailing_id(row));
        record(state, Key::Tranche(id))?.ok_or_else(|| Fault::DanglingIndex { key: id.to_string() })
    };
    rows.iter().map(find).collect()
}

fn check_tranche(state: &dyn StateRead, key: &Key, tranche: &Tranche) -> Result<(), Fault> {
    check_key(key, Key::Tranche(tranche.id))?;
    check_member(state, tranche.holder, key)?;
    let receivable: Option<Receivable> = record(state, Key::Receivable(tranche.receivable))?;
    let sound = receivable.is_some_and(|receivable| {
        let open = match receivable.status {
            ReceivableStatus::Live
            | ReceivableStatus::Overdue { .. }
            | ReceivableStatus::Defaulted { .. }
            | ReceivableStatus::WrittenOff { .. } => true,
            ReceivableStatus::Submitted { .. }
            | ReceivableStatus::Confirmed
            | ReceivableStatus::Settled { .. }
            | ReceivableStatus::Cancelled { .. }
            | ReceivableStatus::Closed { .. } => false,
        };
        let within = tranche.face.exceeds(receivable.confirmed()).is_ok_and(|exceeds| !exceeds);
        open && within && !tranche.face.is_zero()
    });
    ensure(sound, "I2", || format!("{} of {}", tranche.id, tranche.receivable))?;
    let lien: Option<Lien> = record(state, Key::Lien(tranche.id))?;
    ensure(lien.is_some() == tranche.is_under_lien, "I6", || format!("{} and its lien", tranche.id))
}

/// I3: no number over its counter.
fn check_number(state: &dyn StateRead, key: &Key) -> Result<(), Fault> {
    let Some((kind, number)) = numbered(key) else { return Ok(()) };
    let last: u64 = record(state, Key::Counter(kind))?.unwrap_or(0);
    ensure((1..=last).contains(&number), "I3", || format!("{key:?} where {last} is the last number"))
}

/// A member's keys and identifiers are registered to it.
fn check_own(state: &dyn StateRead, key: &Key, member: &Member) -> Result<(), Fault> {
    check_key(key, Key::Member(member.id))?;
    let keys = member.keys.iter().map(|own: &MemberKey| Key::KeyOwner(own.key));
    let identifiers = member.identifiers.iter().map(|own: &PartyIdentifier| Key::Identifier(own.hash()));
    for own in keys.chain(identifiers) {
        let owner: Option<MemberId> = record(state, own)?;
        ensure(owner == Some(member.id), "I8", || format!("{own:?} of {}", member.id))?;
    }
    Ok(())
}

/// A registered key or identifier is its owner's.
fn check_owner(state: &dyn StateRead, key: &Key, owner: MemberId) -> Result<(), Fault> {
    let member: Option<Member> = record(state, Key::Member(owner))?;
    let has_key = |key: &PublicKey| member.as_ref().is_some_and(|member| member.key(key).is_some());
    let has_identifier = |hash: &Hash| {
        member.as_ref().is_some_and(|member| member.identifiers.iter().any(|own| own.hash() == *hash))
    };
    #[allow(clippy::wildcard_enum_match_arm, reason = "only these two keys hold a member")]
    let owned = match key {
        Key::KeyOwner(own) => has_key(own),
        Key::Identifier(hash) => has_identifier(hash),
        _ => false,
    };
    ensure(owned, "I8", || format!("{key:?} of {owner}"))
}

/// I4, from the claim's side.
fn check_used(state: &dyn StateRead, key: &Key, id: ReceivableId) -> Result<(), Fault> {
    let receivable: Option<Receivable> = record(state, Key::Receivable(id))?;
    let held = receivable.is_some_and(|it| holds_claims(&it) && fingerprint::claims(&it).contains(key));
    ensure(held, "I4", || format!("{key:?} is claimed for {id}"))
}

/// A record that another one names.
pub(super) fn exists(state: &dyn StateRead, named: Key, by: &Key) -> Result<(), Fault> {
    let exists = state.record(&named.encode())?.is_some();
    ensure(exists, "I8", || format!("{by:?} names {named:?}, which is not there"))
}

pub(super) fn check_member(state: &dyn StateRead, id: MemberId, by: &Key) -> Result<(), Fault> {
    let exists = state.record(&Key::Member(id).encode())?.is_some();
    ensure(exists, "I8", || format!("{by:?} names {id}, who is no member"))
}

/// A record stands under its own key.
pub(super) fn check_key(found: &Key, own: Key) -> Result<(), Fault> {
    ensure(*found == own, "I3", || format!("the record of {own:?} stands under {found:?}"))
}
