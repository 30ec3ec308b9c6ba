//! The long form: libFuzzer around the target that `TALLY_FUZZ_TARGET` names; `testnet/fuzz.sh` builds and runs it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tally_fuzz::{Target, target};

static CHOSEN: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("TALLY_FUZZ_TARGET").unwrap_or_default();
    target(&name).unwrap_or_else(|| panic!("TALLY_FUZZ_TARGET is \"{name}\", which is no target"))
});

fuzz_target!(|bytes: &[u8]| {
    (CHOSEN.run)(bytes);
});
