//! The judgement: which documents may become receivables, and with which warnings.

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::document::{Document, DocumentKind, DocumentReferences, Party};
use super::error::{ImportError, References, RuleFailures};
use super::identifiers::CheckedScheme;
use super::rules::RuleFailure;

/// What the caller decides about a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AdmitOptions {
    /// Import although totals rules fail (`--accept-warnings`).
    pub accept_warnings: bool,
    /// The agreed due date for documents that state none (`--due`); a stated one always wins.
    pub due_date_if_missing: Option<Date>,
}

/// An invoice that may be submitted as a receivable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedInvoice {
    /// The supplier's number.
    pub number: String,
    /// Issue date.
    pub issue_date: Date,
    /// Due date, stated or supplied.
    pub due_date: Date,
    /// The latest delivery, if stated.
    pub delivery_date: Option<Date>,
    /// ISO 4217 currency.
    pub currency: Currency,
    /// What is left to pay, in minor units, always positive.
    pub payable_minor_units: u64,
    /// The seller.
    pub supplier: Party,
    /// The buyer, who owes the money.
    pub anchor: Party,
    /// Who is to be paid, if not the seller.
    pub payee: Option<Party>,
    /// Orders, contracts and preceding invoices.
    pub references: DocumentReferences,
    /// SHA-256 of the file's original bytes.
    pub sha256: [u8; 32],
    /// What the user must see before submitting.
    pub warnings: Vec<ImportWarning>,
}

/// Something odd that does not stop the import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportWarning {
    /// A totals rule fails and the caller accepted it.
    #[error("{0}")]
    RuleBroken(RuleFailure),
    /// An identifier's check digit is wrong.
    #[error("{party} has {scheme:?} {value}, whose check digit is wrong: verify it with the party")]
    CheckDigit {
        /// The party's name.
        party: String,
        /// The scheme checked.
        scheme: CheckedScheme,
        /// The identifier as written.
        value: String,
    },
    /// Somebody else is to be paid: the claim may be sold already.
    #[error("{payee} is to be paid instead of {supplier}: make sure that the claim is not assigned already")]
    PayeeIsNotSupplier {
        /// The payee's name.
        payee: String,
        /// The supplier's name.
        supplier: String,
    },
    /// Only the rest counts.
    #[error("{prepaid} of {total} is paid already: only the payable amount counts")]
    PaidInPart {
        /// Paid already, in the currency's main unit.
        prepaid: Decimal,
        /// Total with tax, in the currency's main unit.
        total: Decimal,
    },
}

/// Judges a document. The checks run in this order and the first that fails is told.
pub fn admit(document: Document, options: &AdmitOptions) -> Result<ImportedInvoice, ImportError> {
    check_kind(&document)?;
    let payable_minor_units = payable(&document)?;
    let due_date = due_date(&document, options)?;
    if !document.rule_failures.is_empty() && !options.accept_warnings {
        return Err(ImportError::RulesBroken { failures: RuleFailures(document.rule_failures) });
    }
    Ok(ImportedInvoice {
        warnings: warnings(&document),
        number: document.number,
        issue_date: document.issue_date,
        due_date,
        delivery_date: document.delivery_date,
        currency: document.currency,
        payable_minor_units,
        supplier: document.supplier,
        anchor: document.anchor,
        payee: document.payee,
        references: document.references,
        sha256: document.sha256,
    })
}

fn check_kind(document: &Document) -> Result<(), ImportError> {
    match document.kind {
        DocumentKind::Invoice => Ok(()),
        DocumentKind::CreditNote => Err(ImportError::CreditNote {
            number: document.number.clone(),
            corrects: References(document.references.billing.clone()),
        }),
    }
}

fn payable(document: &Document) -> Result<u64, ImportError> {
    let currency = document.currency.code();
    match u64::try_from(document.payable_minor_units) {
        Ok(0) => {
            let prepaid = document.totals.prepaid.unwrap_or(Decimal::ZERO);
            Err(ImportError::PayableZero { prepaid, currency })
        }
        Ok(units) => Ok(units),
        Err(_) => Err(ImportError::PayableNegative { value: document.totals.payable, currency }),
    }
}

fn due_date(document: &Document, options: &AdmitOptions) -> Result<Date, ImportError> {
    let due_date = document
        .due_date
        .or(options.due_date_if_missing)
        .ok_or_else(|| ImportError::DueDateMissing { number: document.number.clone() })?;
    if due_date < document.issue_date {
        return Err(ImportError::DueBeforeIssue { due_date, issue_date: document.issue_date });
    }
    Ok(due_date)
}

fn warnings(document: &Document) -> Vec<ImportWarning> {
    let mut found: Vec<_> = document.rule_failures.iter().cloned().map(ImportWarning::RuleBroken).collect();
    let parties = [Some(&document.supplier), Some(&document.anchor), document.payee.as_ref()];
    for party in parties.into_iter().flatten() {
        found.extend(party.check_digit_warnings().map(|(identifier, scheme)| ImportWarning::CheckDigit {
            party: party.name.clone(),
            scheme,
            value: identifier.value.clone(),
        }));
    }
    if let Some(payee) = document.payee.as_ref().filter(|payee| !payee.is_same_as(&document.supplier)) {
        let (payee, supplier) = (payee.name.clone(), document.supplier.name.clone());
        found.push(ImportWarning::PayeeIsNotSupplier { payee, supplier });
    }
    if let Some(prepaid) = document.totals.prepaid.filter(|prepaid| !prepaid.is_zero()) {
        let total = document.totals.tax_inclusive.unwrap_or(document.totals.payable + prepaid);
        found.push(ImportWarning::PaidInPart { prepaid, total });
    }
    found
}
