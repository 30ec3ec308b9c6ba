//! Profiles: whom the user acts as, through which node, with which key.
//!
//! `$TALLY_HOME/profiles.toml`, else `$XDG_CONFIG_HOME/tally/profiles.toml`, else `~/.config/tally/profiles.toml`.

mod error;
mod file;
pub mod limits;
mod resolve;

use std::path::PathBuf;

pub use error::ProfileError;
pub use file::{Profile, ProfileFile};
pub use resolve::{
    CA_VARIABLE, CERTIFICATE_KEY_VARIABLE, CERTIFICATE_VARIABLE, CHAIN_VARIABLE, Flags, KEY_VARIABLE,
    MEMBER_VARIABLE, NODE_VARIABLE, Origin, PASSPHRASE_VARIABLE, PROFILE_VARIABLE, Settings, Sourced,
    resolve,
};

/// The folder of profiles, and by default of keys.
pub const HOME_VARIABLE: &str = "TALLY_HOME";

const FILE_NAME: &str = "profiles.toml";

/// Where `tally` keeps its files. `environment` looks a variable up; an empty one counts as unset.
pub fn home(environment: &dyn Fn(&str) -> Option<String>) -> Result<PathBuf, ProfileError> {
    let folder = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder(HOME_VARIABLE)
        .or_else(|| folder("XDG_CONFIG_HOME").map(|config| config.join("tally")))
        .or_else(|| folder("HOME").map(|home| home.join(".config/tally")))
        .ok_or(ProfileError::NoHome)
}

/// The profiles file in [`home`].
pub fn location(environment: &dyn Fn(&str) -> Option<String>) -> Result<PathBuf, ProfileError> {
    Ok(home(environment)?.join(FILE_NAME))
}
