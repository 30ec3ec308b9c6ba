//! The whole corpus, as an ordinary test: no input panics, and what our own encoders make is taken.
#![allow(clippy::unwrap_used, reason = "a test fails where it stands")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use tally_fuzz::corpus::{self, MADE_ONCE, SEED, seeds};
use tally_fuzz::{TARGETS, Target, target};

/// Written anew before any test looks, where that is asked for.
static UPDATED: LazyLock<()> = LazyLock::new(|| {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        TARGETS.iter().for_each(|target| corpus::write(target).unwrap());
    }
});

fn inputs(target: &Target) -> BTreeMap<String, Vec<u8>> {
    LazyLock::force(&UPDATED);
    corpus::inputs(target).unwrap_or_else(|error| panic!("{}: {error}", target.name))
}

/// Runs a target and names the input that it panics on.
fn run(target: &Target, name: &str, bytes: &[u8]) -> bool {
    let taken = std::panic::catch_unwind(|| (target.run)(bytes));
    taken.unwrap_or_else(|_| {
        panic!("{} panics on {name}: testnet/fuzz/README.md says what to do", target.name)
    })
}

#[test]
fn the_corpus_holds_what_our_encoders_make_today() {
    for target in TARGETS {
        let found = inputs(target);
        let ours: BTreeSet<&String> = found.keys().filter(|name| name.starts_with(SEED)).collect();
        let expected = seeds(target);
        assert_eq!(
            ours,
            expected.keys().filter(|name| name.starts_with(SEED)).collect(),
            "{}: run this test with UPDATE_EXPECT=1",
            target.name
        );
        for (name, bytes) in &expected {
            assert_eq!(
                found.get(name),
                Some(bytes),
                "{} {name}: run this test with UPDATE_EXPECT=1",
                target.name
            );
        }
        assert!(!found.is_empty(), "{} has no corpus", target.name);
    }
}

#[test]
fn no_input_of_the_corpus_breaks_a_promise_and_every_seed_is_taken() {
    let mut replayed = 0;
    for target in TARGETS {
        for (name, bytes) in inputs(target) {
            let taken = run(target, &name, &bytes);
            assert!(
                taken || !(name.starts_with(SEED) || name.starts_with(MADE_ONCE)),
                "{} {name}",
                target.name
            );
            replayed += 1;
        }
    }
    assert!(replayed > 300, "only {replayed} inputs");
}

#[test]
fn a_seed_that_is_cut_or_bent_anywhere_breaks_no_promise() {
    for target in TARGETS {
        for (name, bytes) in inputs(target).into_iter().filter(|(name, _)| name.starts_with(SEED)) {
            // Every place of a short input, and as many of a long one: the long form has time for all.
            let step = (bytes.len() / 64).max(1);
            for at in (0..bytes.len()).step_by(step) {
                run(target, &name, &bytes[..at]);
                for bit in [0x01, 0x80] {
                    let mut bent = bytes.clone();
                    bent[at] ^= bit;
                    run(target, &format!("{name} with byte {at} xor {bit}"), &bent);
                }
            }
        }
    }
}

#[test]
fn targets_have_names_of_their_own() {
    let names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), TARGETS.len());
    assert!(target("transaction").is_some_and(|target| target.bytes_max > 0));
    assert!(target("nothing").is_none());
}
