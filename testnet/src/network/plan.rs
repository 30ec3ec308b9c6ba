//! What a network is to be: its members, who of them runs a node, and how its clock runs.

use std::path::PathBuf;

use tally_contracts::member::{PartyIdentifier, Role};
use tally_contracts::types::{BusinessDate, MemberId, Text};

use super::error::NetworkError;

/// A network before it exists.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Part of every signed message.
    pub chain_id: String,
    /// Everybody on the ledger at its start.
    pub members: Vec<MemberPlan>,
    /// How chain time follows the machine's clock.
    pub clock: ClockPlan,
    /// Whether the nodes reach each other through relays, which [`super::Network::relays`] lists.
    pub is_distant: bool,
    /// Where all files go.
    pub folder: PathBuf,
    /// Milliseconds after which an idle chain makes an empty block.
    pub heartbeat_ms: u64,
    /// Milliseconds that a node gives one request.
    pub request_timeout_ms: u64,
    /// Transactions a second that a node takes of one member; its own default where nothing is said.
    pub member_transactions_per_second: Option<u32>,
    /// Who shows certificates.
    pub tls: TlsPlan,
    /// The nodes' `log.filter`; their own default where nothing is said.
    pub log_filter: Option<String>,
    /// Where `tallyd` and `tally` lie.
    pub binaries: PathBuf,
}

/// Who shows certificates on the nodes' API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TlsPlan {
    /// Nobody: loopback without TLS.
    #[default]
    Off,
    /// Nodes to their callers.
    Nodes,
    /// Callers to nodes as well.
    NodesAndMembers,
}

/// How chain time runs. The demonstration's clock may run fast; genesis and every node's status say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockPlan {
    /// The chain's first day, in the policy's time zone.
    pub first_day: BusinessDate,
    /// Chain milliseconds per real millisecond, at least 1.
    pub speed: u32,
}

/// A member of genesis.
#[derive(Debug, Clone)]
pub struct MemberPlan {
    /// Its slug.
    pub id: MemberId,
    /// Its legal name.
    pub legal_name: Text,
    /// The first is the primary one.
    pub identifiers: Vec<PartyIdentifier>,
    /// What it may be.
    pub roles: Vec<Role>,
    /// The node that it runs, if any.
    pub node: Option<NodeKind>,
}

/// Which node a member runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// Full ledger, votes.
    Validator,
    /// Full ledger, no vote.
    Observer,
}

impl MemberPlan {
    /// A member without a node. Each identifier is a scheme and a value.
    pub fn new(
        id: &str,
        legal_name: &str,
        identifiers: &[(&str, &str)],
        roles: &[Role],
    ) -> Result<Self, NetworkError> {
        let identifiers = identifiers
            .iter()
            .map(|(scheme, value)| {
                Ok(PartyIdentifier { scheme: text("scheme", scheme)?, value: text("identifier", value)? })
            })
            .collect::<Result<_, NetworkError>>()?;
        Ok(Self {
            id: MemberId::new(id)?,
            legal_name: text("legal name", legal_name)?,
            identifiers,
            roles: roles.to_vec(),
            node: None,
        })
    }

    /// The same member, running a node.
    #[must_use]
    pub fn running(self, node: NodeKind) -> Self {
        Self { node: Some(node), ..self }
    }
}

impl Plan {
    /// The members that run a node: validators first, each kind in the order of the plan. A node's index is its
    /// place here.
    pub fn operators(&self) -> Vec<(&MemberPlan, NodeKind)> {
        let of = |kind: NodeKind| {
            self.members
                .iter()
                .filter(move |member| member.node == Some(kind))
                .map(move |member| (member, kind))
        };
        of(NodeKind::Validator).chain(of(NodeKind::Observer)).collect()
    }
}

fn text(what: &'static str, value: &str) -> Result<Text, NetworkError> {
    Text::new(value).map_err(|_| NetworkError::Text { what, value: value.to_owned() })
}

/// A GS1 global location number of ours: twelve digits and the check digit, by weights 3 and 1 from the right.
pub fn gln_of(location: u32) -> String {
    let digits = format!("42600{location:07}");
    let weighted = digits.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
