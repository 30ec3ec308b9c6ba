//! Collections: what members ask, cases, and the entries of their files.
use super::field::{At, FieldError, FieldErrorKind, bounded, hash_or_zero, list, member, numbers, optional};
use super::field::{bytes_or_empty, one_of, required, text};
use crate::v1::collection as wire;
use tally_contracts::collection as domain;
use tally_contracts::limits::{CASES_PER_HAND_OVER_MAX, INSTALMENTS_MAX};
use tally_contracts::types::{ReceivableId, Timestamp};

impl TryFrom<&wire::AssignCases> for domain::AssignCases {
    type Error = FieldError;

    fn try_from(action: &wire::AssignCases) -> Result<Self, FieldError> {
        let cases = bounded(&action.cases, CASES_PER_HAND_OVER_MAX, "cases")?;
        Ok(Self {
            cases: cases.iter().copied().map(ReceivableId::new).collect(),
            agent: member(&action.agent, "agent")?,
            until: required(&action.until, "until")?,
            mandate: hash_or_zero(&action.mandate, "mandate")?,
        })
    }
}

impl From<&domain::AssignCases> for wire::AssignCases {
    fn from(action: &domain::AssignCases) -> Self {
        Self {
            cases: numbers!(action.cases),
            agent: action.agent.to_string(),
            until: Some((&action.until).into()),
            mandate: bytes_or_empty(&action.mandate),
        }
    }
}

impl TryFrom<&wire::EndMandate> for domain::EndMandate {
    type Error = FieldError;

