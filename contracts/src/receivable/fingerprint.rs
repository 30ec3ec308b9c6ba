//! Fingerprints: one invoice is financed once, and what looks like it is shown to the anchor (rulebook §4).
use super::{Invoice, Parties, Receivable, Terms};
use crate::failure::Failure;
use crate::limits::{NEAR_DUPLICATE_DAYS, NEAR_DUPLICATES_MAX};
use crate::rejection::Rejection;
use crate::state::{IndexKey, Key, State, trailing_id};
use crate::types::{BusinessDate, Hash, ReceivableId, Text, tagged_hash};
use std::collections::BTreeSet;

/// Refuses an invoice or document that backs another receivable; returns the receivables that look alike.
pub(super) fn check(
    state: &mut State,
    parties: Parties,
    terms: &Terms,
) -> Result<Vec<ReceivableId>, Failure> {
    let mut near = BTreeSet::new();
    for invoice in &terms.invoices {
        if let Some(receivable) = state.get::<ReceivableId>(Key::Fingerprint(exact(parties, invoice)))? {
            return Err(Rejection::InvoiceAlreadyUsed { receivable }.into());
        }
        if has_document(invoice)
            && let Some(receivable) = state.get::<ReceivableId>(Key::Document(invoice.document_hash))?
        {
            return Err(Rejection::DocumentAlreadyUsed { receivable }.into());
        }
        near.extend(alike(state, parties, invoice)?);
    }
    Ok(near.into_iter().take(NEAR_DUPLICATES_MAX).collect())
}

/// Uses the invoices up for `receivable`.
pub(super) fn claim(state: &mut State, receivable: &Receivable) -> Result<(), Failure> {
    claims(receivable).into_iter().try_for_each(|key| state.put(key, receivable.id))?;
    near_rows(receivable).into_iter().for_each(|row| state.add_index(row));
    Ok(())
}

/// Frees the invoices of a receivable that was closed or cancelled. A settled one keeps them for ever.
pub(super) fn release(state: &mut State, receivable: &Receivable) -> Result<(), Failure> {
    claims(receivable).into_iter().try_for_each(|key| state.remove(key))?;
    near_rows(receivable).into_iter().for_each(|row| state.remove_index(row));
    Ok(())
}

/// The keys under which the invoices are used up: fingerprints, and documents where they are known (I4).
pub(crate) fn claims(receivable: &Receivable) -> Vec<Key> {
    let mut keys = Vec::new();
    for invoice in &receivable.terms.invoices {
        keys.push(Key::Fingerprint(exact(receivable.parties, invoice)));
        if has_document(invoice) {
            keys.push(Key::Document(invoice.document_hash));
        }
    }
    keys
}

/// The index rows by which later invoices that look alike are found.
pub(crate) fn near_rows(receivable: &Receivable) -> Vec<IndexKey> {
    let rows = |invoice| near_rows_of(receivable.parties, invoice, receivable.id);
    receivable.terms.invoices.iter().flat_map(rows).collect()
}

/// Whether two invoices of one receivable are the same document or the same number and date.
pub(super) fn is_same(one: &Invoice, other: &Invoice) -> bool {
    let numbers_equal = normalised(&one.number) == normalised(&other.number);
    let documents_equal = has_document(one) && one.document_hash == other.document_hash;
    documents_equal || (numbers_equal && one.issue_date == other.issue_date)
}

/// Upper case without white space and invisible characters, full-width forms as their ASCII twins: what a
/// retyped number keeps. Fixed ranges only, because Unicode's own tables change with the compiler.
pub(crate) fn normalised(number: &Text) -> String {
    let kept = number.as_str().chars().map(narrow).filter(|c| !is_invisible(*c));
    kept.map(|c| c.to_ascii_uppercase()).collect()
}

/// The number without punctuation, look-alikes and leading zeros.
fn squeezed(number: &Text) -> String {
    let digits: String = normalised(number)
        .chars()
        .filter(|c| !is_punctuation(*c))
        .map(|c| match c {
            'O' => '0',
            'I' => '1',
            other => other,
        })
        .collect();
    digits.trim_start_matches('0').to_owned()
}

/// U+FF01 to U+FF5E repeat ASCII's visible characters in full width.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

