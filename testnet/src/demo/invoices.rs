//! The invoices of a folder, sorted by what the story does with them.

use std::fs;
use std::path::{Path, PathBuf};

use tally_client::import::{AdmitOptions, ImportedInvoice, Limits, Party, import_file};
use tally_contracts::member::Role;
use tally_contracts::types::{Amount, Currency, Hash, MemberId};

use super::error::{DemoError, io};
use crate::network::MemberPlan;

/// A folder's invoices.
#[derive(Debug, Default)]
pub struct Invoices {
    /// What is imported, by who imports it.
    pub batches: Vec<Batch>,
    /// What suppliers owe each other: paid with parts of tranches, never a receivable here.
    pub trades: Vec<Trade>,
}

/// Files that one member imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Who imports.
    pub importer: MemberId,
    /// Whether the importer and the demo's anchor stand in for the parties of the documents.
    pub stands_in: bool,
    /// Whether the importer refuses the files by themselves; they keep their due dates, so that it says why.
    pub is_hopeless: bool,
    /// The files.
    pub files: Vec<PathBuf>,
}

/// An invoice between two suppliers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    /// Who is owed.
    pub seller: MemberId,
    /// Who owes.
    pub buyer: MemberId,
    /// How much.
    pub amount: Amount,
    /// Of the document.
    pub document: Hash,
    /// Its file's name.
    pub file: String,
}

/// Reads every `.xml` of the folder. Unreadable and refusable ones go to a batch too: the importer says why.
pub fn sort(folder: &Path, members: &[MemberPlan], stand_in: MemberId) -> Result<Invoices, DemoError> {
    let mut invoices = Invoices::default();
    for file in files(folder)? {
        let outcome = import_file(&file, &Limits::default(), &AdmitOptions::default());
        let parties = match &outcome.result {
            Ok(invoice) => Some((find(members, &invoice.supplier), find(members, &invoice.anchor))),
            Err(_) => None,
        };
        match (parties, &outcome.result) {
            (Some((Some(seller), Some(buyer))), Ok(invoice)) if !buyer.roles.contains(&Role::Anchor) => {
                invoices.trades.push(trade(seller, buyer, invoice, &file)?);
            }
            (Some((Some(seller), Some(_))), _) => invoices.add((seller.id, false, false), file),
            (Some(_), _) => invoices.add((stand_in, true, false), file),
            // What cannot become a receivable is tried by whoever its record names, else by the stand-in.
            (None, _) => match named(members, &outcome.record.supplier_ids) {
                Some(seller) => invoices.add((seller.id, false, true), file),
                None => invoices.add((stand_in, true, true), file),
            },
        }
    }
    Ok(invoices)
}

impl Invoices {
    fn add(&mut self, (importer, stands_in, is_hopeless): (MemberId, bool, bool), file: PathBuf) {
        let is_same = |batch: &&mut Batch| {
            (batch.importer, batch.stands_in, batch.is_hopeless) == (importer, stands_in, is_hopeless)
        };
        match self.batches.iter_mut().find(is_same) {
            Some(batch) => batch.files.push(file),
            None => self.batches.push(Batch { importer, stands_in, is_hopeless, files: vec![file] }),
        }
    }

    /// How many files are to be imported.
    pub fn files(&self) -> usize {
        self.batches.iter().map(|batch| batch.files.len()).sum()
    }
}

/// The folder's XML files by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, DemoError> {
    let entries = fs::read_dir(folder).map_err(io(folder, "list"))?;
    let is_xml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "xml");
    let mut files: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(is_xml).collect();
    files.sort();
    if files.is_empty() {
        return Err(DemoError::Missing {
            what: "an invoice",
            hint: "name a folder of UBL .xml files with --invoices",
        });
    }
    Ok(files)
}

fn trade(
    seller: &MemberPlan,
    buyer: &MemberPlan,
    invoice: &ImportedInvoice,
    file: &Path,
) -> Result<Trade, DemoError> {
    Ok(Trade {
        seller: seller.id,
        buyer: buyer.id,
        amount: Amount::new(invoice.payable_minor_units, Currency::new(invoice.currency.code())?)?,
        document: Hash(invoice.sha256),
        file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    })
}

fn find<'a>(members: &'a [MemberPlan], party: &Party) -> Option<&'a MemberPlan> {
    members.iter().find(|member| party.identifiers.iter().any(|one| has(member, &one.value)))
}

/// By labels such as `REG USCC:91340100MA7TLY1BXD`.
fn named<'a>(members: &'a [MemberPlan], labels: &[String]) -> Option<&'a MemberPlan> {
    let values: Vec<&str> = labels.iter().filter_map(|label| label.rsplit(':').next()).collect();
    members.iter().find(|member| values.iter().any(|value| has(member, value)))
}

fn has(member: &MemberPlan, value: &str) -> bool {
    member.identifiers.iter().any(|own| own.value.as_str() == value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::cast;

    #[test]
    fn our_own_invoices_are_receivables_trades_and_refusals() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let invoices = sort(&folder, &cast::members().unwrap(), cast::id(cast::TIER_1)).unwrap();
        let trades: Vec<_> =
            invoices.trades.iter().map(|trade| (trade.seller.to_string(), trade.amount.minor())).collect();
        assert_eq!(trades, [("jinghe".to_owned(), 31_414_000), ("haoyu".to_owned(), 7_317_120)]);
        let batches: Vec<_> = invoices
            .batches
            .iter()
            .map(|batch| (batch.importer.to_string(), batch.is_hopeless, batch.files.len()))
            .collect();
        let expected = [
            ("tiancheng", false, 2),
            ("nordlicht", false, 1),
            ("tiancheng", true, 1),
            ("jinghe", true, 1),
            ("haoyu", true, 1),
        ];
        assert_eq!(batches, expected.map(|(name, is_hopeless, files)| (name.to_owned(), is_hopeless, files)));
        assert!(invoices.batches.iter().all(|batch| !batch.stands_in));
    }
}
