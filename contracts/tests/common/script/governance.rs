//! What those who govern do: proposals and votes.
//!
//! ```text
//! east proposes suspend acme [days 7] [because of fraud]        days 30, because `needed` where left out; `because` alone: no reason
//!      suspend|reactivate|exit acme · admit delta as anchor,supplier · roles acme anchor
//!      validator fund 3 power 2 · without-validator 3 · observer watch 9 · without-observer 9      numbers stand for keys
//!      policy 2 from 2026-02-01 [hard 200] [soft 90] [parts 3] · limit acme 100.00 · no-limit acme CNY · screen TEST:beta · clear TEST:beta
//! west votes for G1 · west votes against G1
//! alpha accuses 1 of prevote at 3 round 0 for A and B      numbers stand for keys; `nil` for none
//! ```
use super::super::cast::{key, member, text};
use super::Words;
use super::documents::long_key;
use super::people::{identifier, list, role};
use std::collections::BTreeSet;
use tally_contracts::Action;
use tally_contracts::genesis::{Observer, Validator};
use tally_contracts::governance::{Admission, Change, SubmitProposal, VoteProposal};
use tally_contracts::member::{KeyCapacity, MemberStatus, PartyIdentifier, Role};
use tally_contracts::misbehaviour::{ReportMisbehaviour, Statement, StatementKind};
use tally_contracts::policy::Policy;
use tally_contracts::types::{Currency, Hash, Height, PublicKey};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "proposes" => {
            let change = change(words);
            let open_days = words.after("days").map_or(30, |days| days.parse().expect(days));
            let reason = words.rest_after("because").unwrap_or(text("needed"));
            Action::SubmitProposal(SubmitProposal { change, reason, open_days })
        }
        "votes" => {
            let in_favour = words.next() == "for";
            Action::VoteProposal(VoteProposal { proposal: words.id(), in_favour })
        }
        "accuses" => Action::ReportMisbehaviour(accusation(words)),
        _ => return None,
    };
    Some(action)
}

/// The node checks signatures, so none are made here.
fn accusation(words: &mut Words) -> ReportMisbehaviour {
    let validator = machine(words.next(), 0);
    let kind = match words.skip().next() {
        "proposal" => StatementKind::Proposal,
        "prevote" => StatementKind::Prevote,
        "precommit" => StatementKind::Precommit,
        other => panic!("nobody says a {other}"),
    };
    let mut number = |word: &str| -> u64 { words.after(word).expect(word).parse().expect(word) };
    let (height, round) = (Height::new(number("at")), number("round").try_into().expect("a round"));
    let first = statement(words.after("for").expect("two statements"));
    let second = statement(words.after("and").expect("two statements"));
    ReportMisbehaviour { validator, kind, height, round, first, second }
}

fn statement(block: &str) -> Statement {
    let block = (block != "nil").then(|| Hash::of(block.as_bytes()));
    Statement { block, valid_round: None, signature: [0; 64] }
}

fn change(words: &mut Words) -> Change {
    match words.next() {
        "suspend" => status(words, MemberStatus::Suspended),
        "reactivate" => status(words, MemberStatus::Active),
        "exit" => status(words, MemberStatus::Exited),
        "admit" => Change::AdmitMember(admission(words)),
        "roles" => Change::SetRoles { member: words.member(), roles: roles(words.next()) },
        "validator" => Change::SetValidator(validator(words)),
        "without-validator" => Change::RemoveValidator { consensus_key: machine(words.next(), 0) },
        "observer" => {
            Change::SetObserver(Observer { member: words.member(), peer_key: machine(words.next(), 100) })
        }
        "without-observer" => Change::RemoveObserver { peer_key: machine(words.next(), 100) },
        "policy" => Change::EnterPolicy(Box::new(policy(words))),
        "limit" => Change::SetAnchorLimit { anchor: words.member(), limit: words.amount() },
        "screen" => {
            Change::ScreenParty { identifier: identifier(words.next()), reason: text("resolution 7") }
        }
        "clear" => Change::ClearParty { identifier: identifier(words.next()), reason: text("resolution 8") },
        "no-limit" => Change::RemoveAnchorLimit {
            anchor: words.member(),
            currency: Currency::new(words.next()).expect("a currency"),
        },
        other => panic!("nobody proposes to {other}"),
    }
}

fn status(words: &mut Words, status: MemberStatus) -> Change {
    Change::SetMemberStatus { member: words.member(), status }
}

fn admission(words: &mut Words) -> Admission {
    let slug = words.next();
    let roles = words.after("as").map_or(BTreeSet::from([Role::Anchor]), roles);
    Admission {
        member: member(slug),
        legal_name: text(&format!("{slug} Ltd.")),
        identifiers: vec![PartyIdentifier { scheme: text("TEST"), value: text(slug) }],
        roles,
        keys: vec![(key(slug, "1"), KeyCapacity::Both)],
    }
}

fn roles(word: &str) -> BTreeSet<Role> {
    list(word).iter().map(|it| role(it)).collect()
}

/// `fund 3 power 2`: consensus key 3, peer key 103, as in the cast's genesis. `alpha/1` is a member's key.
fn validator(words: &mut Words) -> Validator {
    let (member, word) = (words.member(), words.next());
    let power = words.after("power").map_or(1, |power| power.parse().expect(power));
    Validator { member, consensus_key: machine(word, 0), peer_key: machine(word, 100), power }
}

fn machine(word: &str, offset: u8) -> PublicKey {
    match word.split_once('/') {
        Some((member, _)) if offset > 0 => key(member, "peer"),
        Some((member, number)) => key(member, number),
        None => long_key(word).unwrap_or_else(|| PublicKey([word.parse::<u8>().expect(word) + offset; 32])),
    }
}

fn policy(words: &mut Words) -> Policy {
    let version = words.next().parse().expect("a version");
    assert!(words.take("from"), "a day is missing");
    let mut policy = Policy { version, effective_from: words.date(), ..Policy::rulebook() };
    if let Some(days) = words.after("hard") {
        policy.tenor_hard_days = days.parse().expect(days);
    }
    if let Some(days) = words.after("soft") {
        policy.tenor_soft_days = days.parse().expect(days);
    }
    if let Some(parts) = words.after("parts") {
        policy.max_parts = parts.parse().expect(parts);
    }
    policy
}
