//! Invoices that back a receivable, entered by hand.

use std::path::PathBuf;
use std::str::FromStr;

use tally_contracts::receivable::{Invoice, InvoiceFormat};
use tally_contracts::types::{Currency, Hash, Text};

use super::amount::AmountText;
use super::date::DateText;
use super::error::ValueError;
use super::reference::hash_file;

/// `NUMBER,YYYY-MM-DD,AMOUNT` or `NUMBER,YYYY-MM-DD,AMOUNT,FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceText {
    number: Text,
    issued: tally_contracts::types::BusinessDate,
    amount: AmountText,
    document: Option<PathBuf>,
}

impl InvoiceText {
    /// The invoice with its document's hash.
    pub fn resolve(&self, currency: Option<Currency>) -> Result<Invoice, ValueError> {
        let document_hash = match &self.document {
            Some(path) => hash_file(path)?,
            None => Hash::ZERO,
        };
        Ok(Invoice {
            number: self.number.clone(),
            issue_date: self.issued,
            amount: self.amount.resolve(currency)?,
            document_hash,
            format: InvoiceFormat::Other,
        })
    }
}

impl FromStr for InvoiceText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::Invoice { text: text.to_owned() };
        let mut parts = text.splitn(4, ',').map(str::trim);
        let mut next = || parts.next().filter(|part| !part.is_empty()).ok_or_else(bad);
        let (number, issued, amount) = (next()?, next()?, next()?);
        let DateText::On(issued) = issued.parse()? else { return Err(bad()) };
        Ok(Self {
            number: Text::new(number)?,
            issued,
            amount: amount.parse()?,
            document: parts.next().map(PathBuf::from),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_has_number_date_amount_and_perhaps_a_document() {
        let invoice: InvoiceText = "TC-2026-0117, 2026-01-15, 1000000.00 CNY".parse().unwrap();
        let invoice = invoice.resolve(None).unwrap();
        assert_eq!((invoice.number.as_str(), invoice.amount.minor()), ("TC-2026-0117", 100_000_000));
        assert_eq!(invoice.document_hash, Hash::ZERO);
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = format!("1,2026-01-15,5 CNY,{}", file.path().display());
        let invoice = text.parse::<InvoiceText>().unwrap().resolve(None).unwrap();
        assert_eq!(invoice.document_hash, Hash::of(b""));
        for bad in ["", "1", "1,2026-01-15", "1,+3d,5 CNY", ",2026-01-15,5 CNY", "1,2026-01-15,x"] {
            assert!(bad.parse::<InvoiceText>().is_err(), "{bad}");
        }
    }
}
