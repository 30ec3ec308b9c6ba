//! Keys of a PKCS #11 module, against SoftHSM2. Without the module the test says how to get it and fails.

#![allow(clippy::unwrap_used, reason = "a helper of a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use ed25519_dalek::Signature;
use tally_keys::{KeyError, KeyHandle, KeyUri, Passphrase, Pkcs11Signer};

const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

fn module() -> &'static str {
    let found = MODULES.into_iter().find(|path| Path::new(path).is_file());
    found.expect(
        "SoftHSM2 is not installed: run `apt-get install softhsm2`, or testnet/test.sh, which installs it",
    )
}

/// Runs this test again in a process whose module finds its tokens in a folder of the test's.
fn with_tokens(test: &str, folder: &Path) {
    let tokens = folder.join("tokens");
    fs::create_dir_all(&tokens).unwrap();
    let configuration = folder.join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    fs::write(&configuration, text).unwrap();
    let initialised = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "bank", "--so-pin", "12345678", "--pin", "87654321"])
        .env("SOFTHSM2_CONF", &configuration)
        .output()
        .unwrap();
    assert!(initialised.status.success(), "{}", String::from_utf8_lossy(&initialised.stderr));
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("SOFTHSM2_CONF", &configuration)
        .env("TALLY_TEST_FOLDER", folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
}

fn inner() -> Option<PathBuf> {
    std::env::var_os("TALLY_TEST_FOLDER").map(PathBuf::from)
}

fn no_pin() -> Result<Passphrase, KeyError> {
    panic!("the PIN is in the file that the reference names")
}

#[test]
fn a_key_is_made_in_the_module_signs_there_and_is_renamed() {
    let module = module();
    let Some(folder) = inner() else {
        let folder = tempfile::tempdir().unwrap();
        return with_tokens("a_key_is_made_in_the_module_signs_there_and_is_renamed", folder.path());
    };
    let pin = folder.join("pin");
    fs::write(&pin, "87654321\n").unwrap();
    fs::set_permissions(&pin, fs::Permissions::from_mode(0o600)).unwrap();
    let text = |object: &str| {
        format!("pkcs11:token=bank;object={object}?module-path={module}&pin-source={}", pin.display())
    };
    let uri = |object: &str| KeyUri::of(Path::new(&text(object))).unwrap().unwrap();

    let none = KeyHandle::inspect(Path::new(&text("consensus"))).unwrap_err();
    assert!(matches!(none, KeyError::ModuleKey { found: 0, .. }), "{none}");
    let public = Pkcs11Signer::create(&uri("consensus"), no_pin).unwrap();
    assert_eq!(KeyHandle::inspect(Path::new(&text("consensus"))).unwrap(), public);
    let again = Pkcs11Signer::create(&uri("consensus"), no_pin).unwrap_err();
    assert!(matches!(again, KeyError::Exists { .. }), "{again}");

    let handle = KeyHandle::open(Path::new(&text("consensus")), no_pin).unwrap();
    assert_eq!(handle.public(), public);
    for bytes in [&b""[..], b"vote", &[7; 100_000]] {
        let signature = Signature::from_bytes(&handle.sign(bytes).unwrap());
        public.verify_strict(bytes, &signature).unwrap();
    }
    let shared = handle.clone();
    std::thread::spawn(move || shared.sign(b"elsewhere").unwrap()).join().unwrap();

    let next = Pkcs11Signer::create(&uri("consensus.next"), no_pin).unwrap();
    Pkcs11Signer::rename(&uri("consensus"), "consensus.retired", no_pin).unwrap();
    Pkcs11Signer::rename(&uri("consensus.next"), "consensus", no_pin).unwrap();
    assert_eq!(KeyHandle::inspect(Path::new(&text("consensus"))).unwrap(), next);
    assert!(handle.sign(b"a key in use stays the same under another label").is_ok());

    let other = KeyHandle::inspect(Path::new(&text("consensus").replace("bank", "nobody"))).unwrap_err();
    assert!(matches!(other, KeyError::ModuleToken { .. }), "{other}");
    let absent =
        KeyHandle::inspect(Path::new(&text("consensus").replace(module, "/nowhere.so"))).unwrap_err();
    assert!(absent.to_string().contains("apt-get install softhsm2"), "{absent}");
    fs::set_permissions(&pin, fs::Permissions::from_mode(0o644)).unwrap();
    let open = KeyHandle::open(Path::new(&text("consensus")), no_pin).unwrap_err();
    assert!(matches!(open, KeyError::TooOpen { .. }), "{open}");
}

#[test]
fn a_wrong_pin_is_refused_and_never_told() {
    let module = module();
    let Some(folder) = inner() else {
        let folder = tempfile::tempdir().unwrap();
        return with_tokens("a_wrong_pin_is_refused_and_never_told", folder.path());
    };
    assert!(folder.is_dir());
    let text = format!("pkcs11:token=bank;object=consensus?module-path={module}");
    let wrong = || Passphrase::new("00000000");
    let uri = KeyUri::of(Path::new(&text)).unwrap().unwrap();
    let error = Pkcs11Signer::create(&uri, wrong).unwrap_err();
    assert!(matches!(error, KeyError::Module { action: "log in", .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("00000000"));
}
