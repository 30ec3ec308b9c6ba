//! Why a file was not imported: one variant per cause, with the thing, the value and what to do next.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::rules::RuleFailure;

/// A file that cannot become a receivable. Nothing was submitted for it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be opened or read.
    #[error("the file cannot be read ({source}): check its path and permissions")]
    Unreadable {
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is larger than this machine reads.
    #[error("the file has {bytes} bytes, more than the {limit} that are read: remove embedded attachments")]
    TooLarge {
        /// Size found, in bytes.
        bytes: u64,
        /// Size allowed, in bytes.
        limit: u64,
    },
    /// The file is not in UTF-8.
    #[error("the file is encoded as {found}: save it as UTF-8 and import it again")]
    EncodingUnsupported {
        /// The encoding that the byte order mark or the XML declaration tells.
        found: String,
    },
    /// The bytes are not UTF-8 although nothing says otherwise.
    #[error("byte {offset} is not valid UTF-8: ask the sender for an undamaged file in UTF-8")]
    NotUtf8 {
        /// Offset of the first bad byte.
        offset: usize,
    },
    /// XML of another version.
    #[error("XML version {found} is not read: ask the sender for XML 1.0")]
    VersionUnsupported {
        /// The version in the XML declaration.
        found: String,
    },
    /// The XML is broken.
    #[error("the XML is broken at byte {offset} ({source}): ask the sender for an undamaged file")]
    Malformed {
        /// Offset where reading stopped.
        offset: u64,
        /// What the XML reader said.
        source: quick_xml::Error,
    },
    /// The file ends inside an element.
    #[error("the file ends inside <{element}>: it was cut short, ask the sender for the whole file")]
    Truncated {
        /// The innermost element still open.
        element: String,
    },
    /// The file has no element at all.
    #[error("the file holds no XML element: it is empty or not an invoice")]
    Empty,
    /// Text or a second root outside the root element.
    #[error("byte {offset} lies outside the root element: a file must hold exactly one invoice")]
    OutsideRoot {
        /// Offset of the content.
        offset: u64,
    },
    /// A document type definition.
    #[error("byte {offset} starts a DTD, which is never read: ask the sender for an invoice without DOCTYPE")]
    DoctypeRefused {
        /// Offset of the declaration.
        offset: u64,
    },
    /// An entity that XML does not predefine.
    #[error("entity &{name}; is never expanded: ask the sender for an invoice without entities")]
    EntityRefused {
        /// The entity's name.
        name: String,
    },
    /// A character that XML 1.0 forbids.
    #[error("character U+{code:04X} is forbidden in XML: ask the sender for an undamaged file")]
    CharacterRefused {
        /// Its Unicode code point.
        code: u32,
    },
    /// A prefix without namespace declaration.
    #[error("prefix {prefix} has no namespace declaration: ask the sender for valid UBL 2.1")]
    PrefixUnbound {
        /// The prefix.
        prefix: String,
    },
    /// Too deeply nested.
    #[error("elements are nested deeper than {limit}: this is no invoice")]
    TooDeep {
        /// Depth allowed.
        limit: usize,
    },
    /// Too many elements.
    #[error("the file has more than {limit} elements: split the invoice or send a consolidated one")]
    TooManyElements {
        /// Elements allowed.
        limit: usize,
    },
    /// A text or attribute is too long.
    #[error("<{element}> holds {bytes} bytes, more than the {limit} allowed: ask the sender to shorten it")]
    TextTooLong {
        /// The element's local name.
        element: String,
        /// Bytes found (at least).
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The root element is not a UBL 2.1 invoice or credit note.
    #[error(
        "<{root}> in namespace \"{namespace}\" is not a UBL 2.1 Invoice or CreditNote: export it as UBL 2.1"
    )]
    NotUbl {
        /// The root's local name.
        root: String,
        /// The root's namespace, empty if it has none.
        namespace: String,
    },
    /// An element that an invoice must have.
    #[error("{element} is missing: ask the supplier for a complete invoice")]
    Missing {
        /// The element's path.
        element: &'static str,
    },
    /// An element that may appear once appears again.
    #[error("{element} appears {count} times where one is allowed: ask the supplier which one counts")]
    Repeated {
        /// The element's path.
        element: &'static str,
        /// How often it appears.
        count: usize,
    },
    /// A date that is none.
    #[error("{element} \"{value}\" is not a date like 2026-06-17: ask the supplier to correct it")]
    NotADate {
        /// The element's path.
        element: &'static str,
        /// The text found.
        value: String,
    },
    /// An amount that is none, or with more digits than are counted exactly.
    #[error(
        "{element} \"{value}\" is not an amount of at most 16 digits before and 6 after the point: \
         ask the supplier to correct it"
    )]
    NotAnAmount {
        /// The element's path.
        element: &'static str,
        /// The text found.
        value: String,
    },
    /// A currency code that ISO 4217 does not list.
    #[error("currency \"{code}\" is not in ISO 4217: ask the supplier to correct it")]
    CurrencyUnknown {
        /// The code found.
        code: String,
    },
    /// A code for gold, testing and the like.
    #[error("currency {code} has no minor unit and cannot be paid in: ask the supplier for another currency")]
    CurrencyWithoutMinorUnit {
        /// The code found.
        code: String,
    },
    /// An amount in another currency than the document's.
    #[error("{element} is in {found}, the document in {expected}: ask the supplier to correct it")]
    CurrencyMixed {
        /// The element's path.
        element: &'static str,
        /// Its currency.
        found: String,
        /// The document's currency.
        expected: &'static str,
    },
    /// An amount finer than the currency's minor unit.
    #[error(
        "payable amount {value} {currency} has more than {digits} decimals: ask the supplier to round it"
    )]
    FinerThanMinorUnit {
        /// The amount.
        value: Decimal,
        /// ISO 4217 code.
        currency: &'static str,
        /// Decimals of the currency's minor unit.
        digits: u16,
    },
    /// An amount beyond what one receivable may carry.
    #[error(
        "payable amount {value} {currency} is beyond the ledger's {limit} minor units: split the invoice"
    )]
    AmountTooLarge {
        /// The amount.
        value: Decimal,
        /// ISO 4217 code.
        currency: &'static str,
        /// Minor units allowed.
        limit: i64,
    },
    /// A credit note is never an invoice.
    #[error(
        "{number} is a credit note, never a receivable: issue it against the invoices it corrects ({corrects}) with \
         tally credit-note import"
    )]
    CreditNote {
        /// The document's number.
        number: String,
        /// The invoices it corrects.
        corrects: References,
    },
    /// Only credit notes lower a debt.
    #[error("{number} is an invoice, not a credit note: submit it with tally receivable import")]
    NotACreditNote {
        /// The document's number.
        number: String,
    },
    /// Nobody can tell which debt it lowers.
    #[error(
        "credit note {number} names no invoice that it corrects: issue it with tally credit-note issue for the \
         receivable that it is about"
    )]
    ReferenceMissing {
        /// The document's number.
        number: String,
    },
    /// The supplier owes the buyer.
    #[error(
        "payable amount {value} {currency} is negative: it corrects another invoice and cannot be financed"
    )]
    PayableNegative {
        /// The amount.
        value: Decimal,
        /// ISO 4217 code.
        currency: &'static str,
    },
    /// Nothing is left to pay.
    #[error("payable amount is zero (prepaid {prepaid} {currency}): nothing is left to finance")]
    PayableZero {
        /// What was prepaid.
        prepaid: Decimal,
        /// ISO 4217 code.
        currency: &'static str,
    },
    /// Neither the file nor the caller tells when to pay.
    #[error("invoice {number} has no due date: supply the agreed one with --due YYYY-MM-DD")]
    DueDateMissing {
        /// The invoice's number.
        number: String,
    },
    /// Due before it was issued.
    #[error(
        "due date {due_date} lies before issue date {issue_date}: ask the supplier to correct the invoice"
    )]
    DueBeforeIssue {
        /// Due date found.
        due_date: Date,
        /// Issue date found.
        issue_date: Date,
    },
    /// The totals contradict each other.
    #[error("{failures}: ask the supplier to correct it, or pass --accept-warnings to import it as it is")]
    RulesBroken {
        /// Every rule that fails.
        failures: RuleFailures,
    },
}

