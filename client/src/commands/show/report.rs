//! Reports: lines and figures in one table, so that every output format is one list.

use serde::Serialize;
use tally_proto::v1::report::report_entry::Entry;
use tally_proto::v1::report::{ReportFigure, ReportLine};

use super::columns;
use super::shown::Money;
use super::words::{date, id, percent, some};

/// Something that happened or is open, or a sum over such things.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportRow {
    section: String,
    what: String,
    date: Option<String>,
    counterparty: Option<String>,
    receivable: Option<String>,
    tranche: Option<String>,
    due: Option<String>,
    currency: Option<String>,
    amount: Option<Money>,
    /// Of what is no money.
    value: Option<String>,
    apr: Option<String>,
    lines: Option<u64>,
    from_height: u64,
    to_height: u64,
    transaction_id: Option<String>,
}

columns!(ReportRow {
    section,
    what,
    date,
    counterparty,
    receivable,
    tranche,
    due,
    currency,
    amount,
    value,
    apr,
    lines,
    from_height,
    to_height,
    transaction_id
});

impl From<&Entry> for ReportRow {
    fn from(entry: &Entry) -> Self {
        match entry {
            Entry::Line(line) => line.into(),
            Entry::Figure(figure) => figure.into(),
            Entry::Progress(_) => (&ReportFigure::default()).into(),
        }
    }
}

impl From<&ReportLine> for ReportRow {
    fn from(line: &ReportLine) -> Self {
        Self {
            section: line.section.clone(),
            what: line.kind.clone(),
            date: date(line.date.as_ref()),
            counterparty: some(&line.counterparty),
            receivable: line.receivable.map(|one| id('R', one)),
            tranche: line.tranche.map(|one| id('T', one)),
            due: date(line.due.as_ref()),
            currency: some(&line.currency),
            amount: money(&line.currency, &line.minor_units),
            value: None,
            apr: line.apr_ppm.map(percent),
            lines: None,
            from_height: line.height,
            to_height: line.height,
            transaction_id: some(&hex::encode(&line.transaction_id)),
        }
    }
}

impl From<&ReportFigure> for ReportRow {
    fn from(figure: &ReportFigure) -> Self {
        let is_rate = figure.name.contains("ppm");
        let is_money = !figure.currency.is_empty() && !is_rate;
        Self {
            section: "figure".to_owned(),
            what: figure.name.clone(),
            date: None,
            counterparty: None,
            receivable: None,
            tranche: None,
            due: None,
            currency: some(&figure.currency),
            amount: if is_money { money(&figure.currency, &figure.value) } else { None },
            value: (!is_money).then(|| figure.value.clone()),
            apr: is_rate.then(|| figure.value.parse().map(percent).unwrap_or_default()),
            lines: Some(figure.lines),
            from_height: figure.from_height,
            to_height: figure.to_height,
            transaction_id: None,
        }
    }
}

fn money(currency: &str, minor_units: &str) -> Option<Money> {
    Some(Money { currency: some(currency)?, minor_units: minor_units.parse().ok()? })
}
