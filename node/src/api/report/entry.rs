//! Entries: lines with their place on the ledger, and figures over them.
use super::slug;
use super::walk::Step;
use tally_contracts::event::Event;
use tally_contracts::types::{BusinessDate, Currency, Hash, MemberId, ReceivableId, TrancheId};
use tally_proto::convert::action_name;
use tally_proto::v1::common::{Date, EventKind};
use tally_proto::v1::report::{ReportEntry, ReportFigure, ReportLine, ReportProgress, report_entry};

/// What a step of the walk adds to the report.
pub(super) type Entries = Vec<ReportEntry>;

/// Where something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub height: u64,
    pub date: BusinessDate,
    /// `None` for what a block's end did by itself.
    pub transaction: Option<Hash>,
}

/// Something that happened or is open.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub section: &'static str,
    pub place: Place,
    pub kind: String,
    pub member: MemberId,
    pub counterparty: Option<MemberId>,
    pub receivable: Option<ReceivableId>,
    pub tranche: Option<TrancheId>,
    pub sum: Option<(Currency, i128)>,
    pub due: Option<BusinessDate>,
    pub apr_ppm: Option<u64>,
}

impl Line {
    pub(super) fn new(section: &'static str, place: Place, kind: String, member: MemberId) -> Self {
        Self {
            section,
            place,
            kind,
            member,
            counterparty: None,
            receivable: None,
            tranche: None,
            sum: None,
            due: None,
            apr_ppm: None,
        }
    }
}

impl From<Line> for ReportEntry {
    fn from(line: Line) -> Self {
        let (currency, minor_units) = match line.sum {
            Some((currency, minor)) => (currency.to_string(), minor.to_string()),
            None => (String::new(), String::new()),
        };
        let line = ReportLine {
            section: line.section.to_owned(),
            height: line.place.height,
            transaction_id: line.place.transaction.map(|id| id.0.to_vec()).unwrap_or_default(),
            date: Some((&line.place.date).into()),
            kind: line.kind,
            member: line.member.to_string(),
            counterparty: slug(line.counterparty),
            receivable: line.receivable.map(ReceivableId::number),
            tranche: line.tranche.map(TrancheId::number),
            currency,
            minor_units,
            due: line.due.as_ref().map(Date::from),
            apr_ppm: line.apr_ppm,
        };
        Self { entry: Some(report_entry::Entry::Line(line)) }
    }
}

/// Heights that a figure speaks of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub from: u64,
    pub to: u64,
}

impl Span {
    /// One height: a balance.
    pub(super) const fn at(height: u64) -> Self {
        Self { from: height, to: height }
    }
}

/// A sum in `currency`, over `lines` lines.
pub(super) fn figure(
    name: &str,
    currency: Option<Currency>,
    value: i128,
    span: Span,
    lines: u64,
) -> ReportEntry {
    let figure = ReportFigure {
        name: name.to_owned(),
        currency: currency.map(|currency| currency.to_string()).unwrap_or_default(),
        value: value.to_string(),
        from_height: span.from,
        to_height: span.to,
        lines,
    };
    ReportEntry { entry: Some(report_entry::Entry::Figure(figure)) }
}

pub(super) fn progress(height: u64, tip: u64, is_complete: bool) -> ReportEntry {
    ReportEntry { entry: Some(report_entry::Entry::Progress(ReportProgress { height, tip, is_complete })) }
}

/// What is said to have happened to a record: by the event that names it, else by the transaction.
pub(super) fn kind(step: &Step<'_>, names: impl Fn(&Event) -> bool) -> String {
    if let Some(event) = step.receipt.events().iter().find(|event| names(event)) {
        return event_name(event);
    }
    step.action.map_or_else(|| "block_end".to_owned(), |action| action_name(action).to_owned())
}

/// Such as `tranche_split`.
pub(super) fn event_name(event: &Event) -> String {
    let name = EventKind::from(event.kind).as_str_name();
    name.trim_start_matches("EVENT_KIND_").to_ascii_lowercase()
}
