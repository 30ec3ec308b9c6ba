//! Difference: what a proposal changes, field by field, for people to read before they vote.
use super::people::listed;
use super::{Change, validator_set};
use crate::failure::Failure;
use crate::genesis::{Validator, ValidatorSet};
use crate::member::{self, PartyIdentifier};
use crate::policy;
use crate::receivable::exposure;
use crate::screening::ScreeningEntry;
use crate::state::{Key, State};
use crate::types::{Amount, MemberId};
use borsh::{BorshDeserialize, BorshSerialize};

/// One field that differs afterwards.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Difference {
    /// Such as `tenor_hard_days` or `member acme status`.
    pub field: String,
    /// Empty where there is nothing yet.
    pub before: String,
    /// Empty where there will be nothing.
    pub after: String,
}

/// What `change` would change now; nothing where everything is so already.
pub(super) fn of(state: &mut State, change: &Change) -> Result<Vec<Difference>, Failure> {
    let differences = match change {
        Change::AdmitMember(admission) => {
            let ids: Vec<String> = admission.identifiers.iter().map(PartyIdentifier::to_string).collect();
            let keys: Vec<String> =
                admission.keys.iter().map(|(key, capacity)| format!("{key} {capacity:?}")).collect();
            let new = |what: &str, after: String| {
                line(format!("member {} {what}", admission.member), None, Some(after))
            };
            vec![
                new("legal name", admission.legal_name.to_string()),
                new("identifiers", ids.join(", ")),
                new("roles", listed(&admission.roles)),
                new("keys", keys.join(", ")),
            ]
        }
        Change::SetMemberStatus { member, status } => {
            let before = member::find(state, *member)?.status;
            vec![line(
                format!("member {member} status"),
                Some(format!("{before:?}")),
                Some(format!("{status:?}")),
            )]
        }
        Change::SetRoles { member, roles } => {
            let before = listed(&member::find(state, *member)?.roles);
            vec![line(format!("member {member} roles"), Some(before), Some(listed(roles)))]
        }
        Change::SetValidator(validator) => {
            let set = validator_set(state)?;
            let known = set.validators.iter().find(|known| known.consensus_key == validator.consensus_key);
            let mut after = set.clone();
            after.validators.retain(|one| one.consensus_key != validator.consensus_key);
            after.validators.push(validator.clone());
            machines(&set, &after, format!("validator {}", validator.consensus_key), known, Some(validator))
        }
        Change::RemoveValidator { consensus_key } => {
            let set = validator_set(state)?;
            let known = set.validators.iter().find(|known| known.consensus_key == *consensus_key);
            let mut after = set.clone();
            after.validators.retain(|one| one.consensus_key != *consensus_key);
            machines(&set, &after, format!("validator {consensus_key}"), known, None)
        }
        Change::SetObserver(observer) => {
            let known = observer_of(&validator_set(state)?, observer.peer_key);
            let after = Some(observer.member.to_string());
            vec![line(format!("observer {}", observer.peer_key), known, after)]
        }
        Change::RemoveObserver { peer_key } => {
            vec![line(format!("observer {peer_key}"), observer_of(&validator_set(state)?, *peer_key), None)]
        }
        Change::EnterPolicy(next) => {
            let before = policy::fields(&policy::latest(state)?);
            let pairs = before.into_iter().zip(policy::fields(next));
            pairs
                .map(|((name, before), (_, after))| line(name.to_owned(), Some(before), Some(after)))
                .collect()
        }
        Change::SetAnchorLimit { anchor, limit } => {
            let before = exposure::limit(state, *anchor, limit.currency())?;
            vec![line(of_anchor(*anchor, *limit), before.map(|it| it.to_string()), Some(limit.to_string()))]
        }
        Change::RemoveAnchorLimit { anchor, currency } => {
            let before = exposure::limit(state, *anchor, *currency)?;
            let name = of_anchor(*anchor, Amount::zero(*currency));
            vec![line(name, before.map(|it| it.to_string()), None)]
        }
        Change::ScreenParty { identifier, reason } => {
            vec![line(
                format!("screened {identifier}"),
                screened(state, identifier)?,
                Some(reason.to_string()),
            )]
        }
        Change::ClearParty { identifier, .. } => {
            vec![line(format!("screened {identifier}"), screened(state, identifier)?, None)]
        }
    };
    Ok(differences.into_iter().filter(|line| line.before != line.after).collect())
}

fn line(field: String, before: Option<String>, after: Option<String>) -> Difference {
    Difference { field, before: before.unwrap_or_default(), after: after.unwrap_or_default() }
}

fn screened(state: &mut State, identifier: &PartyIdentifier) -> Result<Option<String>, Failure> {
    let entry: Option<ScreeningEntry> = state.get(Key::Screening(identifier.hash()))?;
    Ok(entry.map(|entry| entry.reason.to_string()))
}

fn of_anchor(anchor: MemberId, limit: Amount) -> String {
    format!("anchor {anchor} limit in {}", limit.currency())
}

fn observer_of(set: &ValidatorSet, peer_key: crate::types::PublicKey) -> Option<String> {
    set.observers.iter().find(|known| known.peer_key == peer_key).map(|known| known.member.to_string())
}

/// The machine's own line, and how much power that leaves in all: one power more weakens all others.
fn machines(
    before: &ValidatorSet,
    after: &ValidatorSet,
    name: String,
    known: Option<&Validator>,
    then: Option<&Validator>,
) -> Vec<Difference> {
    let told = |it: &Validator| format!("{} with power {}, peer key {}", it.member, it.power, it.peer_key);
    let total = |set: &ValidatorSet| {
        let power = set.validators.iter().fold(0_u128, |sum, one| sum.saturating_add(one.power.into()));
        Some(format!("{power} of {} validators", set.validators.len()))
    };
    vec![
        line(name, known.map(told), then.map(told)),
        line("power in all".to_owned(), total(before), total(after)),
    ]
}