    fn try_from(action: &wire::EndMandate) -> Result<Self, FieldError> {
        Ok(Self { case: ReceivableId::new(action.case), reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::EndMandate> for wire::EndMandate {
    fn from(action: &domain::EndMandate) -> Self {
        Self { case: action.case.number(), reason: action.reason.to_string() }
    }
}

impl TryFrom<&wire::LogContact> for domain::LogContact {
    type Error = FieldError;

    fn try_from(action: &wire::LogContact) -> Result<Self, FieldError> {
        Ok(Self {
            case: ReceivableId::new(action.case),
            at: Timestamp::from_ms(action.at_ms),
            channel: one_of::<wire::Channel, _>(action.channel, "channel")?,
            outcome: text(&action.outcome, "outcome")?,
        })
    }
}

impl From<&domain::LogContact> for wire::LogContact {
    fn from(action: &domain::LogContact) -> Self {
        Self {
            case: action.case.number(),
            at_ms: action.at.ms(),
            channel: wire::Channel::from(action.channel).into(),
            outcome: action.outcome.to_string(),
        }
    }
}

impl TryFrom<&wire::ProposeArrangement> for domain::ProposeArrangement {
    type Error = FieldError;

    fn try_from(action: &wire::ProposeArrangement) -> Result<Self, FieldError> {
        Ok(Self {
            case: ReceivableId::new(action.case),
            arrangement: required(&action.arrangement, "arrangement")?,
            note: text(&action.note, "note")?,
        })
    }
}

impl From<&domain::ProposeArrangement> for wire::ProposeArrangement {
    fn from(action: &domain::ProposeArrangement) -> Self {
        Self {
            case: action.case.number(),
            arrangement: Some((&action.arrangement).into()),
            note: action.note.to_string(),
        }
    }
}

impl TryFrom<&wire::ApproveArrangement> for domain::ApproveArrangement {
    type Error = FieldError;

    fn try_from(action: &wire::ApproveArrangement) -> Result<Self, FieldError> {
        Ok(Self { case: ReceivableId::new(action.case) })
    }
}

impl From<&domain::ApproveArrangement> for wire::ApproveArrangement {
    fn from(action: &domain::ApproveArrangement) -> Self {
        Self { case: action.case.number() }
    }
}

impl TryFrom<&wire::RefuseArrangement> for domain::RefuseArrangement {
    type Error = FieldError;

    fn try_from(action: &wire::RefuseArrangement) -> Result<Self, FieldError> {
        Ok(Self { case: ReceivableId::new(action.case), reason: text(&action.reason, "reason")? })
    }
}

impl From<&domain::RefuseArrangement> for wire::RefuseArrangement {
    fn from(action: &domain::RefuseArrangement) -> Self {
        Self { case: action.case.number(), reason: action.reason.to_string() }
    }
}

impl TryFrom<&wire::Instalment> for domain::Instalment {
    type Error = FieldError;

    fn try_from(instalment: &wire::Instalment) -> Result<Self, FieldError> {
        Ok(Self { on: required(&instalment.on, "on")?, amount: required(&instalment.amount, "amount")? })
    }
}

impl From<&domain::Instalment> for wire::Instalment {
    fn from(instalment: &domain::Instalment) -> Self {
        Self { on: Some((&instalment.on).into()), amount: Some((&instalment.amount).into()) }
    }
}

impl TryFrom<&wire::Arrangement> for domain::Arrangement {
    type Error = FieldError;

    /// `observed_until` belongs to a restructuring and to nothing else: one value has one encoding.
    fn try_from(arrangement: &wire::Arrangement) -> Result<Self, FieldError> {
        let value = arrangement.kind;
        let unknown = FieldErrorKind::UnknownValue { value };
        let observed = optional(&arrangement.observed_until, "observed_until")?;
        let kind = match (wire::ArrangementKind::try_from(value), observed) {
            (Ok(wire::ArrangementKind::Plan), None) => domain::ArrangementKind::Plan,
            (Ok(wire::ArrangementKind::Extension), None) => domain::ArrangementKind::Extension,
            (Ok(wire::ArrangementKind::Restructuring), Some(observed_until)) => {
                domain::ArrangementKind::Restructuring { observed_until }
            }
            (Ok(wire::ArrangementKind::Restructuring), None) => {
                return Err(FieldErrorKind::Missing).at("observed_until");
            }
            (Ok(_) | Err(_), _) => return Err(unknown).at("kind"),
        };
        Ok(Self { kind, instalments: list(&arrangement.instalments, INSTALMENTS_MAX, "instalments")? })
    }
}

impl From<&domain::Arrangement> for wire::Arrangement {
    fn from(arrangement: &domain::Arrangement) -> Self {
        let (kind, observed_until) = match &arrangement.kind {
            domain::ArrangementKind::Plan => (wire::ArrangementKind::Plan, None),
            domain::ArrangementKind::Extension => (wire::ArrangementKind::Extension, None),
            domain::ArrangementKind::Restructuring { observed_until } => {
                (wire::ArrangementKind::Restructuring, Some(observed_until.into()))
            }
        };
        let instalments = arrangement.instalments.iter().map(Into::into).collect();
        Self { kind: kind.into(), instalments, observed_until }
    }
}

impl From<&domain::Mandate> for wire::Mandate {
    fn from(mandate: &domain::Mandate) -> Self {
        Self {
            agent: mandate.agent.to_string(),
            given_by: mandate.given_by.to_string(),
            until: Some((&mandate.until).into()),
            document: mandate.document.0.to_vec(),
        }
    }
}

impl From<&domain::Case> for wire::Case {
    fn from(case: &domain::Case) -> Self {
        let (status, closed_on) = match &case.status {
            domain::CaseStatus::Open => (wire::CaseStatus::Open, None),
            domain::CaseStatus::Closed { on } => (wire::CaseStatus::Closed, Some(on.into())),
        };
        let next_at_ms = match case.clock {
            domain::Clock::Idle => 0,
            domain::Clock::Escalates { at } | domain::Clock::Instalment { at } => at.ms(),
        };
        let approvals = case.proposal.as_ref().map(|proposal| proposal.approvals.as_slice());
        Self {
            receivable: case.receivable.number(),
            debtor: case.debtor.to_string(),
            opened_on: Some((&case.opened_on).into()),
            status: status.into(),
            closed_on,
            stage: wire::Stage::from(case.stage).into(),
            next_at_ms,
            mandate: case.mandate.as_ref().map(Into::into),
            proposed: case.proposal.as_ref().map(|proposal| (&proposal.arrangement).into()),
            approvals: approvals.unwrap_or_default().iter().map(ToString::to_string).collect(),
            in_force: case.in_force.as_ref().map(|in_force| (&in_force.arrangement).into()),
            kept: case.in_force.as_ref().map_or(0, |in_force| in_force.kept),
            observed_until: case.observed_until.as_ref().map(Into::into),
            entries: case.entries,
        }
    }
}

impl From<&domain::CaseEntry> for wire::CaseEntry {
    fn from(entry: &domain::CaseEntry) -> Self {
        use domain::EntryKind as Domain;
        use wire::EntryKind as Wire;
        let mut line = Self {
            receivable: entry.receivable.number(),
            number: entry.number,
            height: entry.height.number(),
            on: Some((&entry.on).into()),
            by: entry.by.map(|member| member.to_string()).unwrap_or_default(),
            note: entry.note.to_string(),
            ..Self::default()
        };
        let kind = match &entry.kind {
            Domain::Opened { owed } => {
                line.amount = Some(owed.into());
                Wire::Opened
            }
            Domain::Escalated { stage } => {
                line.stage = wire::Stage::from(*stage).into();
                Wire::Escalated
            }
            Domain::Assigned { mandate } => {
                line.mandate = Some(mandate.into());
                Wire::Assigned
            }
            Domain::MandateEnded { agent } => {
                line.agent = agent.to_string();
                Wire::MandateEnded
            }
            Domain::Contact { at, channel } => {
                line.contact_at_ms = at.ms();
                line.channel = wire::Channel::from(*channel).into();
                Wire::Contact
            }
            Domain::Proposed { arrangement } => {
                line.arrangement = Some(arrangement.into());
                Wire::Proposed
            }
            Domain::Approved => Wire::Approved,
            Domain::Refused => Wire::Refused,
            Domain::InForce => Wire::InForce,
            Domain::Kept { instalment } => {
                line.instalment = *instalment;
                Wire::Kept
            }
            Domain::Broken { instalment, missing } => {
                (line.instalment, line.amount) = (*instalment, Some(missing.into()));
                Wire::Broken
            }
            Domain::WrittenOff { tranche, amount } => {
                (line.tranche, line.amount) = (Some(tranche.number()), Some(amount.into()));
                Wire::WrittenOff
            }
            Domain::Closed => Wire::Closed,
        };
        line.kind = kind.into();
        line
    }
}
