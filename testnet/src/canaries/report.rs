//! The result: who found what that was not for it, and whether the search finds what is there.

use comfy_table::{Table, presets};
use serde::Serialize;
use tally_contracts::types::MemberId;

use super::canary::{Canary, Kind};
use super::places::Place;
use super::read::Found;
use super::search::{Hits, Search};

/// A canary where it must not be, or not where it must.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Who, or which place.
    pub at: String,
    /// Which canary.
    pub canary: String,
    /// What it is.
    pub kind: &'static str,
    /// Where it stood and in which form; empty where it is missing.
    pub place: String,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Who asked, or which place was searched.
    pub at: String,
    /// Questions or files.
    pub pieces: u64,
    /// Bytes.
    pub bytes: u64,
    /// Canaries that were found and may be there.
    pub own: usize,
    /// Canaries that must be found there.
    pub expected: usize,
    /// Canaries that are there and must not be.
    pub forbidden: usize,
}

/// Everything.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Makes the same canaries again.
    pub seed: u64,
    /// How many.
    pub canaries: usize,
    /// How many of each kind.
    pub kinds: Vec<(&'static str, usize)>,
    /// Members that asked, the regulator not counted.
    pub members: usize,
    /// Forms of all canaries.
    pub patterns: usize,
    /// Bytes that were searched in all.
    pub bytes: u64,
    /// At most how likely one hit by chance is in as many random bytes.
    pub chance: f64,
    /// Places.
    pub lines: Vec<Line>,
    /// What must not be.
    pub leaks: Vec<Finding>,
    /// What a reader or place that must have it did not show: then the search finds nothing, or a member lacks its own.
    pub missing: Vec<Finding>,
    /// Seconds.
    pub wall_s: f64,
}

impl Report {
    /// For these canaries.
    pub fn new(seed: u64, canaries: &[Canary], search: &Search) -> Self {
        let kinds = [Kind::Amount, Kind::Price, Kind::LedgerText, Kind::DocumentText];
        let count = |kind: Kind| canaries.iter().filter(|canary| canary.kind == kind).count();
        Self {
            seed,
            canaries: canaries.len(),
            kinds: kinds.iter().map(|kind| (kind.name(), count(*kind))).collect(),
            patterns: search.patterns(),
            ..Self::default()
        }
    }

    /// What a member's questions brought.
    pub fn add_reader(&mut self, member: MemberId, is_regulator: bool, found: &Found, canaries: &[Canary]) {
        let may = |canary: &Canary| is_regulator || canary.may.contains(&member);
        let must = |canary: &Canary| is_regulator || canary.must.contains(&member);
        self.members += usize::from(!is_regulator);
        self.add((member.to_string(), found), canaries, may, must);
    }

    /// What a member's own node told it: what it holds itself for certain, and not everything that the others tell.
    pub fn add_own_node(&mut self, member: MemberId, found: &Found, canaries: &[Canary]) {
        let may = |canary: &Canary| canary.may.contains(&member);
        let must = |canary: &Canary| canary.kind == Kind::Amount && canary.is_only_for(member);
        self.add((format!("{member} at its own node"), found), canaries, may, must);
    }

    /// What lies in a place.
    pub fn add_place(&mut self, place: &Place, canaries: &[Canary]) {
        let must = |canary: &Canary| place.sight.must_hold(canary);
        let may = |canary: &Canary| place.sight.may_hold(canary);
        self.add((place.name.clone(), &place.found), canaries, may, must);
    }

    fn add(
        &mut self,
        (at, found): (String, &Found),
        canaries: &[Canary],
        may: impl Fn(&Canary) -> bool,
        must: impl Fn(&Canary) -> bool,
    ) {
        let expected = canaries.iter().filter(|canary| must(canary)).count();
        let (leaks, missing) =
            (leaks(&at, &found.hits, canaries, may), missing(&at, &found.hits, canaries, must));
        let (own, forbidden) = (found.hits.len() - leaks.len(), leaks.len());
        self.lines.push(Line { at, pieces: found.pieces, bytes: found.bytes, own, expected, forbidden });
        self.bytes += found.bytes;
        self.leaks.extend(leaks);
        self.missing.extend(missing);
    }

