//! Approval: how many keys must sign for a member, by class of action and amount (rulebook §2).
use super::{KeyCapacity, Member, MemberKey, action_class};
use crate::event::{Event, EventKind};
use crate::execute::Call;
use crate::failure::Failure;
use crate::limits::{APPROVAL_RULES_MAX, SIGNATURES_MAX};
use crate::money::field;
use crate::rejection::Rejection;
use crate::state::{Key, State};
use crate::transaction::Action;
use crate::types::Amount;
use borsh::{BorshDeserialize, BorshSerialize};

/// What an action is about, as far as approval goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, BorshSerialize, BorshDeserialize)]
pub enum ActionClass {
    /// Members, keys, approvals, votes, screening: who may do what.
    Authority,
    /// Deposits and payouts.
    Money,
    /// Receivables until they are live, and their cancellation.
    Receivable,
    /// Splits, merges and transfers of title.
    Tranche,
    /// Facilities and sales to them.
    Financing,
    /// Payments of receivables.
    Settlement,
}

/// For actions of `class` of at least `at_least`, in its currency; without it, for all of the class.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ApprovalRule {
    pub class: ActionClass,
    pub at_least: Option<Amount>,
    /// Distinct keys that must sign, 1 to 8.
    pub keys: u32,
    /// One of them enters and another one checks: maker ≠ checker.
    pub maker_checker: bool,
}

/// A member's rules; of all that apply, the strictest counts. Where none does, one key is enough.
#[derive(Clone, PartialEq, Eq, Debug, Default, BorshSerialize, BorshDeserialize)]
pub struct ApprovalPolicy {
    pub rules: Vec<ApprovalRule>,
}

/// By any member, for itself; counts from the next transaction on. No rules: one key is enough for everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetApprovalPolicy {
    pub rules: Vec<ApprovalRule>,
}

/// What must sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Need {
    keys: u32,
    maker_checker: bool,
}

impl ApprovalPolicy {
    fn need(&self, class: ActionClass, amount: Option<Amount>) -> Need {
        let reaches = |limit: Amount| {
            amount.is_some_and(|it| it.currency() == limit.currency() && it.minor() >= limit.minor())
        };
        // whoever could change the rules alone would be bound by none of them
        let applies = |rule: &&ApprovalRule| {
            class == ActionClass::Authority || (rule.class == class && rule.at_least.is_none_or(reaches))
        };
        Need::strictest(self.rules.iter().filter(applies))
    }
}

impl Need {
    fn strictest<'r>(rules: impl Iterator<Item = &'r ApprovalRule>) -> Self {
        let none = Self { keys: 1, maker_checker: false };
        rules.fold(none, |need, rule| {
            let maker_checker = need.maker_checker || rule.maker_checker;
            let least = if maker_checker { 2 } else { 1 };
            Self { keys: need.keys.max(rule.keys).max(least), maker_checker }
        })
    }

    /// Whether these distinct keys are enough: their number, and one that enters beside another that checks.
    fn check(self, member: &Member, keys: &[&MemberKey]) -> Result<(), Rejection> {
        let have = u32::try_from(keys.len()).unwrap_or(u32::MAX);
        if have < self.keys {
            return Err(Rejection::ApprovalInsufficient { have, need: self.keys });
        }
        let any = |capacity: KeyCapacity| {
            keys.iter().any(|key| key.capacity == capacity || key.capacity == KeyCapacity::Both)
        };
        // with two keys or more, one for each side is enough: no key but `Both` is on both
        if self.maker_checker && !(any(KeyCapacity::Maker) && any(KeyCapacity::Checker)) {
            return Err(Rejection::MakerOrCheckerMissing { member: member.id });
        }
        Ok(())
    }
}

impl SetApprovalPolicy {
    pub(crate) fn apply(&self, state: &mut State, call: &Call) -> Result<Vec<Event>, Failure> {
        check_rules(&self.rules)?;
        let policy = ApprovalPolicy { rules: self.rules.clone() };
        let now: Vec<&MemberKey> = call
            .sender
            .keys
            .iter()
            .filter(|key| key.revoked_from.is_none() && key.is_valid_at(call.height))
            .collect();
        require_satisfiable(&policy, &call.sender, &now)?;
        let key = Key::ApprovalPolicy(call.sender.id);
        if self.rules.is_empty() {
            state.remove(key)?;
        } else {
            state.put(key, policy)?;
        }
        let note = format!("{} rules", self.rules.len());
        Ok(vec![Event::new(EventKind::ApprovalPolicySet).by(call.sender.id).note(field(&note))])
    }
}

/// Refuses a transaction that `keys`, distinct and valid, may not make alone (I8).
pub(crate) fn check(
    state: &mut State,
    sender: &Member,
    keys: &[&MemberKey],
    action: &Action,
) -> Result<(), Failure> {
    let policy: Option<ApprovalPolicy> = state.get(Key::ApprovalPolicy(sender.id))?;
    let need = match policy {
        None => Need { keys: 1, maker_checker: false },
        Some(policy) => policy.need(action_class::of(action), action_class::amount(state, action)?),
    };
    Ok(need.check(sender, keys)?)
}

/// After a key went, the others must still be able to act.
pub(super) fn check_without_key(state: &mut State, member: &Member) -> Result<(), Failure> {
    let Some(policy) = state.get::<ApprovalPolicy>(Key::ApprovalPolicy(member.id))? else { return Ok(()) };
    let left: Vec<&MemberKey> = member.keys.iter().filter(|key| key.revoked_from.is_none()).collect();
    require_satisfiable(&policy, member, &left)
}

fn require_satisfiable(policy: &ApprovalPolicy, member: &Member, keys: &[&MemberKey]) -> Result<(), Failure> {
    let need = Need::strictest(policy.rules.iter());
    let have = u32::try_from(keys.len()).unwrap_or(u32::MAX);
    let unsatisfiable = Rejection::ApprovalUnsatisfiable { member: member.id, have, need: need.keys };
    Ok(need.check(member, keys).map_err(|_| unsatisfiable)?)
}

fn check_rules(rules: &[ApprovalRule]) -> Result<(), Rejection> {
    let most = u32::try_from(SIGNATURES_MAX).unwrap_or(u32::MAX);
    let invalid = |rule| Err(Rejection::ApprovalRulesInvalid { rule: field(rule) });
    if rules.len() > APPROVAL_RULES_MAX {
        return invalid("there are more rules than a member may have");
    }
    for (position, rule) in rules.iter().enumerate() {
        if rule.keys == 0 || rule.keys > most {
            return invalid("a rule asks for 1 to 8 keys");
        }
        let mut earlier = rules.iter().take(position);
        if earlier.any(|other| other.class == rule.class && other.at_least == rule.at_least) {
            return invalid("two rules are for the same class and amount");
        }
    }
    Ok(())
}
