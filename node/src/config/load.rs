//! Flag > environment > file > default, with unknown keys refused and every origin remembered.

use super::Config;
use super::error::{ConfigError, Place};
use super::limits::CONFIG_FILE_BYTES_MAX;
use super::settings::{SETTINGS, Setting, Standard};
use super::vet::{vet_text, vet_tree};
use config::{FileFormat, Source, Value, ValueKind};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// `TALLYD_CONSENSUS__TIMEOUTS_MS__PROPOSE` sets `consensus.timeouts_ms.propose`.
pub const ENVIRONMENT_PREFIX: &str = "TALLYD";

/// Names the file itself, so it is no key.
const CONFIG_FILE_VARIABLE: &str = "TALLYD_CONFIG";

/// Where values are looked for.
#[derive(Clone, Debug)]
pub struct Sources {
    pub file: PathBuf,
    /// Variables by name; only those with our prefix matter.
    pub environment: BTreeMap<String, String>,
    /// Keys and values of `--set`.
    pub overrides: Vec<(String, String)>,
}

/// Which source won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    File,
    /// The variable's name.
    Environment(String),
    Flag,
}

/// One value as it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    pub key: &'static str,
    /// As TOML writes it.
    pub value: String,
    pub unit: &'static str,
    pub origin: Origin,
}

/// A configuration, and where each of its values came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub file: PathBuf,
    pub config: Config,
    pub effective: Vec<Effective>,
}

/// What each source says, all of it vetted.
struct Layers {
    file: config::Config,
    /// Key → variable and value.
    environment: BTreeMap<String, (String, String)>,
    overrides: BTreeMap<String, String>,
}

impl Sources {
    /// The file, this process's environment, and the arguments of `--set`.
    pub fn of_process(file: &Path, set: &[String]) -> Result<Self, ConfigError> {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let overrides = set.iter().map(|argument| split(argument)).collect::<Result<_, _>>()?;
        Ok(Self { file: file.to_owned(), environment, overrides })
    }

