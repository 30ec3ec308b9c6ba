//! The profiles file: TOML, strict about keys, replaced whole.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::error::ProfileError;
use super::limits::{PROFILE_FILE_BYTES_MAX, PROFILE_NAME_BYTES_MAX};

const FILE_KEYS: &[&str] = &["default", "profiles"];
const PROFILE_KEYS: &[&str] = &[
    "nodes",
    "chain_id",
    "member",
    "key_file",
    "passphrase_file",
    "encryption_key_file",
    "ca_file",
    "certificate_file",
    "certificate_key_file",
];

/// Whom the user acts as, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Node addresses, tried in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<String>,
    /// The chain that signatures are for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain_id: Option<String>,
    /// The member's id on that chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The member's key file; a relative path starts at the profiles file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// The file with the key's passphrase, if it is not to be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passphrase_file: Option<PathBuf>,
    /// The key file that opens documents; one that is not made yet is no mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_key_file: Option<PathBuf>,
    /// Whose certificates are believed of nodes at https addresses, PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// The member's certificate for nodes that ask for one, PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// Its private key, PEM, mode 0600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_key_file: Option<PathBuf>,
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// The file and what it says. Nothing is written before [`ProfileFile::save`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFile {
    path: PathBuf,
    default: Option<String>,
    profiles: BTreeMap<String, Profile>,
}

impl ProfileFile {
    /// Reads the file; one that does not exist holds no profiles.
    pub fn load(path: &Path) -> Result<Self, ProfileError> {
        match read_bounded(path)? {
            Some(text) => Self::parse(path, &text),
            None => Ok(Self { path: path.to_path_buf(), default: None, profiles: BTreeMap::new() }),
        }
    }

    /// Reads a text; `path` is where it would lie.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ProfileError> {
        let malformed =
            |source| ProfileError::Malformed { path: path.to_path_buf(), source: Box::new(source) };
        let table: Table = text.parse().map_err(malformed)?;
        check_keys(path, &table)?;
        let content: Content = toml::from_str(text).map_err(malformed)?;
        for (name, profile) in &content.profiles {
            check_name(name)?;
            profile.nodes.iter().try_for_each(|url| check_node(url))?;
        }
        let file = Self { path: path.to_path_buf(), default: content.default, profiles: content.profiles };
        if let Some(name) = &file.default {
            file.get(name)?;
        }
        Ok(file)
    }

    /// The profile of that name.
    pub fn get(&self, name: &str) -> Result<&Profile, ProfileError> {
        self.profiles.get(name).ok_or_else(|| ProfileError::Unknown {
            name: name.to_owned(),
            path: self.path.clone(),
            known: self.profiles.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// Adds a profile; the first one becomes the default.
    pub fn add(&mut self, name: &str, profile: Profile) -> Result<(), ProfileError> {
        check_name(name)?;
        profile.nodes.iter().try_for_each(|url| check_node(url))?;
        if self.profiles.contains_key(name) {
            return Err(ProfileError::Exists { name: name.to_owned(), path: self.path.clone() });
        }
        self.profiles.insert(name.to_owned(), profile);
        self.default.get_or_insert_with(|| name.to_owned());
        Ok(())
    }

    /// Makes a profile the default.
    pub fn use_by_default(&mut self, name: &str) -> Result<(), ProfileError> {
        self.get(name)?;
        self.default = Some(name.to_owned());
        Ok(())
    }

    /// The default profile's name.
    #[must_use]
    pub fn default_name(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// All profiles by name.
    pub fn list(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path of the file as seen from the working directory.
    #[must_use]
    pub fn locate(&self, path: &Path) -> PathBuf {
        match self.path.parent() {
            Some(folder) => folder.join(path),
            None => path.to_path_buf(),
        }
    }

    /// What [`ProfileFile::save`] writes.
    #[must_use]
    pub fn text(&self) -> String {
        let content = Content { default: self.default.clone(), profiles: self.profiles.clone() };
        toml::to_string_pretty(&content).expect("profiles hold only texts and lists of texts")
    }

    /// Replaces the file on disk in one step; makes its folder if needed.
    pub fn save(&self) -> Result<(), ProfileError> {
        let io = |action| {
            let path = self.path.clone();
            move |source| ProfileError::Io { path, action, source }
        };
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(io("create the folder of"))?;
        }
        let draft = self.path.with_extension(format!("{}.draft", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)
            .map_err(io("create"))?;
        file.write_all(self.text().as_bytes()).map_err(io("write"))?;
        file.sync_all().map_err(io("sync"))?;
        fs::rename(&draft, &self.path).map_err(io("replace"))
    }
}

fn read_bounded(path: &Path) -> Result<Option<String>, ProfileError> {
    let io = |action| {
        let path = path.to_path_buf();
        move |source| ProfileError::Io { path, action, source }
    };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io("open")(error)),
    };
    let (bytes, limit) = (metadata.len(), PROFILE_FILE_BYTES_MAX);
    if bytes > limit {
        return Err(ProfileError::TooLarge { path: path.to_path_buf(), bytes, limit });
    }
    fs::read_to_string(path).map(Some).map_err(io("read"))
}

/// Refuses unknown keys by their dotted name, which serde alone would not tell.
fn check_keys(path: &Path, table: &Table) -> Result<(), ProfileError> {
    refuse_unknown(path, "", table, FILE_KEYS)?;
    let Some(Value::Table(profiles)) = table.get("profiles") else { return Ok(()) };
    for (name, profile) in profiles {
        if let Value::Table(profile) = profile {
            refuse_unknown(path, &format!("profiles.{name}."), profile, PROFILE_KEYS)?;
        }
    }
    Ok(())
}

fn refuse_unknown(path: &Path, prefix: &str, table: &Table, known: &[&str]) -> Result<(), ProfileError> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(ProfileError::UnknownKey {
            path: path.to_path_buf(),
            key: format!("{prefix}{key}"),
            known: known.join(", "),
        }),
    }
}

fn check_name(name: &str) -> Result<(), ProfileError> {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    if name.is_empty() || name.len() > PROFILE_NAME_BYTES_MAX || !name.bytes().all(is_word) {
        return Err(ProfileError::BadName { name: name.chars().take(PROFILE_NAME_BYTES_MAX).collect() });
    }
    Ok(())
}

/// Accepts `http://HOST:PORT` and `https://HOST:PORT`.
pub(super) fn check_node(url: &str) -> Result<(), ProfileError> {
    let bad = || ProfileError::BadNode { url: url.to_owned() };
    let uri: http::Uri = url.parse().map_err(|_| bad())?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let names_host = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
    if is_web && names_host && is_bare { Ok(()) } else { Err(bad()) }
}
