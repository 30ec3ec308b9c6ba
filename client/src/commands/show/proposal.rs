//! Proposals: what would change, and who said what.

use tally_proto::v1::governance::{Difference, Proposal, Vote};

use super::row;
use super::shown::Listed;
use super::words::{id, time, word};

row! {
    /// A proposal with what it changes.
    ProposalRow from Proposal as proposal {
        id: String = id('G', proposal.id),
        status: String = status(proposal),
        change: String = proposal.headline.clone(),
        differences: Listed<String> = proposal.differences.iter().map(difference).collect(),
        by: String = proposal.by.clone(),
        reason: String = proposal.reason.clone(),
        power_in_favour: u64 = proposal.power_in_favour,
        power_against: u64 = proposal.power_against,
        power_total: u64 = proposal.power_total,
        votes: Listed<String> = proposal.votes.iter().map(vote).collect(),
        opened_at: String = time(proposal.opened_at_ms),
        lapses_at: String = time(proposal.lapses_at_ms),
        decided_at_height: Option<u64> = (proposal.decided_at_height != 0).then_some(proposal.decided_at_height),
    }
}

row! {
    /// A proposal in a list.
    ProposalSummary from Proposal as proposal {
        id: String = id('G', proposal.id),
        status: String = status(proposal),
        change: String = proposal.headline.clone(),
        by: String = proposal.by.clone(),
        power_in_favour: u64 = proposal.power_in_favour,
        power_against: u64 = proposal.power_against,
        power_total: u64 = proposal.power_total,
        lapses_at: String = time(proposal.lapses_at_ms),
    }
}

fn status(proposal: &Proposal) -> String {
    word(proposal.status().as_str_name(), "PROPOSAL_STATUS_")
}

/// `tenor_hard_days: 365 → 180`; nothing before or after is shown as a dash.
fn difference(line: &Difference) -> String {
    let told = |value: &str| if value.is_empty() { "—".to_owned() } else { value.to_owned() };
    format!("{}: {} → {}", line.field, told(&line.before), told(&line.after))
}

fn vote(vote: &Vote) -> String {
    format!("{} {} at {}", vote.member, if vote.in_favour { "for" } else { "against" }, vote.height)
}