    /// Nothing is where it must not be, and everything was found where it must be.
    pub fn is_good(&self) -> bool {
        self.leaks.is_empty() && self.missing.is_empty() && self.lines.iter().any(|line| line.expected > 0)
    }

    /// For people.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
        table.set_header(["who or where", "questions or files", "bytes", "own", "control", "forbidden"]);
        for line in &self.lines {
            table.add_row([
                line.at.clone(),
                line.pieces.to_string(),
                line.bytes.to_string(),
                line.own.to_string(),
                line.expected.to_string(),
                line.forbidden.to_string(),
            ]);
        }
        let kinds: Vec<String> = self.kinds.iter().map(|(name, count)| format!("{count} {name}s")).collect();
        let mut text = format!(
            "{table}\n{} canaries ({}), {} members and a regulator, {} patterns, {} bytes searched; a hit by chance: at \
             most {:.1e}\n",
            self.canaries,
            kinds.join(", "),
            self.members,
            self.patterns,
            self.bytes,
            self.chance,
        );
        for (what, findings) in [("LEAK", &self.leaks), ("MISSING", &self.missing)] {
            for one in findings.iter().take(SHOWN_MAX) {
                text += &format!("{what}: {} ({}) at {} {}\n", one.canary, one.kind, one.at, one.place);
            }
        }
        let verdict = if self.is_good() { "none found where it must not be" } else { "FAILED" };
        text + &format!(
            "{verdict}: {} leaks, {} of those that must be found missing; seed {}\n",
            self.leaks.len(),
            self.missing.len(),
            self.seed
        )
    }

    /// For programs.
    pub fn json(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["passed"] = self.is_good().into();
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }
}

/// Findings that a screen shows of each sort.
const SHOWN_MAX: usize = 20;

fn leaks(at: &str, hits: &Hits, canaries: &[Canary], may: impl Fn(&Canary) -> bool) -> Vec<Finding> {
    let mut leaks = Vec::new();
    for (number, hit) in hits {
        if let Some(canary) = canaries.get(*number).filter(|canary| !may(canary)) {
            leaks.push(finding(at, canary, format!("{} ({})", hit.place, hit.form)));
        }
    }
    leaks
}

fn missing(at: &str, hits: &Hits, canaries: &[Canary], must: impl Fn(&Canary) -> bool) -> Vec<Finding> {
    let lacking =
        canaries.iter().enumerate().filter(|(number, canary)| must(canary) && !hits.contains_key(number));
    lacking.map(|(_, canary)| finding(at, canary, String::new())).collect()
}

fn finding(at: &str, canary: &Canary, place: String) -> Finding {
    Finding { at: at.to_owned(), canary: canary.name.clone(), kind: canary.kind.name(), place }
}

#[cfg(test)]
mod tests {
    use super::super::canary::Value;
    use super::*;

    fn member(slug: &str) -> MemberId {
        MemberId::new(slug).unwrap()
    }

    #[test]
    fn a_leak_and_a_canary_that_is_not_found_both_fail() {
        let text = |text: &str| Canary {
            kind: Kind::LedgerText,
            name: text.to_owned(),
            value: Value::Text(text.to_owned()),
            may: vec![member("alpha")],
            must: vec![member("alpha")],
        };
        let canaries = [text("AAAABBBBCCCCDDDD"), text("EEEEFFFFGGGGHHHH")];
        let search = Search::new(&canaries).unwrap();
        let told = |texts: &[&str]| {
            let mut found = Found::default();
            texts.iter().for_each(|text| found.look(&search, text.as_bytes(), || "there".to_owned()));
            found
        };
        let both = told(&["AAAABBBBCCCCDDDD", "EEEEFFFFGGGGHHHH"]);
        for (owner, stranger, leaks, missing) in [
            (&both, told(&[]), 0, 0),
            (&both, told(&["EEEEFFFFGGGGHHHH"]), 1, 0),
            (&told(&[]), told(&[]), 0, 2),
        ] {
            let mut report = Report::new(1, &canaries, &search);
            report.add_reader(member("alpha"), false, owner, &canaries);
            report.add_reader(member("beta"), false, &stranger, &canaries);
            assert_eq!((report.leaks.len(), report.missing.len()), (leaks, missing));
            assert_eq!(report.is_good(), leaks + missing == 0);
        }
    }
}
