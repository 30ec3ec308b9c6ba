//! The genesis document: what everyone agreed on before the first block.

use tally_contracts::member::{KeyCapacity, Role};
use toml::Value;

use super::keys::{MemberKeys, NodePublicKeys};
use super::node_config::table;
use super::plan::{MemberPlan, Plan};

/// Chain days that a submission waits for the anchor: a fast clock leaves a person hardly a minute.
const SUBMISSION_LAPSE_DAYS: i64 = 90;

/// Chain hours that an offer of title waits for its recipient, for the same reason.
const ACCEPTANCE_HOURS: i64 = 90 * 24;

/// The text of `genesis.toml`.
pub fn text(plan: &Plan, members: &[MemberKeys], nodes: &[NodePublicKeys]) -> String {
    let document = table([
        ("chain_id", plan.chain_id.clone().into()),
        ("clock", clock(plan)),
        (
            "members",
            plan.members
                .iter()
                .zip(members)
                .map(|(plan, keys)| member(plan, keys))
                .collect::<Vec<_>>()
                .into(),
        ),
        ("policies", vec![policy()].into()),
        ("validators", nodes.iter().filter_map(validator).collect::<Vec<_>>().into()),
        ("observers", nodes.iter().filter_map(observer).collect::<Vec<_>>().into()),
    ]);
    document.to_string()
}

/// Chain time and machine time meet now. The milliseconds matter: every node counts from the same instant.
fn clock(plan: &Plan) -> Value {
    table([
        ("chain_start", plan.clock.first_day.to_string().into()),
        ("real_start", jiff::Timestamp::now().to_string().into()),
        ("speed", i64::from(plan.clock.speed).into()),
    ])
    .into()
}

fn policy() -> Value {
    table([
        ("submission_lapse_days", SUBMISSION_LAPSE_DAYS.into()),
        ("acceptance_hours", ACCEPTANCE_HOURS.into()),
    ])
    .into()
}

fn member(plan: &MemberPlan, keys: &MemberKeys) -> Value {
    let identifiers: Vec<Value> = plan
        .identifiers
        .iter()
        .map(|one| {
            table([("scheme", one.scheme.as_str().into()), ("value", one.value.as_str().into())]).into()
        })
        .collect();
    let roles: Vec<Value> = plan.roles.iter().map(|role| role_name(*role).into()).collect();
    let key = hex::encode(keys.key.verifying_key().to_bytes());
    table([
        ("id", plan.id.to_string().into()),
        ("legal_name", plan.legal_name.as_str().into()),
        ("identifiers", identifiers.into()),
        ("roles", roles.into()),
        (
            "keys",
            vec![Value::from(table([
                ("key", key.into()),
                ("capacity", capacity_name(KeyCapacity::Both).into()),
            ]))]
            .into(),
        ),
    ])
    .into()
}

fn validator(node: &NodePublicKeys) -> Option<Value> {
    let consensus_key = node.consensus?;
    let validator = table([
        ("member", node.member.to_string().into()),
        ("consensus_key", consensus_key.to_string().into()),
        ("peer_key", node.peer.to_string().into()),
        ("power", 1.into()),
    ]);
    Some(validator.into())
}

fn observer(node: &NodePublicKeys) -> Option<Value> {
    let observer =
        table([("member", node.member.to_string().into()), ("peer_key", node.peer.to_string().into())]);
    node.consensus.is_none().then(|| observer.into())
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Anchor => "anchor",
        Role::Supplier => "supplier",
        Role::Funder => "funder",
        Role::Bank => "bank",
        Role::Guarantor => "guarantor",
        Role::Regulator => "regulator",
        Role::CollectionAgent => "collection-agent",
    }
}

fn capacity_name(capacity: KeyCapacity) -> &'static str {
    match capacity {
        KeyCapacity::Maker => "maker",
        KeyCapacity::Checker => "checker",
        KeyCapacity::Both => "both",
    }
}
