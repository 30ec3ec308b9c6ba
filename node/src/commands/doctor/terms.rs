//! What ends on the ledger for the member that runs this node: its keys and the banks' word about it.
use super::finding::{Finding, Level};
use tally_proto::v1::operator::{Term, TermKind};

/// Heights before the end of a key from which it is spoken of: a day of one-second blocks.
const KEY_SOON_HEIGHTS: i64 = 86_400;
/// Days before the end of an attestation from which it is spoken of.
const ATTESTATION_SOON_DAYS: i64 = 30;

pub(super) fn examine(terms: &[Term]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = terms.iter().filter_map(finding).collect();
    if terms.iter().all(|term| term.kind() != TermKind::Key) {
        let advice = "without a key of its own it can sign nothing: governance can replace its keys";
        findings.push(Finding::now(
            "member keys",
            "the member that runs this node has no key that counts",
            advice,
        ));
    }
    findings
}

fn finding(term: &Term) -> Option<Finding> {
    match term.kind() {
        TermKind::Key => Some(key(term)),
        TermKind::Attestation => Some(attestation(term)),
        TermKind::Unspecified => None,
    }
}

fn key(term: &Term) -> Finding {
    let (Some(end), Some(left)) = (term.end, term.left) else {
        return Finding::well("member keys", format!("{} counts without an end", term.subject));
    };
    let level = if left < KEY_SOON_HEIGHTS { Level::Soon } else { Level::Well };
    let found = format!("{} counts until height {end}, {left} from now", term.subject);
    Finding::at(
        level,
        "member keys",
        found,
        "add its successor with tally member add-key, and put it in every profile",
    )
}

fn attestation(term: &Term) -> Finding {
    let days = term.left.unwrap_or(i64::MAX);
    let level = match days {
        ..0 => Level::Now,
        0..ATTESTATION_SOON_DAYS => Level::Soon,
        ATTESTATION_SOON_DAYS.. => Level::Well,
    };
    let found = format!("{}'s word about this member counts for {days} more days", term.subject);
    Finding::at(
        level,
        "KYC",
        found,
        format!("ask {} to attest anew before funders can no longer rely on it", term.subject),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(kind: TermKind, left: Option<i64>) -> Term {
        Term { kind: kind.into(), subject: "one".to_owned(), end: left.map(|left| 1_000 + left), left }
    }

    #[test]
    fn what_ends_is_told_before_it_does() {
        for (kind, left, level) in [
            (TermKind::Key, None, Level::Well),
            (TermKind::Key, Some(100_000), Level::Well),
            (TermKind::Key, Some(5), Level::Soon),
            (TermKind::Attestation, Some(200), Level::Well),
            (TermKind::Attestation, Some(29), Level::Soon),
            (TermKind::Attestation, Some(-1), Level::Now),
        ] {
            assert_eq!(finding(&term(kind, left)).unwrap().level, level, "{kind:?} {left:?}");
        }
        assert_eq!(examine(&[])[0].level, Level::Now);
    }
}
