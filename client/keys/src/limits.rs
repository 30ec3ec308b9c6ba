//! Sizes and costs of key files, each with its unit and its reason.

/// Bytes of a key file: an encrypted Ed25519 key has about 500.
pub const KEY_FILE_BYTES_MAX: u64 = 16 * 1024;

/// Bytes of a passphrase.
pub const PASSPHRASE_BYTES_MAX: usize = 1024;

/// Bytes of a passphrase that protects a new key file.
pub const PASSPHRASE_BYTES_MIN: usize = 8;

/// scrypt's N, as its logarithm: 16 MiB of memory at r = 8, and still readable by OpenSSL's default limit.
pub const SCRYPT_LOG_N: u8 = 14;

/// scrypt's block size r.
pub const SCRYPT_R: u32 = 8;

/// scrypt's parallelism p of [`crate::Cost::Standard`]: OWASP's equivalent of N = 2^17, p = 1, in less memory.
pub const SCRYPT_P_STANDARD: u32 = 5;

/// scrypt's parallelism p of [`crate::Cost::Quick`].
pub const SCRYPT_P_QUICK: u32 = 1;

/// scrypt's N in files that others wrote: 1 GiB of memory at r = 8.
pub const SCRYPT_N_MAX: u64 = 1 << 20;

/// scrypt's block size r in files that others wrote.
pub const SCRYPT_R_MAX: u16 = 8;

/// scrypt's parallelism p in files that others wrote.
pub const SCRYPT_P_MAX: u16 = 16;

/// PBKDF2 rounds in files that others wrote: a few seconds.
pub const PBKDF2_ROUNDS_MAX: u32 = 10_000_000;

/// Key files in one bundle: those of a node and of a member with many hands.
pub const BUNDLE_FILES_MAX: usize = 64;

/// Bytes of a bundle: as many key files of the largest size, and what encryption adds.
pub const BUNDLE_BYTES_MAX: u64 = BUNDLE_FILES_MAX as u64 * (KEY_FILE_BYTES_MAX + 1024) + 64 * 1024;

/// The logarithm of scrypt's N in bundles that others wrote: 4 GiB of memory at r = 8.
pub const BUNDLE_LOG_N_MAX: u8 = 22;