    /// Loads and refuses what would be dangerous.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let loaded = self.load_unchecked()?;
        match loaded.config.check() {
            Ok(()) => Ok(loaded),
            Err(flaws) => Err(ConfigError::Refused { file: self.file.clone(), flaws }),
        }
    }

    /// Loads without [`Config::check`], to look at a configuration that is refused.
    pub fn load_unchecked(&self) -> Result<Loaded, ConfigError> {
        self.load_text(&self.read_text()?)
    }

    /// The same with this text for the file's.
    pub fn load_text(&self, text: &str) -> Result<Loaded, ConfigError> {
        let layers = Layers {
            file: self.parse_file(text)?,
            environment: self.variables()?,
            overrides: self.vetted_overrides()?,
        };
        let values = |error| ConfigError::Values { file: self.file.clone(), reason: reason(&error) };
        let merged = layers.merge().map_err(values)?;
        let effective = self.effective(&merged, &layers)?;
        let mut config: Config = merged.try_deserialize().map_err(values)?;
        self.complete_paths(&mut config, &effective);
        Ok(Loaded { file: self.file.clone(), config, effective })
    }

    fn parse_file(&self, text: &str) -> Result<config::Config, ConfigError> {
        let tree = config::File::from_str(text, FileFormat::Toml)
            .collect()
            .map_err(|error| ConfigError::Syntax { file: self.file.clone(), reason: reason(&error) })?;
        vet_tree(&Place::File(self.file.clone()), &tree)?;
        let mut layer = config::Config::default();
        layer.cache = Value::new(None, ValueKind::Table(tree));
        Ok(layer)
    }

    fn read_text(&self) -> Result<String, ConfigError> {
        let read = |source| ConfigError::Read { file: self.file.clone(), source };
        let mut text = String::new();
        let file = File::open(&self.file).map_err(read)?;
        file.take(CONFIG_FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(read)?;
        if text.len() as u64 > CONFIG_FILE_BYTES_MAX {
            return Err(ConfigError::TooLarge { file: self.file.clone(), limit: CONFIG_FILE_BYTES_MAX });
        }
        Ok(text)
    }

    fn variables(&self) -> Result<BTreeMap<String, (String, String)>, ConfigError> {
        let mut found = BTreeMap::new();
        for (name, value) in &self.environment {
            let rest = name.strip_prefix(ENVIRONMENT_PREFIX).and_then(|rest| rest.strip_prefix('_'));
            let Some(rest) = rest.filter(|_| name != CONFIG_FILE_VARIABLE) else {
                continue;
            };
            let key = rest.to_lowercase().replace("__", ".");
            vet_text(&Place::Variable(name.clone()), &key, value)?;
            found.insert(key, (name.clone(), value.clone()));
        }
        Ok(found)
    }

    fn vetted_overrides(&self) -> Result<BTreeMap<String, String>, ConfigError> {
        self.overrides.iter().try_for_each(|(key, value)| vet_text(&Place::Flag, key, value))?;
        Ok(self.overrides.iter().cloned().collect())
    }

    /// Each value that holds, in the order of the table.
    fn effective(&self, merged: &config::Config, layers: &Layers) -> Result<Vec<Effective>, ConfigError> {
        let mut all = Vec::new();
        for setting in SETTINGS {
            let Ok(value) = merged.get_string(setting.key) else {
                self.may_be_absent(setting)?;
                continue;
            };
            let value = if setting.kind.is_quoted() { format!("{value:?}") } else { value };
            let origin = layers.origin(setting.key);
            all.push(Effective { key: setting.key, value, unit: setting.unit, origin });
        }
        Ok(all)
    }

    fn may_be_absent(&self, setting: &Setting) -> Result<(), ConfigError> {
        match setting.standard {
            Standard::Absent => Ok(()),
            Standard::Required | Standard::Value(_) => Err(ConfigError::Missing {
                file: self.file.clone(),
                key: setting.key,
                meaning: setting.meaning,
            }),
        }
    }

    /// Paths of the file and of the defaults start at the file's folder, all others at the working directory.
    fn complete_paths(&self, config: &mut Config, effective: &[Effective]) {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        let complete = |key: &str, path: &mut PathBuf| match effective
            .iter()
            .find(|one| one.key == key)
            .map(|one| &one.origin)
        {
            // a key in a module is no path
            Some(Origin::File | Origin::Default) if tally_keys::is_module(path) => {}
            Some(Origin::File | Origin::Default) => *path = folder.join(&path),
            Some(Origin::Environment(_) | Origin::Flag) | None => {}
        };
        complete("data_dir", &mut config.data_dir);
        complete("genesis", &mut config.genesis);
        complete("keys.peer", &mut config.keys.peer);
        complete("keys.passphrase_file", &mut config.keys.passphrase_file);
        complete("operator.socket", &mut config.operator.socket);
        let optional = [
            ("keys.consensus", &mut config.keys.consensus),
            ("keys.reader", &mut config.keys.reader),
            ("documents.peers_ca", &mut config.documents.peers_ca),
            ("documents.peers_certificate", &mut config.documents.peers_certificate),
            ("documents.peers_key", &mut config.documents.peers_key),
            ("member.tls_roots", &mut config.member.tls_roots),
            ("member.tls_certificate", &mut config.member.tls_certificate),
            ("member.tls_key", &mut config.member.tls_key),
            ("api.tls_certificate", &mut config.api.tls_certificate),
            ("api.tls_key", &mut config.api.tls_key),
            ("api.tls_client_ca", &mut config.api.tls_client_ca),
        ];
        for (key, path) in optional {
            if let Some(path) = path {
                complete(key, path);
            }
        }
    }
}

impl Layers {
    fn merge(&self) -> Result<config::Config, config::ConfigError> {
        let mut builder = config::Config::builder();
        for setting in SETTINGS {
            if let Standard::Value(value) = setting.standard {
                builder = builder.set_default(setting.key, value)?;
            }
        }
        builder = builder.add_source(self.file.clone());
        let variables = self.environment.iter().map(|(key, (_, value))| (key, value));
        // Later ones replace earlier ones, so a flag comes last.
        for (key, value) in variables.chain(&self.overrides) {
            builder = builder.set_override(key, value.as_str())?;
        }
        builder.build()
    }

    fn origin(&self, key: &str) -> Origin {
        if self.overrides.contains_key(key) {
            return Origin::Flag;
        }
        if let Some((name, _)) = self.environment.get(key) {
            return Origin::Environment(name.clone());
        }
        if self.file.get::<Value>(key).is_ok() { Origin::File } else { Origin::Default }
    }
}

fn split(argument: &str) -> Result<(String, String), ConfigError> {
    let refused = || ConfigError::Override { argument: argument.to_owned() };
    let (key, value) = argument.split_once('=').ok_or_else(refused)?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

fn reason(error: &config::ConfigError) -> String {
    error.to_string().trim_end().to_owned()
}
