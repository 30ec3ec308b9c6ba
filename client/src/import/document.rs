//! What a UBL document says, exactly and without judgement; `admit` judges.

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::identifiers::CheckedScheme;
use super::rules::RuleFailure;

/// Invoice or credit note. An `Invoice` root whose type code says credit note is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DocumentKind {
    /// The buyer owes.
    Invoice,
    /// The seller owes; never a receivable.
    CreditNote,
}

/// One UBL 2.1 document as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Invoice or credit note.
    pub kind: DocumentKind,
    /// UNTDID 1001 code, if stated (380 commercial invoice, 381 credit note, …).
    pub type_code: Option<String>,
    /// The supplier's number of the document (BT-1).
    pub number: String,
    /// Issue date (BT-2).
    pub issue_date: Date,
    /// Due date (BT-9), from the root, the payment means or the payment terms.
    pub due_date: Option<Date>,
    /// The latest actual delivery (BT-72).
    pub delivery_date: Option<Date>,
    /// The document's currency (BT-5); every amount below is in it.
    pub currency: Currency,
    /// Payable amount (BT-115) in minor units of `currency`; negative if the supplier owes.
    pub payable_minor_units: i64,
    /// The stated totals in the currency's main unit.
    pub totals: Totals,
    /// The seller.
    pub supplier: Party,
    /// The buyer, who owes the money.
    pub anchor: Party,
    /// Who is to be paid if it is not the seller, such as a factor.
    pub payee: Option<Party>,
    /// Other documents that this one names.
    pub references: DocumentReferences,
    /// Payment terms in the supplier's words.
    pub payment_terms: Option<String>,
    /// Number of invoice lines.
    pub line_count: usize,
    /// EN 16931 totals rules that do not hold.
    pub rule_failures: Vec<RuleFailure>,
    /// SHA-256 of the file's original bytes: the evidence.
    pub sha256: [u8; 32],
}

/// The amounts of `LegalMonetaryTotal` and `TaxTotal`, in the currency's main unit; `None` if not stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Σ of the lines' net amounts, recomputed.
    pub line_sum: Decimal,
    /// Stated Σ of the lines' net amounts (BT-106).
    pub line_extension: Option<Decimal>,
    /// Allowances on document level (BT-107).
    pub allowance: Option<Decimal>,
    /// Charges on document level (BT-108).
    pub charge: Option<Decimal>,
    /// Total without VAT (BT-109).
    pub tax_exclusive: Option<Decimal>,
    /// Total VAT in the document's currency (BT-110).
    pub tax: Option<Decimal>,
    /// Total with VAT (BT-112).
    pub tax_inclusive: Option<Decimal>,
    /// Already paid (BT-113).
    pub prepaid: Option<Decimal>,
    /// Rounding (BT-114).
    pub rounding: Option<Decimal>,
    /// Amount due (BT-115).
    pub payable: Decimal,
}

/// One of the parties of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Registered name, else trading name.
    pub name: String,
    /// ISO 3166 country of the postal address.
    pub country: Option<String>,
    /// All identifiers in the document's order within each source.
    pub identifiers: Vec<PartyIdentifier>,
}

/// An identifier of a party and where the document states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyIdentifier {
    /// `schemeID` (an ISO 6523 code or a name); for tax registrations the tax scheme.
    pub scheme: Option<String>,
    /// The identifier as written.
    pub value: String,
    /// The element that carries it.
    pub source: IdentifierSource,
}

/// The element that carries an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentifierSource {
    /// Electronic address (BT-34, BT-49).
    Endpoint,
    /// Party identification (BT-29, BT-46, BT-60).
    Identification,
    /// Tax registration (BT-31, BT-32, BT-48).
    TaxRegistration,
    /// Legal registration (BT-30, BT-47, BT-61).
    LegalRegistration,
}

/// Numbers of other documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentReferences {
    /// Preceding invoices (BT-25).
    pub billing: Vec<String>,
    /// Purchase orders (BT-13).
    pub orders: Vec<String>,
    /// Contracts (BT-12).
    pub contracts: Vec<String>,
    /// The buyer's own reference (BT-10).
    pub buyer_reference: Option<String>,
}

impl Party {
    /// Identifiers whose check digit is wrong: probably mistyped, or dummies.
    pub fn check_digit_warnings(&self) -> impl Iterator<Item = (&PartyIdentifier, CheckedScheme)> {
        self.identifiers.iter().filter_map(|identifier| {
            let scheme = CheckedScheme::of(identifier.scheme.as_deref()?)?;
            (!scheme.is_valid(&identifier.value)).then_some((identifier, scheme))
        })
    }

    /// Whether both name the same company: an equal identifier of equal scheme, or the same name.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let shared = |mine: &PartyIdentifier| {
            other.identifiers.iter().any(|its| its.scheme == mine.scheme && its.value == mine.value)
        };
        self.name == other.name || self.identifiers.iter().any(shared)
    }

    /// The identifiers as one-line labels: `EP 0007:1122334455`, `ID 0088:7300010000001`, `VAT:SE1122`,
    /// `REG USCC:91350100M000100Y43`.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        self.identifiers.iter().map(PartyIdentifier::label).collect()
    }
}

impl PartyIdentifier {
    fn label(&self) -> String {
        let scheme = self.scheme.as_deref().unwrap_or_default();
        match self.source {
            IdentifierSource::Endpoint => format!("EP {scheme}:{}", self.value),
            IdentifierSource::Identification => format!("ID {scheme}:{}", self.value),
            IdentifierSource::TaxRegistration => format!("VAT:{}", self.value),
            IdentifierSource::LegalRegistration => format!("REG {scheme}:{}", self.value),
        }
    }
}

impl DocumentKind {
    /// The UBL root's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "Invoice",
            Self::CreditNote => "CreditNote",
        }
    }
}
