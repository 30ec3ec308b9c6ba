//! The disk under the data directory: how much is free, and how long a sync takes.
use super::finding::{Finding, Level};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const GIB: u64 = 1 << 30;
/// Bytes free below which the node may have to stop within hours: a busy chain writes some GiB a day.
const FREE_NOW: u64 = GIB;
/// Bytes free for about a week.
const FREE_SOON: u64 = 10 * GIB;
/// A commit waits for some syncs one after the other; with this each it no longer fits into a timeout.
const SYNC_NOW: Duration = Duration::from_millis(100);
/// A disk of a data centre needs a tenth of this.
const SYNC_SOON: Duration = Duration::from_millis(20);
const SYNCS: usize = 15;
const SYNC_BYTES: [u8; 4096] = [0; 4096];

pub(super) fn examine(folder: &Path) -> Vec<Finding> {
    vec![space(folder), latency(folder)]
}

fn space(folder: &Path) -> Finding {
    match rustix::fs::statvfs(folder) {
        Err(error) => Finding::now("disk", format!("{}: {error}", folder.display()), "is it mounted?"),
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let level = match free {
                ..FREE_NOW => Level::Now,
                FREE_NOW..FREE_SOON => Level::Soon,
                FREE_SOON.. => Level::Well,
            };
            let advice = "make room: a node without any stops voting before it acknowledges anything";
            Finding::at(level, "disk", format!("{} MiB free under {}", free >> 20, folder.display()), advice)
        }
    }
}

fn latency(folder: &Path) -> Finding {
    match measure(folder) {
        Err(error) => {
            let found = format!("{} cannot be written: {error}", folder.display());
            Finding::now("disk", found, "repair the disk or its permissions: no block can be committed")
        }
        Ok(median) => {
            let level = match median {
                median if median >= SYNC_NOW => Level::Now,
                median if median >= SYNC_SOON => Level::Soon,
                _ => Level::Well,
            };
            let found = format!("a sync takes {:.1} ms (median of {SYNCS})", median.as_secs_f64() * 1_000.0);
            let advice = "use a disk of its own with a write cache that survives a power cut";
            Finding::at(level, "disk", found, advice)
        }
    }
}

/// A file of the doctor's own, gone when it is done.
struct Probe(PathBuf);

impl Drop for Probe {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn measure(folder: &Path) -> io::Result<Duration> {
    let probe = Probe(folder.join(format!("doctor.{}", std::process::id())));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&probe.0)?;
    let mut taken = (0..SYNCS).map(|_| sync(&mut file)).collect::<io::Result<Vec<_>>>()?;
    taken.sort();
    Ok(taken.get(SYNCS / 2).copied().unwrap_or_default())
}

fn sync(file: &mut File) -> io::Result<Duration> {
    let begun = Instant::now();
    file.write_all(&SYNC_BYTES)?;
    file.sync_data()?;
    Ok(begun.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probe_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(examine(folder.path()).len(), 2);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let missing = examine(&folder.path().join("missing"));
        assert!(missing.iter().all(|finding| finding.level == Level::Now), "{missing:?}");
    }
}
