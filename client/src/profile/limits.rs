//! Sizes of the profiles file, each with its unit and its reason.

/// Bytes of the profiles file: hundreds of profiles fit.
pub const PROFILE_FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Bytes of a profile's name: it is a word in commands and file names.
pub const PROFILE_NAME_BYTES_MAX: usize = 64;
