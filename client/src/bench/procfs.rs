//! What Linux tells about processes and the machine, read from `/proc`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::limits::TICKS_PER_S;

/// Milliseconds of processor time that a process and its threads used; `None` where it is gone.
pub fn cpu_ms(pid: u32) -> Option<u64> {
    parse_cpu_ms(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// How long this thread ran on a processor, however many others wanted it; `None` where the system does not tell.
pub fn thread_time() -> Option<Duration> {
    let times = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    times.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory that a process ever held, in KiB.
pub fn memory_peak_kib(pid: u32) -> Option<u64> {
    labelled(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?, "VmHWM:")
}

/// Memory that a process holds now, in KiB.
pub fn memory_kib(pid: u32) -> Option<u64> {
    labelled(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?, "VmRSS:")
}

/// Bytes that a process had written to disks; `None` where the system does not tell.
pub fn written_bytes(pid: u32) -> Option<u64> {
    labelled(&fs::read_to_string(format!("/proc/{pid}/io")).ok()?, "write_bytes:")
}

/// Bytes that the loopback interface carried, whoever sent them.
pub fn loopback_bytes() -> Option<u64> {
    parse_loopback(&fs::read_to_string("/proc/net/dev").ok()?)
}

/// Bytes of all files below a folder. A file that is replaced meanwhile counts as nothing.
pub fn folder_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries
        .map(|entry| match entry.metadata() {
            Ok(known) if known.is_dir() => folder_bytes(&entry.path()),
            Ok(known) => known.len(),
            Err(_) => 0,
        })
        .sum()
}

/// User and system time, the 14th and 15th field; the name before them may hold spaces and brackets.
fn parse_cpu_ms(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let ticks = times.next()?.ok()?.saturating_add(times.next()?.ok()?);
    Some(ticks.saturating_mul(1_000) / TICKS_PER_S)
}

fn labelled(text: &str, label: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    line.split_whitespace().next()?.parse().ok()
}

fn parse_loopback(devices: &str) -> Option<u64> {
    let line = devices.lines().find_map(|line| line.trim_start().strip_prefix("lo:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_the_sum_of_user_and_system_time() {
        let stat = "42 (a (strange) name) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 9 0 1 2 3";
        assert_eq!(parse_cpu_ms(stat), Some(2_000));
        assert_eq!(parse_cpu_ms("42 (cut off"), None);
    }

    #[test]
    fn labels_and_interfaces_are_found_among_others() {
        let status = "Name:\ttallyd\nVmHWM:\t   51234 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(labelled(status, "VmHWM:"), Some(51_234));
        let devices = " face |bytes packets\n  eth0: 9 9\n    lo:  123456 7 0 0 0 0 0 0 123456 7\n";
        assert_eq!(parse_loopback(devices), Some(123_456));
    }

    #[test]
    fn this_very_process_can_be_read() {
        let own = std::process::id();
        assert!(cpu_ms(own).is_some() && memory_peak_kib(own).is_some_and(|kib| kib > 0));
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        fs::write(folder.path().join("inner/file"), [0; 300]).unwrap();
        fs::write(folder.path().join("file"), [0; 40]).unwrap();
        assert_eq!(folder_bytes(folder.path()), 340);
    }
}
