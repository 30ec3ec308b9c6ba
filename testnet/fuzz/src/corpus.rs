//! The corpus on disk: one folder for each target, one file for each input.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use crate::seeds;
use crate::table::Target;

/// Begins the name of what an encoder made; whatever else lies beside is a regression or was found on the way.
pub const SEED: &str = "seed-";
/// Begins the name of a seed that differs in every run of its encoder, and is kept as it was made once.
pub const MADE_ONCE: &str = "once-";

/// Where the inputs of a target lie.
pub fn folder(target: &Target) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name)
}

/// Every input of a target by its name.
pub fn inputs(target: &Target) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder(target))? {
        let entry = entry?;
        found.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?);
    }
    Ok(found)
}

/// What the encoders make of a target today, by the names that it has in the corpus.
pub fn seeds(target: &Target) -> BTreeMap<String, Vec<u8>> {
    let numbered = (target.seeds)().into_iter().enumerate();
    let seeds = numbered.map(|(number, bytes)| (format!("{SEED}{number:03}"), bytes));
    let edges = edges(target).into_iter().enumerate();
    seeds.chain(edges.map(|(number, bytes)| (format!("edge-{number:03}"), bytes))).collect()
}

/// Published inputs that need not be taken.
fn edges(target: &Target) -> Vec<Vec<u8>> {
    if target.name == "signature" { seeds::edges() } else { Vec::new() }
}

/// Writes the corpus that [`seeds`] describes; what is there already stays if it is none of them.
pub fn write(target: &Target) -> io::Result<()> {
    let folder = folder(target);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(SEED) {
            fs::remove_file(entry.path())?;
        }
    }
    seeds(target).iter().try_for_each(|(name, bytes)| fs::write(folder.join(name), bytes))?;
    let once = folder.join(format!("{MADE_ONCE}sealed"));
    if target.name == "key_bundle" && !once.exists() {
        fs::write(once, seeds::sealed_bundle())?;
    }
    Ok(())
}
