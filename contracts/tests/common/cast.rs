//! The cast: who is in every test's genesis, with which roles and keys.
use std::collections::BTreeSet;
use tally_contracts::Genesis;
use tally_contracts::genesis::{ChainClock, Validator, ValidatorSet};
use tally_contracts::member::{KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use tally_contracts::policy::Policy;
pub use tally_contracts::types::MemberId;
use tally_contracts::types::{BusinessDate, Hash, Height, PublicKey, Text, Timestamp};

/// Member, roles, status.
const CAST: [(&str, &[Role], MemberStatus); 14] = [
    ("east", &[Role::Bank, Role::Funder], MemberStatus::Active),
    ("west", &[Role::Bank, Role::Funder], MemberStatus::Active),
    ("fund", &[Role::Funder], MemberStatus::Active),
    ("acme", &[Role::Anchor], MemberStatus::Active),
    // an anchor that also supplies
    ("bolt", &[Role::Anchor, Role::Supplier, Role::Funder], MemberStatus::Active),
    // two more, so that debts can run in circles
    ("crux", &[Role::Anchor, Role::Supplier], MemberStatus::Active),
    ("duke", &[Role::Anchor, Role::Supplier], MemberStatus::Active),
    ("agent", &[Role::CollectionAgent], MemberStatus::Active),
    ("alpha", &[Role::Supplier], MemberStatus::Active),
    ("beta", &[Role::Supplier], MemberStatus::Active),
    ("gamma", &[Role::Supplier], MemberStatus::Active),
    ("guard", &[Role::Guarantor], MemberStatus::Active),
    ("watch", &[Role::Regulator], MemberStatus::Active),
    ("idle", &[Role::Supplier, Role::Funder], MemberStatus::Pending),
];

pub fn member(slug: &str) -> MemberId {
    MemberId::new(slug).unwrap_or_else(|error| panic!("{slug}: {error}"))
}

pub fn text(text: &str) -> Text {
    Text::new(text).expect("a short text")
}

/// The member's key with this number; 1 is the key of genesis. Contracts never use the key's mathematics.
pub fn key(member: &str, number: &str) -> PublicKey {
    PublicKey(Hash::of(format!("{member}/{number}").as_bytes()).0)
}

pub fn date(text: &str) -> BusinessDate {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().expect(text)).collect();
    let (month, day) = (u32::try_from(parts[1]).expect(text), u32::try_from(parts[2]).expect(text));
    BusinessDate::from_ymd(parts[0], month, day).unwrap_or_else(|| panic!("no date {text}"))
}

/// The first morning of every test: Thursday, 15 January 2026, 09:00 in Beijing.
pub fn first_morning() -> Timestamp {
    Timestamp::from_ms(date("2026-01-15").start(480).ms() + 9 * 3_600_000)
}

pub fn genesis(policies: Vec<Policy>) -> Genesis {
    let start = first_morning();
    let validator = |slug: &str, number: u8| Validator {
        member: member(slug),
        consensus_key: PublicKey([number; 32]),
        peer_key: PublicKey([number + 100; 32]),
        power: 1,
    };
    Genesis {
        chain_id: text("test"),
        clock: ChainClock { chain_start: start, real_start: start, speed: 1 },
        policies,
        members: CAST.iter().map(|(slug, roles, status)| in_genesis(slug, roles, *status)).collect(),
        validators: ValidatorSet {
            validators: vec![validator("east", 1), validator("west", 2)],
            observers: Vec::new(),
        },
    }
}

fn in_genesis(slug: &str, roles: &[Role], status: MemberStatus) -> Member {
    Member {
        id: member(slug),
        legal_name: text(&format!("{slug} Ltd.")),
        identifiers: vec![PartyIdentifier { scheme: text("TEST"), value: text(slug) }],
        roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        status,
        keys: vec![MemberKey {
            key: key(slug, "1"),
            capacity: KeyCapacity::Both,
            valid_from: Height::GENESIS,
            revoked_from: None,
        }],
        sponsor: None,
    }
}
