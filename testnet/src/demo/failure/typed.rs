//! Commands as members type them, and what came of each.

use std::time::Instant;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::Failure;
use crate::demo::actor::Actor;
use crate::demo::cast;
use crate::demo::error::{DemoError, io};
use crate::demo::limits::{OBSERVER_LAG_MAX, SHORT_LOOK};
use crate::demo::tally::{self, Told};

impl Failure<'_> {
    /// Does something, which must take effect; gives the command's result.
    pub(super) async fn act(&mut self, who: &str, words: &[&str]) -> Result<Value, DemoError> {
        let told = self.type_in(who, words).await?;
        if told.code != 0 {
            return Err(told.failure());
        }
        self.record(who, &told);
        Ok(told.result)
    }

    /// Tries something that the rulebook must refuse with `expected`.
    pub(super) async fn refused(
        &mut self,
        who: &str,
        words: &[&str],
        what: &'static str,
        expected: &'static str,
    ) -> Result<(), DemoError> {
        let told = self.type_in(who, words).await?;
        let reason = told.result.get("reason").and_then(Value::as_str).unwrap_or_default();
        if reason != expected && !told.messages.contains(expected) {
            let found = format!("exit code {}, {reason} {}", told.code, told.messages);
            return Err(DemoError::NotRefused { what, expected, found });
        }
        *self.refusals.entry(expected.to_owned()).or_default() += 1;
        self.record(who, &told);
        if let Some(last) = self.transactions.last_mut() {
            // A node may refuse before a block does, and shows no outcome then.
            last["reason"] = json!(expected);
        }
        self.stages.note(&format!("{who}, {what}: {expected}"));
        Ok(())
    }

    /// Reads something.
    pub(super) async fn read(&self, who: &str, words: &[&str]) -> Result<Value, DemoError> {
        let told = self.type_in(who, words).await?;
        if told.code != 0 || told.result.is_null() {
            return Err(told.failure());
        }
        Ok(told.result)
    }

    async fn type_in(&self, who: &str, words: &[&str]) -> Result<Told, DemoError> {
        self.catch_up(who).await?;
        let mut all = vec!["--yes".to_owned()];
        all.extend(words.iter().map(|word| (*word).to_owned()));
        tally::run(self.network, who, &all).await
    }

    /// Until the member's own node has everything that others did before: it may be a block behind.
    async fn catch_up(&self, who: &str) -> Result<(), DemoError> {
        let heights = self.transactions.iter().filter_map(|one| one.get("height")?.as_u64());
        let newest = heights.max().unwrap_or(0);
        let client = Actor::new(self.network, cast::id(who))?.client().clone();
        let begun = Instant::now();
        while client.tip().await?.height < newest {
            if begun.elapsed() > OBSERVER_LAG_MAX {
                let (what, seconds) = ("a member's node catching up", OBSERVER_LAG_MAX.as_secs());
                return Err(DemoError::TooLate { what, seconds, found: format!("{who} waits for {newest}") });
            }
            sleep(SHORT_LOOK).await;
        }
        Ok(())
    }

    fn record(&mut self, who: &str, told: &Told) {
        let of = |key: &str| told.result.get(key).cloned().unwrap_or(Value::Null);
        self.transactions.push(json!({
            "member": who,
            "command": told.command,
            "status": of("status"),
            "reason": of("reason"),
            "height": of("height"),
            "time": of("time"),
            "policy_version": of("policy_version"),
            "transaction_id": of("transaction_id"),
            "events": of("events"),
        }));
    }

    /// A document of that name; commands send only its hash.
    pub(super) fn paper(&self, name: &str, text: &str) -> Result<String, DemoError> {
        let path = self.papers.join(name);
        std::fs::write(&path, text).map_err(io(&path, "write"))?;
        // Commands run elsewhere, so that the path is a full one.
        let path = std::fs::canonicalize(&path).map_err(io(&path, "find"))?;
        Ok(path.display().to_string())
    }
}

/// The first event of that kind in a command's result.
pub(super) fn event<'v>(result: &'v Value, kind: &'static str) -> Result<&'v Value, DemoError> {
    let events = result.get("events").and_then(Value::as_array);
    let found = events.and_then(|events| events.iter().find(|event| text(event, "kind") == kind));
    found.ok_or(DemoError::Missing { what: kind, hint: "the receipt does not tell that it happened" })
}

/// A text of a JSON object; empty where it has none.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The tranches that an event names.
pub(super) fn tranches(event: &Value) -> Vec<String> {
    let listed = event.get("tranches").and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The field of an event that names something, such as `tranche`.
pub(super) fn named(event: &Value, key: &'static str) -> Result<String, DemoError> {
    match text(event, key) {
        "" => Err(DemoError::Missing { what: key, hint: "the receipt does not name it" }),
        name => Ok(name.to_owned()),
    }
}
