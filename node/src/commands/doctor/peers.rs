//! The other nodes: who is there, what they run, and whose clock is off.
use super::finding::{Finding, Level};
use crate::limits::BLOCK_TIME_AHEAD_MS_MAX;
use std::collections::BTreeSet;
use tally_proto::v1::operator::{GetReportResponse, Introduction, Peer};

/// Milliseconds; a machine with NTP is within a tenth of it.
const CLOCK_SOON_MS: u64 = 500;
/// Milliseconds; from here on its proposals come close to what others refuse.
const CLOCK_NOW_MS: u64 = BLOCK_TIME_AHEAD_MS_MAX / 2;

pub(super) const CLOCK_ADVICE: &str = "let chrony or systemd-timesyncd keep this machine's clock";

pub(super) fn examine(report: &GetReportResponse) -> Vec<Finding> {
    let mut findings = presence(report);
    findings.extend(report.peers.iter().filter_map(misfit));
    findings.extend(versions(report));
    findings.extend((!report.peers.is_empty()).then(|| clock(&report.peers)));
    findings
}

fn presence(report: &GetReportResponse) -> Vec<Finding> {
    let validators: Vec<&Peer> = report.peers.iter().filter(|peer| peer.power > 0).collect();
    let power = |is_counted: fn(&Peer) -> bool| -> u64 {
        validators.iter().filter(|peer| is_counted(peer)).map(|peer| peer.power).sum()
    };
    let (away, all) = (power(|peer| !peer.connected), power(|_| true));
    let mut findings: Vec<Finding> =
        validators.iter().filter(|peer| !peer.connected).map(|peer| absence(peer)).collect();
    // without this node's own power, which is the careful side
    if away > 0 && away.saturating_mul(3) >= all {
        let found = format!("power {away} of the others' {all} is away: the chain may stand still");
        let advice = "call their operators; see whether this machine's own network is the cause";
        findings.push(Finding::now("peers", found, advice));
    }
    if findings.is_empty() {
        findings
            .push(Finding::well("peers", format!("all {} other validators are connected", validators.len())));
    }
    findings
}

fn absence(peer: &Peer) -> Finding {
    let name = name_of(peer);
    let advice = match peer.configured {
        true => format!("call {}; see whether its gossip address is right and reachable", peer.member),
        false => format!("ask {} for its addresses and add them as [[consensus.peers]]", peer.member),
    };
    Finding::soon("peers", format!("validator {name} is not connected"), advice)
}

/// Configured and not on the ledger.
fn misfit(peer: &Peer) -> Option<Finding> {
    let found =
        || format!("{} is configured and the ledger does not list it, so it is not let in", peer.name);
    let advice = "remove it from [[consensus.peers]], or wait for the proposal that lists it";
    (!peer.listed).then(|| Finding::soon("peers", found(), advice))
}

fn versions(report: &GetReportResponse) -> Option<Finding> {
    let own = report.status.as_ref().map(|status| status.version.clone()).unwrap_or_default();
    let said =
        report.peers.iter().filter(|peer| peer.power > 0).filter_map(|peer| peer.introduction.as_ref());
    let others: BTreeSet<String> = said.map(|said| said.version.clone()).collect();
    if others.iter().all(|version| *version == own) {
        return (!others.is_empty())
            .then(|| Finding::well("versions", format!("all validators heard of run {own}")));
    }
    let others = others.into_iter().collect::<Vec<_>>().join(", ");
    let advice = "bring all validators to one version: they must execute every block alike";
    Some(Finding::soon("versions", format!("this node runs {own}, others {others}"), advice))
}

/// The median tells whose clock it is: one that is off is off for all others.
fn clock(peers: &[Peer]) -> Finding {
    let said = peers.iter().filter_map(|peer| peer.introduction.as_ref());
    let mut offsets: Vec<i64> = said.map(|said: &Introduction| said.clock_offset_ms).collect();
    offsets.sort_unstable();
    let Some(&median) = offsets.get(offsets.len() / 2) else {
        let found = "no peer has said its time, so there is nothing to compare this machine's clock with";
        return Finding::soon("clock", found, "run this again once peers are connected");
    };
    let found = format!("peers' clocks are {median:+} ms from this machine's (median of {})", offsets.len());
    Finding::at(level_of(median), "clock", found, CLOCK_ADVICE)
}

fn level_of(offset_ms: i64) -> Level {
    match offset_ms.unsigned_abs() {
        ..CLOCK_SOON_MS => Level::Well,
        CLOCK_SOON_MS..CLOCK_NOW_MS => Level::Soon,
        CLOCK_NOW_MS.. => Level::Now,
    }
}

fn name_of(peer: &Peer) -> String {
    if peer.name.is_empty() { hex::encode(&peer.peer_key) } else { peer.name.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_proto::v1::node::GetStatusResponse;

    fn peer(name: &str, version: &str, clock_offset_ms: i64) -> Peer {
        let introduction =
            Introduction { version: version.to_owned(), clock_offset_ms, ..Default::default() };
        Peer {
            name: name.to_owned(),
            member: name.to_owned(),
            power: 1,
            listed: true,
            configured: true,
            connected: true,
            introduction: Some(introduction),
            ..Peer::default()
        }
    }

    fn levels(peers: Vec<Peer>) -> Vec<(Level, &'static str)> {
        let status = GetStatusResponse { version: "1.0.0".to_owned(), ..Default::default() };
        let report = GetReportResponse { status: Some(status), peers, ..Default::default() };
        examine(&report).iter().map(|finding| (finding.level, finding.about)).collect()
    }

    #[test]
    fn what_is_wrong_with_peers_is_told_apart() {
        let all = || vec![peer("a", "1.0.0", 3), peer("b", "1.0.0", -4), peer("c", "1.0.0", 5)];
        let well = [(Level::Well, "peers"), (Level::Well, "versions"), (Level::Well, "clock")];
        assert_eq!(levels(all()), well);

        let mut one_away = all();
        one_away.push(peer("d", "1.0.0", 0));
        one_away[3].connected = false;
        assert_eq!(levels(one_away)[0], (Level::Soon, "peers"));

        let mut two_away = all();
        two_away[1].connected = false;
        two_away[2].connected = false;
        assert!(levels(two_away).contains(&(Level::Now, "peers")));

        let skewed = vec![peer("a", "1.0.0", 0), peer("b", "1.1.0", 0), peer("c", "1.0.0", 0)];
        assert!(levels(skewed).contains(&(Level::Soon, "versions")));

        // one peer's clock is its own matter, all peers' is ours
        let one_off = vec![peer("a", "1.0.0", 0), peer("b", "1.0.0", 60_000), peer("c", "1.0.0", 0)];
        assert!(levels(one_off).contains(&(Level::Well, "clock")));
        let ours = all().into_iter().map(|one| peer(&one.name, "1.0.0", 60_000)).collect();
        assert!(levels(ours).contains(&(Level::Now, "clock")));

        let silent = vec![Peer { introduction: None, ..peer("a", "1.0.0", 0) }];
        assert!(levels(silent).contains(&(Level::Soon, "clock")));

        let unlisted = Peer { listed: false, power: 0, connected: false, ..peer("e", "1.0.0", 0) };
        let with_unlisted = all().into_iter().chain([unlisted]).collect();
        assert!(levels(with_unlisted).contains(&(Level::Soon, "peers")));
    }
}
