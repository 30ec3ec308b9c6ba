//! Looks at values before they are merged, so that an error names the place where a wrong one was written.

use super::error::{ConfigError, Place};
use super::settings::{self, Kind, PEER_FIELDS, PEERS};
use config::{Map, Value, ValueKind};

/// Vets a whole file.
pub(super) fn vet_tree(place: &Place, tree: &Map<String, Value>) -> Result<(), ConfigError> {
    vet_section(place, "", tree)
}

/// Vets one value of the environment or of a flag.
pub(super) fn vet_text(place: &Place, key: &str, text: &str) -> Result<(), ConfigError> {
    if key == PEERS || key.starts_with("consensus.peers") {
        return Err(ConfigError::ListOutsideFile { place: place.clone(), key: PEERS });
    }
    let Some(setting) = settings::find(key) else {
        return Err(unknown(place, key));
    };
    if setting.kind.accepts(text) {
        return Ok(());
    }
    Err(wrong(place, key, format!("{text:?}"), setting.kind.expectation()))
}

fn vet_section(place: &Place, section: &str, tree: &Map<String, Value>) -> Result<(), ConfigError> {
    // In order, so that the same file always gives the same error.
    let mut names: Vec<&String> = tree.keys().collect();
    names.sort();
    names.into_iter().try_for_each(|name| {
        let key = if section.is_empty() { name.clone() } else { format!("{section}.{name}") };
        tree.get(name).map_or(Ok(()), |value| vet_value(place, &key, value))
    })
}

fn vet_value(place: &Place, key: &str, value: &Value) -> Result<(), ConfigError> {
    if key == PEERS {
        return vet_peers(place, value);
    }
    if let Some(setting) = settings::find(key) {
        return vet_kind(place, key, value, setting.kind);
    }
    if !settings::is_section(key) {
        return Err(unknown(place, key));
    }
    let ValueKind::Table(tree) = &value.kind else {
        return Err(wrong(place, key, describe(value), format!("a section, written [{key}]")));
    };
    vet_section(place, key, tree)
}

fn vet_peers(place: &Place, value: &Value) -> Result<(), ConfigError> {
    let expected = || format!("a list, written [[{PEERS}]] before each peer");
    let ValueKind::Array(peers) = &value.kind else {
        return Err(wrong(place, PEERS, describe(value), expected()));
    };
    for (index, peer) in peers.iter().enumerate() {
        let path = format!("{PEERS}[{index}]");
        let ValueKind::Table(fields) = &peer.kind else {
            return Err(wrong(place, &path, describe(peer), expected()));
        };
        vet_peer(place, &path, fields)?;
    }
    Ok(())
}

fn vet_peer(place: &Place, path: &str, fields: &Map<String, Value>) -> Result<(), ConfigError> {
    let known = PEER_FIELDS.map(|(name, _, _)| name).join(", ");
    if let Some(name) = fields.keys().find(|name| PEER_FIELDS.iter().all(|(field, _, _)| field != name)) {
        let key = format!("{path}.{name}");
        return Err(ConfigError::UnknownKey { place: place.clone(), key, known });
    }
    for (name, kind, meaning) in PEER_FIELDS {
        let key = format!("{path}.{name}");
        match fields.get(name) {
            Some(value) => vet_kind(place, &key, value, kind)?,
            None => return Err(wrong(place, &key, "nothing".to_owned(), format!("{meaning}; set it"))),
        }
    }
    Ok(())
}

/// The library would round 1.5 to 2 and take `true` for 1; a file says what it means, or is refused.
fn vet_kind(place: &Place, key: &str, value: &Value, kind: Kind) -> Result<(), ConfigError> {
    let text = match (&value.kind, kind) {
        (ValueKind::I64(number), Kind::Number) => number.to_string(),
        (ValueKind::Boolean(flag), Kind::Flag) => flag.to_string(),
        (ValueKind::String(text), kind) if kind.is_quoted() => text.clone(),
        _ => return Err(wrong(place, key, describe(value), kind.expectation())),
    };
    if kind.accepts(&text) {
        return Ok(());
    }
    Err(wrong(place, key, describe(value), kind.expectation()))
}

fn describe(value: &Value) -> String {
    match &value.kind {
        ValueKind::Nil => "nothing".to_owned(),
        ValueKind::Boolean(flag) => flag.to_string(),
        ValueKind::I64(number) => number.to_string(),
        ValueKind::I128(number) => number.to_string(),
        ValueKind::U64(number) => number.to_string(),
        ValueKind::U128(number) => number.to_string(),
        ValueKind::Float(number) => number.to_string(),
        ValueKind::String(text) => format!("{text:?}"),
        ValueKind::Table(_) => "a section".to_owned(),
        ValueKind::Array(_) => "a list".to_owned(),
    }
}

fn unknown(place: &Place, key: &str) -> ConfigError {
    let parent = key.rsplit_once('.').map_or("", |(parent, _)| parent);
    let section = if settings::is_section(parent) { parent } else { "" };
    ConfigError::UnknownKey { place: place.clone(), key: key.to_owned(), known: settings::known_in(section) }
}

fn wrong(place: &Place, key: &str, found: String, expected: String) -> ConfigError {
    ConfigError::WrongKind { place: place.clone(), key: key.to_owned(), found, expected }
}
