//! RocksDB's write-ahead log: a value may lie across two of its blocks, with a header in the middle.

use std::ffi::OsStr;
use std::path::Path;

/// Bytes of a block; a record does not begin in the last six of one.
const BLOCK_BYTES: usize = 32 << 10;
/// Checksum (4 bytes), length (2, little endian), kind (1).
const HEADER_BYTES: usize = 7;

/// Whether RocksDB would name its log so: a number.
pub fn is_log(path: &Path) -> bool {
    let number = path.file_name().and_then(OsStr::to_str).and_then(|name| name.strip_suffix(".log"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What the records hold, one after the other. Ends a block where nothing more was written into it.
pub fn content(log: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(log.len());
    for block in log.chunks(BLOCK_BYTES) {
        let mut rest = block;
        while let Some(([_, _, _, _, low, high, kind], after)) = rest.split_first_chunk::<HEADER_BYTES>() {
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            if *kind == 0 || length > after.len() {
                break;
            }
            let (record, next) = after.split_at(length);
            content.extend_from_slice(record);
            rest = next;
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_databases_own_logs_are_read_so() {
        assert!(is_log(Path::new("data/db/000012.log")));
        assert!(!is_log(Path::new("nodes/bank-01/tallyd.log")) && !is_log(Path::new("000012.sst")));
    }

    #[test]
    fn a_value_across_two_blocks_is_whole_again() {
        let value = b"a value that nobody else may read";
        let (begin, end) = value.split_at(9);
        let record = |kind, bytes: &[u8]| {
            let length = u16::try_from(bytes.len()).unwrap().to_le_bytes();
            [&[1, 2, 3, 4, length[0], length[1], kind], bytes].concat()
        };
        let filler = vec![b'.'; BLOCK_BYTES - 2 * HEADER_BYTES - begin.len() - 5];
        let log = [record(1, &filler), record(2, begin), vec![0; 5], record(4, end), vec![0; 40]].concat();
        assert!(!log.windows(value.len()).any(|window| window == value));
        assert_eq!(content(&log), [&filler[..], value].concat());
    }
}
