//! What people and banks do: membership, keys, deposits.
//!
//! ```text
//! east registers delta [as supplier,anchor] [ids LEI:1,GLN:2 | ids -] [keys 1,2,alpha/1 | keys -] [nameless]
//! east attests alpha [until DATE] [without-evidence] · east disowns alpha because …
//! watch screens TEST:beta [because …] · watch clears TEST:beta · watch freezes T1 [case …] · watch unfreezes T1
//! alpha approves money=2 money:1_000.00=3+
//! alpha adds key 2 [as maker] · alpha revokes key 1 · alpha trusts acme · alpha distrusts acme
//! east credits acme 10.00 ref A1 · acme moves 1.00 at east to alpha
//! alpha draws 1.00 at east to IBAN · east paid P1 ref B1 · east returns P1 because closed
//! ```
use super::super::cast::{date, key, text};
use super::{Words, words_amount};
use std::collections::BTreeSet;
use tally_contracts::Action;
use tally_contracts::member::{
    ActionClass, AddKey, ApprovalRule, AttestMember, KeyCapacity, KycLevel, KycTerms, PartyIdentifier,
    RegisterMember, RevokeAttestation, RevokeKey, Role, SetApprovalPolicy, SetStandingAcceptance,
};
use tally_contracts::money::{ConfirmPayout, CreditDeposit, MoveDeposit, RejectPayout, RequestPayout};
use tally_contracts::screening::{ClearParty, FreezeTranche, ScreenParty, UnfreezeTranche};
use tally_contracts::types::{Hash, Height, PublicKey, Text};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "attests" => {
            let member = words.member();
            Action::AttestMember(AttestMember { member, terms: attestation(words) })
        }
        "disowns" => Action::RevokeAttestation(RevokeAttestation {
            member: words.member(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        "approves" => Action::SetApprovalPolicy(SetApprovalPolicy { rules: rules(words) }),
        "screens" | "clears" => {
            let identifier = identifier(words.next());
            let reason = words.rest_after("because").unwrap_or(text("list 7"));
            match verb {
                "screens" => Action::ScreenParty(ScreenParty { identifier, reason }),
                _ => Action::ClearParty(ClearParty { identifier, reason }),
            }
        }
        "freezes" | "unfreezes" => {
            let tranche = words.id();
            let case = words.rest_after("case").unwrap_or(text("2026-7"));
            match verb {
                "freezes" => Action::FreezeTranche(FreezeTranche { tranche, case }),
                _ => Action::UnfreezeTranche(UnfreezeTranche { tranche, case }),
            }
        }
        "registers" => Action::RegisterMember(register(words)),
        "adds" => {
            let key = own_key(words);
            let capacity = capacity(words);
            let last_height = words.after("last").map(|height| Height::new(height.parse().expect(height)));
            Action::AddKey(AddKey { key, capacity, last_height })
        }
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
    let roles = words
        .after("as")
        .map_or(BTreeSet::from([Role::Supplier]), |word| list(word).iter().map(|it| role(it)).collect());
    let ids = words.after("ids").map_or(vec![format!("TEST:{slug}")], list);
    let keys = words.after("keys").map_or(vec![format!("{slug}/1")], list);
    RegisterMember {
        member,
        legal_name: if words.take("nameless") { Text::default() } else { text(&format!("{slug} Ltd.")) },
        identifiers: ids.iter().map(|word| identifier(word)).collect(),
        roles,
        keys: keys.iter().map(|word| (named_key(word), KeyCapacity::Both)).collect(),
        attestation: attestation(words),
    }
}

pub fn identifier(word: &str) -> PartyIdentifier {
    let (scheme, value) = word.split_once(':').expect("SCHEME:VALUE");
    PartyIdentifier { scheme: text(scheme), value: text(value) }
}

/// `[until 2027-01-14] [without-evidence]`: a year where it says nothing.
fn attestation(words: &mut Words) -> KycTerms {
    let expires_on = words.after("until").map_or(date("2027-01-14"), date);
    let evidence = if words.take("without-evidence") { Hash::ZERO } else { Hash::of(b"passport") };
    KycTerms { level: KycLevel::Standard, expires_on, evidence }
}

fn capacity(words: &mut Words) -> KeyCapacity {
    match words.after("as") {
        Some("maker") => KeyCapacity::Maker,
        Some("checker") => KeyCapacity::Checker,
        _ => KeyCapacity::Both,
    }
}

/// `money=2 money:1_000.00=3+ tranche=1`: from an amount on; `+` for maker and checker.
fn rules(words: &mut Words) -> Vec<ApprovalRule> {
    let rule = |word: &str| {
        let (scope, keys) = word.split_once('=').expect("CLASS[:AMOUNT]=KEYS[+]");
        let (class, from) = scope.split_once(':').map_or((scope, None), |(class, from)| (class, Some(from)));
        let class = match class {
            "authority" => ActionClass::Authority,
            "money" => ActionClass::Money,
            "receivable" => ActionClass::Receivable,
            "tranche" => ActionClass::Tranche,
            "financing" => ActionClass::Financing,
            "settlement" => ActionClass::Settlement,
            other => panic!("no class {other}"),
        };
        ApprovalRule {
            class,
            at_least: from.map(words_amount),
            keys: keys.trim_end_matches('+').parse().expect(keys),
            maker_checker: keys.ends_with('+'),
        }
    };
    std::iter::from_fn(|| words.optional()).map(rule).collect()
}

/// `LEI:1,GLN:2`; `-` for none.
pub fn list(word: &str) -> Vec<String> {
    word.split(',').filter(|it| *it != "-").map(str::to_owned).collect()
}

pub fn role(word: &str) -> Role {
    match word {
        "supplier" => Role::Supplier,
        "anchor" => Role::Anchor,
        "funder" => Role::Funder,
        "bank" => Role::Bank,
        "guarantor" => Role::Guarantor,
        "regulator" => Role::Regulator,
        other => panic!("no role {other}"),
    }
}