/// White space, soft hyphen, zero-width characters and marks of direction.
fn is_invisible(c: char) -> bool {
    c.is_ascii_whitespace()
        || matches!(c, '\u{A0}' | '\u{AD}' | '\u{1680}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}')
        || matches!(c, '\u{205F}'..='\u{2064}' | '\u{3000}' | '\u{FEFF}')
}

/// ASCII's, and the dashes, dots and brackets that typists use instead.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{B7}' | '\u{2010}'..='\u{2027}' | '\u{2212}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
        || matches!(c, '\u{3014}'..='\u{301B}' | '\u{30FB}')
}

fn has_document(invoice: &Invoice) -> bool {
    invoice.document_hash != Hash::ZERO
}

fn exact(Parties { supplier, anchor }: Parties, invoice: &Invoice) -> Hash {
    let number = normalised(&invoice.number);
    let issued = invoice.issue_date.days().to_be_bytes();
    let currency = invoice.amount.currency();
    let parts: [&[u8]; 5] = [&supplier.0, &anchor.0, number.as_bytes(), &issued, currency.as_bytes()];
    tagged_hash("tallystick/fingerprint", &parts)
}

fn near_rows_of(parties: Parties, invoice: &Invoice, receivable: ReceivableId) -> [IndexKey; 2] {
    let Parties { supplier, anchor } = parties;
    let number = squeezed(&invoice.number);
    let minor = invoice.amount.minor().to_be_bytes();
    let currency = invoice.amount.currency();
    let number = tagged_hash("tallystick/near-number", &[&supplier.0, &anchor.0, number.as_bytes()]);
    let amount_parts: [&[u8]; 4] = [&supplier.0, &anchor.0, &minor, currency.as_bytes()];
    let amount = tagged_hash("tallystick/near-amount", &amount_parts);
    [
        IndexKey::NearNumber { number, receivable },
        IndexKey::NearAmount { amount, issued: invoice.issue_date, receivable },
    ]
}

/// Receivables with an invoice of the same parties whose number reads the same, or with the same amount
/// within three days.
fn alike(state: &State, parties: Parties, invoice: &Invoice) -> Result<BTreeSet<ReceivableId>, Failure> {
    let [number, amount] = near_rows_of(parties, invoice, ReceivableId::new(0));
    let mut rows = state.index_from(&number.scope(), &number.encode(), NEAR_DUPLICATES_MAX)?;
    if let IndexKey::NearAmount { amount: hash, .. } = amount {
        let bound = |issued: BusinessDate, receivable: u64| {
            IndexKey::NearAmount { amount: hash, issued, receivable: ReceivableId::new(receivable) }.encode()
        };
        let first = bound(invoice.issue_date.plus_days(-NEAR_DUPLICATE_DAYS), 0);
        let last = bound(invoice.issue_date.plus_days(NEAR_DUPLICATE_DAYS), u64::MAX);
        let found = state.index_from(&amount.scope(), &first, NEAR_DUPLICATES_MAX)?;
        rows.extend(found.into_iter().filter(|row| *row <= last));
    }
    Ok(rows.iter().map(|row| ReceivableId::new(trailing_id(row))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_look_alike_squeeze_to_the_same() {
        for (one, other) in [
            ("INV-0012", "1nv 0o12"),
            ("00045", "45"),
            ("IO.1", "101"),
            ("A/1", "A1"),
            ("A–1", "A-1"),
            ("【A】・1", "a1"),
        ] {
            assert_eq!(squeezed(&text(one)), squeezed(&text(other)), "{one} {other}");
        }
        assert_ne!(squeezed(&text("A1")), squeezed(&text("A2")));
    }

    #[test]
    fn numbers_retyped_otherwise_are_the_same_number() {
        for other in
            ["inv-7", " INV -7", "ＩＮＶ－７", "INV\u{200B}-7", "INV\u{3000}-\u{A0}7", "\u{FEFF}Inv-7"]
        {
            assert_eq!(normalised(&text(other)), "INV-7", "{other}");
        }
        assert_ne!(normalised(&text("INV7")), "INV-7");
    }

    fn text(number: &str) -> Text {
        Text::new(number).unwrap()
    }
}
