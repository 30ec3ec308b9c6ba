//! What an earlier run left behind: its nodes are ended and its files removed, if they are provably ours.

use std::fs;
use std::path::Path;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::error::{NetworkError, io};
use super::layout::{Layout, MARKER, NodeLayout};
use crate::limits::{POLL, STOP_MAX};

/// Empties the network's folder. Refuses a folder that is not ours or whose maker still runs.
pub fn clean(layout: &Layout) -> Result<(), NetworkError> {
    let root = &layout.root;
    if !root.exists() {
        return Ok(());
    }
    if !layout.marker().exists() {
        let mut entries = fs::read_dir(root).map_err(io(root, "list"))?;
        return match entries.next() {
            None => Ok(()),
            Some(_) => Err(NetworkError::NotOurs { path: root.clone(), marker: MARKER }),
        };
    }
    refuse_running_maker(layout)?;
    end_nodes(layout)?;
    fs::remove_dir_all(root).map_err(io(root, "remove"))
}

/// The marker holds the maker's process id and executable; a process of that id and executable is still at it.
fn refuse_running_maker(layout: &Layout) -> Result<(), NetworkError> {
    let text = fs::read_to_string(layout.marker()).unwrap_or_default();
    let mut lines = text.lines();
    let (Some(pid), Some(executable)) = (lines.next().and_then(|line| line.parse().ok()), lines.next())
    else {
        return Ok(());
    };
    let runs = pid != std::process::id()
        && command_line(pid).is_some_and(|words| words.first().is_some_and(|word| word == executable));
    if runs { Err(NetworkError::InUse { path: layout.root.clone(), pid }) } else { Ok(()) }
}

/// Ends every node whose process is proven to be ours: its command line names its configuration in this folder.
fn end_nodes(layout: &Layout) -> Result<(), NetworkError> {
    let nodes = layout.nodes();
    let Ok(entries) = fs::read_dir(&nodes) else { return Ok(()) };
    for entry in entries.filter_map(Result::ok) {
        let node = NodeLayout { root: entry.path() };
        if let Some(pid) = read_pid(&node.pid()).filter(|pid| is_node(*pid, &node)) {
            end(pid, &node);
        }
    }
    Ok(())
}

fn end(pid: u32, node: &NodeLayout) {
    let Some(process) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
    // Already gone is as good as ended.
    let _ = kill_process(process, Signal::TERM);
    let asked = Instant::now();
    while test_kill_process(process).is_ok() && asked.elapsed() < STOP_MAX {
        std::thread::sleep(POLL);
    }
    if is_node(pid, node) {
        let _ = kill_process(process, Signal::KILL);
        std::thread::sleep(POLL);
    }
}

fn read_pid(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// Whether the process of that id was started by us for this very node.
fn is_node(pid: u32, node: &NodeLayout) -> bool {
    let config = node.config().display().to_string();
    let words = command_line(pid).unwrap_or_default();
    let is_tallyd =
        words.first().is_some_and(|word| Path::new(word).file_name().is_some_and(|name| name == "tallyd"));
    is_tallyd && words.contains(&config)
}

fn command_line(pid: u32) -> Option<Vec<String>> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let words = bytes.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    Some(words.filter(|word| !word.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// A started process has no command line until the kernel has set up its stack, after `spawn` returned.
    fn wait_for_command_line(pid: u32) {
        while command_line(pid).is_none_or(|words| words.is_empty()) {
            std::thread::sleep(POLL);
        }
    }

    fn layout(folder: &tempfile::TempDir) -> Layout {
        Layout { root: folder.path().join("run") }
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let layout = layout(&folder);
        fs::create_dir(&layout.root).unwrap();
        fs::write(layout.root.join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(clean(&layout), Err(NetworkError::NotOurs { .. })));
        assert!(layout.root.join("thesis.txt").exists());
    }

    #[test]
    fn a_process_that_is_no_node_of_this_folder_is_never_ended() {
        let folder = tempfile::tempdir().unwrap();
        let layout = layout(&folder);
        let node = layout.node("bank-east");
        fs::create_dir_all(&node.root).unwrap();
        fs::write(layout.marker(), "").unwrap();
        let mut stranger = Command::new("sleep").arg("60").spawn().unwrap();
        wait_for_command_line(stranger.id());
        fs::write(node.pid(), stranger.id().to_string()).unwrap();
        clean(&layout).unwrap();
        assert!(!layout.root.exists());
        assert!(stranger.try_wait().unwrap().is_none(), "the stranger still runs");
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    }

    #[test]
    fn a_folder_whose_maker_runs_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let layout = layout(&folder);
        fs::create_dir_all(&layout.root).unwrap();
        let mut maker = Command::new("sleep").arg("60").spawn().unwrap();
        wait_for_command_line(maker.id());
        fs::write(layout.marker(), format!("{}\nsleep\n", maker.id())).unwrap();
        assert!(matches!(clean(&layout), Err(NetworkError::InUse { .. })));
        maker.kill().unwrap();
        maker.wait().unwrap();
        clean(&layout).unwrap();
    }
}
