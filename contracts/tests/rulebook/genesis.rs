//! Genesis: what makes a chain and what does not.
use crate::common::cast::{genesis, member};
use tally_contracts::Genesis;
use tally_contracts::genesis::{Observer, Validator};
use tally_contracts::member::MemberStatus;
use tally_contracts::policy::Policy;
use tally_contracts::types::{PublicKey, Text};

#[test]
fn a_genesis_that_cannot_run_is_refused() {
    type Change = fn(&mut Genesis);
    let changes: [(&str, Change); 14] = [
        ("no chain id", |it| it.chain_id = Text::default()),
        ("a clock that stands still", |it| it.clock.speed = 0),
        ("no validators", |it| it.validators.validators.clear()),
        ("validators out of order", |it| it.validators.validators.reverse()),
        ("a validator twice", |it| {
            let first: Validator = it.validators.validators[0].clone();
            it.validators.validators.insert(0, first);
        }),
        ("no power", |it| it.validators.validators[0].power = 0),
        ("more power than 64 bits hold", |it| it.validators.validators[0].power = u64::MAX),
        ("a peer key twice", |it| {
            let peer_key = it.validators.validators[0].peer_key;
            it.validators.observers.push(Observer { member: member("watch"), peer_key });
        }),
        ("an unknown validator", |it| it.validators.validators[0].member = member("nobody")),
        ("an inactive validator", |it| it.members[0].status = MemberStatus::Suspended),
        ("an unknown observer", |it| {
            let peer_key = PublicKey([7; 32]);
            it.validators.observers.push(Observer { member: member("nobody"), peer_key });
        }),
        ("a member twice", |it| it.members.push(it.members[3].clone())),
        ("a key of two members", |it| it.members[1].keys = it.members[0].keys.clone()),
        ("a member without keys", |it| it.members[1].keys.clear()),
    ];
    for (name, change) in changes {
        let mut changed = genesis(vec![Policy::rulebook()]);
        change(&mut changed);
        assert!(changed.changes().is_err(), "{name}");
    }
}

#[test]
fn everything_in_a_genesis_changes_its_hash() {
    let hash = genesis(vec![Policy::rulebook()]).hash();
    let mut faster = genesis(vec![Policy::rulebook()]);
    faster.clock.speed = 2;
    assert_ne!(faster.hash(), hash);
    let stricter = genesis(vec![Policy { max_depth: 9, ..Policy::rulebook() }]);
    assert_ne!(stricter.hash(), hash);
    assert_eq!(genesis(vec![Policy::rulebook()]).hash(), hash);
}
