//! What one invoice file may cost this machine, each limit with its unit and its reason.

/// Bytes of one file. Invoices that embed a scanned PDF reach a few MiB.
pub const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Elements in one file: an invoice of 5,000 lines has about 150,000; each costs about 200 bytes of memory.
pub const ELEMENTS_MAX: usize = 200_000;

/// Nesting depth in elements. UBL stays below 20; the tree is dropped recursively.
pub const DEPTH_MAX: usize = 64;

/// Bytes of text in one element. Notes and terms fit; an embedded document is skipped and not counted.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one attribute value.
pub const ATTRIBUTE_BYTES_MAX: usize = 4 * 1024;

/// Namespace declarations in scope at once: prefix lookup scans them.
pub const NAMESPACES_MAX: usize = 64;

/// Bytes of a field that goes to the ledger (rulebook §11).
pub const FIELD_BYTES_MAX: usize = 256;

/// Identifiers of one party: a real one has two to six.
pub const IDENTIFIERS_MAX: usize = 32;

/// Digits before the decimal point. With [`AMOUNT_FRACTION_DIGITS_MAX`] and [`ELEMENTS_MAX`] every sum of an
/// invoice stays within the 28 digits that `Decimal` holds exactly.
pub const AMOUNT_INTEGER_DIGITS_MAX: usize = 16;

/// Digits after the decimal point; EN 16931 allows two.
pub const AMOUNT_FRACTION_DIGITS_MAX: usize = 6;

/// Minor units of one amount (rulebook §11).
pub const PAYABLE_MINOR_UNITS_MAX: i64 = 1_000_000_000_000_000;

/// The limits of one import. `Limits::default()` is right for everything but tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Elements in one file.
    pub elements: usize,
    /// Nesting depth in elements.
    pub depth: usize,
    /// Bytes of text in one element.
    pub text_bytes: usize,
    /// Bytes of one attribute value.
    pub attribute_bytes: usize,
    /// Namespace declarations in scope at once.
    pub namespaces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: FILE_BYTES_MAX,
            elements: ELEMENTS_MAX,
            depth: DEPTH_MAX,
            text_bytes: TEXT_BYTES_MAX,
            attribute_bytes: ATTRIBUTE_BYTES_MAX,
            namespaces: NAMESPACES_MAX,
        }
    }
}
