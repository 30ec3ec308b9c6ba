//! Cases and their files.

use tally_proto::v1::collection::{Arrangement, Case, CaseEntry, Channel, Instalment, Mandate, Stage};

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, date, id, some, time, word};

row! {
    /// A case of record.
    CaseRow from Case as case {
        receivable: String = id('R', case.receivable),
        debtor: String = case.debtor.clone(),
        status: String = word(case.status().as_str_name(), "CASE_STATUS_"),
        opened_on: Option<String> = date(case.opened_on.as_ref()),
        closed_on: Option<String> = date(case.closed_on.as_ref()),
        stage: String = word(case.stage().as_str_name(), "STAGE_"),
        next_at: Option<String> = (case.next_at_ms > 0).then(|| time(case.next_at_ms)),
        mandate: Option<String> = case.mandate.as_ref().map(mandate),
        proposed: Option<String> = case.proposed.as_ref().map(arrangement),
        approvals: Listed<String> = Listed(case.approvals.clone()),
        in_force: Option<String> = case.in_force.as_ref().map(arrangement),
        kept: u32 = case.kept,
        observed_until: Option<String> = date(case.observed_until.as_ref()),
        entries: u32 = case.entries,
    }
}

row! {
    /// One line of a case file.
    EntryRow from CaseEntry as entry {
        number: u32 = entry.number,
        height: u64 = entry.height,
        on: Option<String> = date(entry.on.as_ref()),
        by: Option<String> = some(&entry.by),
        kind: String = word(entry.kind().as_str_name(), "ENTRY_KIND_"),
        amount: Option<Money> = amount(entry.amount.as_ref()),
        stage: Option<String> =
            (entry.stage() != Stage::Unspecified).then(|| word(entry.stage().as_str_name(), "STAGE_")),
        mandate: Option<String> = entry.mandate.as_ref().map(mandate),
        agent: Option<String> = some(&entry.agent),
        contact_at: Option<String> = (entry.contact_at_ms > 0).then(|| time(entry.contact_at_ms)),
        channel: Option<String> =
            (entry.channel() != Channel::Unspecified).then(|| word(entry.channel().as_str_name(), "CHANNEL_")),
        arrangement: Option<String> = entry.arrangement.as_ref().map(arrangement),
        instalment: Option<u32> = (entry.instalment > 0).then_some(entry.instalment),
        tranche: Option<String> = entry.tranche.map(|one| id('T', one)),
        note: Option<String> = some(&entry.note),
    }
}

fn mandate(mandate: &Mandate) -> String {
    let until = date(mandate.until.as_ref()).unwrap_or_default();
    format!(
        "{} for {} until {until}, sha256:{}",
        mandate.agent,
        mandate.given_by,
        hex::encode(&mandate.document)
    )
}

/// `plan: 300,000.00 CNY by 2026-07-01, 700,000.00 CNY by 2026-08-01`.
fn arrangement(arrangement: &Arrangement) -> String {
    let part = |instalment: &Instalment| {
        let sum = amount(instalment.amount.as_ref()).map(|sum| sum.text()).unwrap_or_default();
        format!("{sum} by {}", date(instalment.on.as_ref()).unwrap_or_default())
    };
    let parts: Vec<String> = arrangement.instalments.iter().map(part).collect();
    let kind = word(arrangement.kind().as_str_name(), "ARRANGEMENT_KIND_");
    let observed = date(arrangement.observed_until.as_ref());
    let observed = observed.map(|until| format!(", observed until {until}")).unwrap_or_default();
    format!("{kind}: {}{observed}", parts.join(", "))
}
