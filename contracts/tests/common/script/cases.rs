//! What collectors, creditors and debtors do about a case.
//!
//! ```text
//! east assigns R1,R2 to agent until 2026-09-30 [under PAPER] · agent ends R1 [because …]
//! agent contacts R1 by phone at 2026-06-18 10:30 [saying …]
//! acme plans R1 2026-07-01=300.00 2026-08-01=700.00 · acme extends R1 2026-09-01=1_000.00
//! acme restructures R1 until 2027-01-01 2026-09-01=500.00 2026-10-01=500.00
//! east grants R1 · east refuses R1 [because …]
//! ```
use super::super::cast::date;
use super::super::memory::MemoryState;
use super::super::show::{amount, time};
use super::Words;
use std::fmt::Write;
use tally_contracts::Action;
use tally_contracts::collection::*;
use tally_contracts::types::{Hash, Text, Timestamp};

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "assigns" => Action::AssignCases(AssignCases {
            cases: words.next().split(',').filter(|it| *it != "-").map(|it| it.parse().expect(it)).collect(),
            agent: words.skip().member(),
            until: words.skip().date(),
            mandate: words.after("under").map_or(Hash::ZERO, |paper| Hash::of(paper.as_bytes())),
        }),
        "ends" => Action::EndMandate(EndMandate {
            case: words.id(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        "contacts" => Action::LogContact(LogContact {
            case: words.id(),
            channel: channel(words.after("by").expect("a channel")),
            at: moment(words),
            outcome: words.rest_after("saying").unwrap_or_default(),
        }),
        "plans" => propose(words, |_| ArrangementKind::Plan),
        "extends" => propose(words, |_| ArrangementKind::Extension),
        "restructures" => propose(words, |words| {
            let observed_until = words.after("until").map(date).expect("a date");
            ArrangementKind::Restructuring { observed_until }
        }),
        "grants" => Action::ApproveArrangement(ApproveArrangement { case: words.id() }),
        "refuses" => Action::RefuseArrangement(RefuseArrangement {
            case: words.id(),
            reason: words.rest_after("because").unwrap_or_default(),
        }),
        _ => return None,
    };
    Some(action)
}

fn propose(words: &mut Words, kind: impl FnOnce(&mut Words) -> ArrangementKind) -> Action {
    let (case, kind) = (words.id(), kind(words));
    let instalment = |word: &str| {
        let (on, sum) = word.split_once('=').expect(word);
        Instalment { on: date(on), amount: super::words_amount(sum) }
    };
    let instalments = std::iter::from_fn(|| words.optional()).map(instalment).collect();
    let arrangement = Arrangement { kind, instalments };
    Action::ProposeArrangement(ProposeArrangement { case, arrangement, note: Text::default() })
}

fn channel(word: &str) -> Channel {
    match word {
        "phone" => Channel::Phone,
        "message" => Channel::Message,
        "letter" => Channel::Letter,
        "visit" => Channel::Visit,
        other => panic!("no channel {other}"),
    }
}

/// `at 2026-06-18 10:30`, in Beijing.
fn moment(words: &mut Words) -> Timestamp {
    let day = words.skip().date();
    let (hours, minutes) = words.next().split_once(':').expect("HH:MM");
    let minutes = hours.parse::<u64>().expect(hours) * 60 + minutes.parse::<u64>().expect(minutes);
    Timestamp::from_ms(day.start(480).ms() + minutes * 60_000)
}

/// Cases and their files.
pub fn show(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, case) in state.all::<Case>() {
        let status = match case.status {
            CaseStatus::Open => "open".to_owned(),
            CaseStatus::Closed { on } => format!("closed on {on}"),
        };
        let clock = match case.clock {
            Clock::Idle => String::new(),
            Clock::Escalates { at } => format!(", escalates {}", time(at)),
            Clock::Instalment { at } => format!(", instalment until {}", time(at)),
        };
        let mandate = case.mandate.map(|it| format!(", {} until {}", it.agent, it.until)).unwrap_or_default();
        let observed = case.observed_until.map(|it| format!(", observed until {it}")).unwrap_or_default();
        let (stage, id) = (case.stage.as_str(), case.receivable);
        writeln!(out, "{id} of {}: {status}, {stage}{clock}{mandate}{observed}", case.debtor).unwrap();
        let of_case = |it: &CaseEntry| it.receivable == id;
        for entry in state.all::<CaseEntry>().into_iter().map(|(_, it)| it).filter(of_case) {
            out += &line(&entry);
        }
    }
    out
}

fn line(entry: &CaseEntry) -> String {
    let what = match &entry.kind {
        EntryKind::Opened { owed } => format!("opened, {} owed", amount(owed)),
        EntryKind::Escalated { stage } => format!("escalated to {}", stage.as_str()),
        EntryKind::Assigned { mandate } => format!("assigned to {} until {}", mandate.agent, mandate.until),
        EntryKind::MandateEnded { agent } => format!("mandate of {agent} ended"),
        EntryKind::Contact { at, channel } => format!("contact by {channel:?} {}", time(*at)),
        EntryKind::Proposed { arrangement } => {
            let part = |it: &Instalment| format!("{} on {}", amount(&it.amount), it.on);
            let parts: Vec<String> = arrangement.instalments.iter().map(part).collect();
            format!("proposed {:?}: {}", arrangement.kind, parts.join(", "))
        }
        EntryKind::Approved => "approved".to_owned(),
        EntryKind::Refused => "refused".to_owned(),
        EntryKind::InForce => "in force".to_owned(),
        EntryKind::Kept { instalment } => format!("instalment {instalment} kept"),
        EntryKind::Broken { instalment, missing } => {
            format!("broken at instalment {instalment}, {} missing", amount(missing))
        }
        EntryKind::WrittenOff { tranche, amount: face } => format!("{tranche} written off, {}", amount(face)),
        EntryKind::Closed => "closed".to_owned(),
    };
    let by = entry.by.map(|it| format!(" by {it}")).unwrap_or_default();
    let note = if entry.note.is_empty() { String::new() } else { format!(" \"{}\"", entry.note) };
    format!("  {} {}{by}: {what}{note}\n", entry.number, entry.on)
}
