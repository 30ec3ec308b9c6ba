//! What became of a transaction, for people and scripts.

use serde::Serialize;
use tally_proto::v1::common::Event;

use super::columns;
use super::event::EventLine;
use super::shown::Listed;
use super::words::{id, readable, time};
use crate::sdk::{Outcome, Place, Verdict};

/// One transaction's outcome. The ids of what came into being stand beside the events, for scripts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeRow {
    /// `applied`, `refused`, `pending`, `expired`, `not seen` or `unknown`; `would be …` for a simulation.
    pub status: String,
    reason: Option<String>,
    message: Option<String>,
    /// The receivable concerned.
    pub receivable: Option<String>,
    tranches: Listed<String>,
    facility: Option<String>,
    payout: Option<String>,
    dispute: Option<String>,
    credit_note: Option<String>,
    netting: Option<String>,
    height: Option<u64>,
    time: Option<String>,
    policy_version: Option<u32>,
    request_id: Option<String>,
    transaction_id: Option<String>,
    events: Listed<EventLine>,
}

columns!(OutcomeRow {
    status,
    reason,
    message,
    receivable,
    tranches,
    facility,
    payout,
    dispute,
    credit_note,
    netting,
    height,
    time,
    policy_version,
    request_id,
    transaction_id,
    events
});

impl From<&Outcome> for OutcomeRow {
    fn from(outcome: &Outcome) -> Self {
        let request_id = outcome.request_id.map(hex::encode);
        let transaction_id = outcome.transaction_id.map(|id| id.to_string());
        Self { request_id, transaction_id, ..Self::of_verdict(&outcome.verdict) }
    }
}

impl OutcomeRow {
    /// What a simulation tells.
    #[must_use]
    pub fn simulated(verdict: &Verdict) -> Self {
        let row = Self::of_verdict(verdict);
        Self { status: format!("would be {}", row.status), ..row }
    }

    fn of_verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Applied { events, place } => Self::placed("applied", place).with_events(events),
            Verdict::Refused { rejection, place } => Self {
                reason: Some(rejection.reason.clone()),
                message: Some(readable(&rejection.message)),
                ..Self::placed("refused", place)
            },
            Verdict::Pending { .. } => Self::bare("pending"),
            Verdict::Expired { .. } => Self::bare("expired"),
            Verdict::NotSeen { .. } => Self::bare("not seen"),
            Verdict::Unknown { problem } => {
                Self { message: Some(problem.to_string()), ..Self::bare("unknown") }
            }
        }
    }

    fn placed(status: &str, place: &Place) -> Self {
        Self {
            height: Some(place.position.height),
            time: Some(time(place.position.time_ms)),
            policy_version: Some(place.policy_version),
            ..Self::bare(status)
        }
    }

    fn with_events(self, events: &[Event]) -> Self {
        let first =
            |of: fn(&Event) -> Option<u64>, prefix| events.iter().find_map(of).map(|one| id(prefix, one));
        let mut tranches: Vec<u64> =
            events.iter().flat_map(|event| event.tranches.iter().copied().chain(event.tranche)).collect();
        tranches.sort_unstable();
        tranches.dedup();
        Self {
            receivable: first(|event| event.receivable, 'R'),
            tranches: tranches.into_iter().map(|one| id('T', one)).collect(),
            facility: first(|event| event.facility, 'F'),
            payout: first(|event| event.payout, 'P'),
            dispute: first(|event| event.dispute, 'D'),
            credit_note: first(|event| event.credit_note, 'K'),
            netting: first(|event| event.netting, 'N'),
            events: events.iter().map(EventLine::from).collect(),
            ..self
        }
    }

    fn bare(status: &str) -> Self {
        Self {
            status: status.to_owned(),
            reason: None,
            message: None,
            receivable: None,
            tranches: Listed(Vec::new()),
            facility: None,
            payout: None,
            dispute: None,
            credit_note: None,
            netting: None,
            height: None,
            time: None,
            policy_version: None,
            request_id: None,
            transaction_id: None,
            events: Listed(Vec::new()),
        }
    }
}