impl ImportError {
    /// A stable name for tables and scripts.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "FILE_UNREADABLE",
            Self::TooLarge { .. } => "FILE_TOO_LARGE",
            Self::EncodingUnsupported { .. } => "ENCODING_UNSUPPORTED",
            Self::NotUtf8 { .. } => "NOT_UTF8",
            Self::VersionUnsupported { .. } => "XML_VERSION_UNSUPPORTED",
            Self::Malformed { .. } => "XML_MALFORMED",
            Self::Truncated { .. } => "XML_TRUNCATED",
            Self::Empty => "XML_EMPTY",
            Self::OutsideRoot { .. } => "XML_OUTSIDE_ROOT",
            Self::DoctypeRefused { .. } => "DOCTYPE_REFUSED",
            Self::EntityRefused { .. } => "ENTITY_REFUSED",
            Self::CharacterRefused { .. } => "CHARACTER_REFUSED",
            Self::PrefixUnbound { .. } => "PREFIX_UNBOUND",
            Self::TooDeep { .. } => "XML_TOO_DEEP",
            Self::TooManyElements { .. } => "XML_TOO_MANY_ELEMENTS",
            Self::TextTooLong { .. } => "TEXT_TOO_LONG",
            Self::NotUbl { .. } => "NOT_UBL",
            Self::Missing { .. } => "ELEMENT_MISSING",
            Self::Repeated { .. } => "ELEMENT_REPEATED",
            Self::NotADate { .. } => "NOT_A_DATE",
            Self::NotAnAmount { .. } => "NOT_AN_AMOUNT",
            Self::CurrencyUnknown { .. } => "CURRENCY_UNKNOWN",
            Self::CurrencyWithoutMinorUnit { .. } => "CURRENCY_WITHOUT_MINOR_UNIT",
            Self::CurrencyMixed { .. } => "CURRENCY_MIXED",
            Self::FinerThanMinorUnit { .. } => "FINER_THAN_MINOR_UNIT",
            Self::AmountTooLarge { .. } => "AMOUNT_TOO_LARGE",
            Self::CreditNote { .. } => "CREDIT_NOTE",
            Self::NotACreditNote { .. } => "NOT_A_CREDIT_NOTE",
            Self::ReferenceMissing { .. } => "REFERENCE_MISSING",
            Self::PayableNegative { .. } => "PAYABLE_NEGATIVE",
            Self::PayableZero { .. } => "PAYABLE_ZERO",
            Self::DueDateMissing { .. } => "DUE_DATE_MISSING",
            Self::DueBeforeIssue { .. } => "DUE_BEFORE_ISSUE",
            Self::RulesBroken { .. } => "RULES_BROKEN",
        }
    }
}

/// Several failing rules in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFailures(pub Vec<RuleFailure>);

impl fmt::Display for RuleFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, failure) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{failure}")?;
        }
        Ok(())
    }
}

/// Document numbers in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct References(pub Vec<String>);

impl fmt::Display for References {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("it names none");
        }
        f.write_str(&self.0.join(", "))
    }
}
