//! The grammar of the program: every command explains itself and shows how it is used.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use clap::Command;
use tally_client::commands::grammar;

fn walk(path: &str, command: &Command, visit: &mut impl FnMut(&str, &Command)) {
    let path = format!("{path} {}", command.get_name()).trim().to_owned();
    visit(&path, command);
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        walk(&path, inner, visit);
    }
}

/// The lines of a command's examples, joined where they end in a backslash.
fn examples(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let Some((_, examples)) = help.split_once("Examples:\n") else { return Vec::new() };
    let joined = examples.replace("\\\n", " ");
    joined.lines().map(|line| line.trim().to_owned()).filter(|line| line.starts_with("tally ")).collect()
}

/// Splits a line as a shell would, as far as examples need it.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            '#' | '>' if !is_quoted && word.is_empty() => break,
            c => word.push(c),
        }
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

#[test]
fn every_command_has_a_purpose_and_examples() {
    let mut verbs = 0;
    walk("", &grammar(), &mut |path, command| {
        assert!(
            command.get_about().is_some_and(|about| !about.to_string().is_empty()),
            "{path} has no purpose"
        );
        let is_verb = command.get_subcommands().next().is_none();
        if is_verb {
            verbs += 1;
            assert!(!examples(command).is_empty(), "{path} has no Examples:");
        }
    });
    assert!(verbs >= 60, "only {verbs} verbs were walked");
}

/// Examples that name files are not parsed to values, only to their shape.
#[test]
fn every_example_is_a_command_line_that_parses() {
    let folder = tempfile::tempdir().unwrap();
    let seed = folder.path().join("seed");
    let passphrase = tally_client::key::Passphrase::new("correct horse battery").unwrap();
    let key =
        tally_client::key::KeyFile::create_with_cost(&seed, &passphrase, tally_client::key::Cost::Quick)
            .unwrap();
    let key = hex::encode(key.as_bytes());
    walk("", &grammar(), &mut |path, command| {
        for example in examples(command) {
            let words = words(&example).into_iter().map(|word| match word.split_once(".key") {
                Some((_, capacity)) if path.contains("register") || path.contains("admit") => {
                    format!("{key}{capacity}")
                }
                _ => word,
            });
            let parsed = grammar().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{path}: {example}\n{}", parsed.unwrap_err());
        }
    });
}

#[test]
fn the_grammar_has_no_contradictions() {
    grammar().debug_assert();
}
