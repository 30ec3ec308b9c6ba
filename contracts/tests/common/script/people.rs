//! What people and banks do: membership, keys, deposits.
//!
//! ```text
//! east registers delta [as supplier,anchor] [ids LEI:1,GLN:2 | ids -] [keys 1,2,alpha/1 | keys -] [nameless]
//! alpha adds key 2 · alpha revokes key 1 · alpha trusts acme · alpha distrusts acme
//! east credits acme 10.00 ref A1 · acme moves 1.00 at east to alpha
//! alpha draws 1.00 at east to IBAN · east paid P1 ref B1 · east returns P1 because closed
//! ```
use super::super::cast::{key, text};
use super::Words;
use std::collections::BTreeSet;
use tally_contracts::Action;
use tally_contracts::member::{
    AddKey, KeyCapacity, PartyIdentifier, RegisterMember, RevokeKey, Role, SetStandingAcceptance,
};
use tally_contracts::money::{ConfirmPayout, CreditDeposit, MoveDeposit, RejectPayout, RequestPayout};
use tally_contracts::types::{PublicKey, Text};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "registers" => Action::RegisterMember(register(words)),
        "adds" => Action::AddKey(AddKey { key: own_key(words), capacity: KeyCapacity::Both }),
        "revokes" => Action::RevokeKey(RevokeKey { key: own_key(words) }),
        "trusts" | "distrusts" => Action::SetStandingAcceptance(SetStandingAcceptance {
            counterparty: words.member(),
            active: verb == "trusts",
        }),
        "credits" => Action::CreditDeposit(CreditDeposit {
            owner: words.member(),
            amount: words.amount(),
            bank_reference: reference(words),
        }),
        "moves" => Action::MoveDeposit(MoveDeposit {
            amount: words.amount(),
            bank: words.skip().member(),
            to: words.skip().member(),
            note: Text::default(),
        }),
        "draws" => Action::RequestPayout(RequestPayout {
            amount: words.amount(),
            bank: words.skip().member(),
            destination: words.rest_after("to").unwrap_or_default(),
        }),
        "paid" => {
            Action::ConfirmPayout(ConfirmPayout { payout: words.id(), bank_reference: reference(words) })
        }
        "returns" => Action::RejectPayout(RejectPayout {
            payout: words.id(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        _ => return None,
    };
    Some(action)
}

fn reference(words: &mut Words) -> Text {
    words.after("ref").map(text).unwrap_or_default()
}

/// `key alpha/2`: the sender's own are written in full as well.
fn own_key(words: &mut Words) -> PublicKey {
    assert!(words.take("key"), "a key is named as `key alpha/2`");
    named_key(words.next())
}

fn named_key(word: &str) -> PublicKey {
    let (member, number) = word.split_once('/').expect("a key such as alpha/2");
    key(member, number)
}

fn register(words: &mut Words) -> RegisterMember {
    let slug = words.next();
    let member = super::super::cast::member(slug);
    let list = |word: &str| word.split(',').filter(|it| *it != "-").map(str::to_owned).collect::<Vec<_>>();
    let roles = words
        .after("as")
        .map_or(BTreeSet::from([Role::Supplier]), |word| list(word).iter().map(|it| role(it)).collect());
    let ids = words.after("ids").map_or(vec![format!("TEST:{slug}")], list);
    let keys = words.after("keys").map_or(vec![format!("{slug}/1")], list);
    let identifier = |word: &String| {
        let (scheme, value) = word.split_once(':').expect("SCHEME:VALUE");
        PartyIdentifier { scheme: text(scheme), value: text(value) }
    };
    RegisterMember {
        member,
        legal_name: if words.take("nameless") { Text::default() } else { text(&format!("{slug} Ltd.")) },
        identifiers: ids.iter().map(identifier).collect(),
        roles,
        keys: keys.iter().map(|word| (named_key(word), KeyCapacity::Both)).collect(),
    }
}

fn role(word: &str) -> Role {
    match word {
        "supplier" => Role::Supplier,
        "anchor" => Role::Anchor,
        "funder" => Role::Funder,
        other => panic!("no role {other}"),
    }
}
