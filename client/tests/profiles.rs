//! Profiles on a real disk: strict reading, safe replacing, and one order of precedence.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use tally_client::key::PassphraseSource;
use tally_client::profile::{Flags, Origin, Profile, ProfileError, ProfileFile, home, location, resolve};

const TWO: &str = r#"
default = "alpha"

[profiles.alpha]
nodes = ["http://127.0.0.1:7001", "http://127.0.0.1:7002"]
chain_id = "demo"
member = "alpha"
key_file = "keys/alpha.pem"
passphrase_file = "/etc/alpha.pass"

[profiles.beta]
member = "beta"
"#;

fn load(text: &str) -> Result<ProfileFile, ProfileError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profiles.toml");
    fs::write(&path, text).unwrap();
    ProfileFile::load(&path)
}

fn nothing(_: &str) -> Option<String> {
    None
}

#[test]
fn an_absent_file_holds_no_profiles() {
    let file = ProfileFile::load(Path::new("/nonexistent/profiles.toml")).unwrap();
    assert_eq!(file.list().count(), 0);
    assert_eq!(file.default_name(), None);
}

#[test]
fn what_is_wrong_is_named() {
    let table = [
        ("colour = 1", "unknown key colour"),
        ("[profiles.a]\nnods = []", "unknown key profiles.a.nods"),
        ("[profiles.a]\nnodes = \"x\"", "invalid type"),
        ("[profiles.a", "profiles.toml"),
        ("default = \"b\"\n[profiles.a]", "there is no profile b"),
        ("[profiles.A]", "is no profile name"),
        ("[profiles.\"../a\"]", "is no profile name"),
        ("[profiles.a]\nnodes = [\"127.0.0.1:7001\"]", "is no node address"),
        ("[profiles.a]\nnodes = [\"ftp://x:1\"]", "is no node address"),
        ("[profiles.a]\nnodes = [\"http://user:secret@x:1\"]", "is no node address"),
    ];
    for (text, expected) in table {
        let message = load(text).unwrap_err().to_string();
        assert!(message.contains(expected), "{text:?} gives {message:?}");
    }
}

#[test]
fn profiles_are_added_chosen_and_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/profiles.toml");
    let mut file = ProfileFile::load(&path).unwrap();
    let alpha = Profile { member: Some("alpha".into()), ..Profile::default() };
    file.add("alpha", alpha.clone()).unwrap();
    file.add("beta", Profile::default()).unwrap();
    assert_eq!(file.default_name(), Some("alpha"), "the first one is the default");
    assert!(matches!(file.add("alpha", alpha), Err(ProfileError::Exists { .. })));
    assert!(matches!(file.use_by_default("gamma"), Err(ProfileError::Unknown { .. })));
    file.use_by_default("beta").unwrap();
    file.save().unwrap();
    let again = ProfileFile::load(&path).unwrap();
    assert_eq!(again, file);
    assert_eq!(again.list().map(|(name, _)| name).collect::<Vec<_>>(), ["alpha", "beta"]);
    let left = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(left, 1, "no draft is left behind");
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let file = load(TWO).unwrap();
    let member = |flag: Option<&str>, variable: Option<&str>| {
        let flags = Flags { member: flag.map(str::to_owned), ..Flags::default() };
        let environment =
            |name: &str| (name == "TALLY_MEMBER").then(|| variable.map(str::to_owned)).flatten();
        let settings = resolve(&flags, &environment, &file).unwrap();
        let member = settings.member().unwrap().clone();
        (member.value, member.origin)
    };
    assert_eq!(member(Some("gamma"), Some("delta")), ("gamma".into(), Origin::Flag));
    assert_eq!(member(None, Some("delta")), ("delta".into(), Origin::Environment));
    assert_eq!(member(None, None), ("alpha".into(), Origin::File));
    assert_eq!(member(None, Some("")), ("alpha".into(), Origin::File), "an empty variable is unset");
    let settings = resolve(&Flags::default(), &nothing, &load("[profiles.a]").unwrap()).unwrap();
    assert_eq!(settings.passphrase.value, PassphraseSource::Prompt);
    assert_eq!(settings.passphrase.origin, Origin::Default);
}

#[test]
fn a_profile_is_selected_by_flag_environment_or_default() {
    let file = load(TWO).unwrap();
    let selected = |flag: Option<&str>, variable: Option<&str>| {
        let flags = Flags { profile: flag.map(str::to_owned), ..Flags::default() };
        let environment =
            |name: &str| (name == "TALLY_PROFILE").then(|| variable.map(str::to_owned)).flatten();
        resolve(&flags, &environment, &file).map(|settings| settings.profile.unwrap().value)
    };
    assert_eq!(selected(None, None).unwrap(), "alpha");
    assert_eq!(selected(None, Some("beta")).unwrap(), "beta");
    assert_eq!(selected(Some("alpha"), Some("beta")).unwrap(), "alpha");
    assert!(matches!(selected(Some("gamma"), None), Err(ProfileError::Unknown { .. })));
}

#[test]
fn what_nothing_sets_is_told_with_its_flag_and_variable() {
    let file = load(TWO).unwrap();
    let flags = Flags { profile: Some("beta".into()), ..Flags::default() };
    let settings = resolve(&flags, &nothing, &file).unwrap();
    let message = settings.nodes().unwrap_err().to_string();
    assert_eq!(message, "no node address is set: pass --node, set TALLY_NODE, or choose a profile with --as");
    assert!(settings.chain_id().is_err() && settings.key_file().is_err());
}

#[test]
fn relative_paths_start_at_the_profiles_file() {
    let file = load(TWO).unwrap();
    let settings = resolve(&Flags::default(), &nothing, &file).unwrap();
    let expected = file.path().parent().unwrap().join("keys/alpha.pem");
    assert_eq!(settings.key_file().unwrap().value, expected);
    assert_eq!(settings.passphrase.value, PassphraseSource::File("/etc/alpha.pass".into()));
}

#[test]
fn nodes_in_the_environment_are_separated_by_commas_and_checked() {
    let file = load(TWO).unwrap();
    let with = |nodes: &'static str| {
        let environment = move |name: &str| (name == "TALLY_NODE").then(|| nodes.to_owned());
        resolve(&Flags::default(), &environment, &file)
    };
    let settings = with("http://127.0.0.1:1, https://b:2").unwrap();
    assert_eq!(settings.nodes().unwrap().value, ["http://127.0.0.1:1", "https://b:2"]);
    assert!(matches!(with("localhost"), Err(ProfileError::BadNode { .. })));
}

#[test]
fn the_home_is_tally_home_then_xdg_then_home() {
    let with = |pairs: &'static [(&'static str, &'static str)]| {
        move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    let all = with(&[("TALLY_HOME", "/t"), ("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")]);
    assert_eq!(home(&all).unwrap(), PathBuf::from("/t"));
    let xdg = with(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")]);
    assert_eq!(location(&xdg).unwrap(), PathBuf::from("/x/tally/profiles.toml"));
    let only = with(&[("TALLY_HOME", ""), ("HOME", "/h")]);
    assert_eq!(location(&only).unwrap(), PathBuf::from("/h/.config/tally/profiles.toml"));
    assert!(matches!(home(&nothing), Err(ProfileError::NoHome)));
}
