//! The search: all forms of all canaries in one pass over any bytes.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, BuildError};

use super::canary::Canary;

/// What was found: which canary, in which form, and where first.
pub type Hits = BTreeMap<usize, Hit>;

/// One canary found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The name of the form.
    pub form: &'static str,
    /// Where.
    pub place: String,
}

/// Looks for all canaries at once.
#[derive(Debug)]
pub struct Search {
    automaton: AhoCorasick,
    /// Canary and form of each pattern.
    patterns: Vec<(usize, &'static str)>,
    /// Patterns of each length in bytes.
    lengths: BTreeMap<usize, usize>,
}

impl Search {
    /// For these canaries, which are numbered by their places.
    pub fn new(canaries: &[Canary]) -> Result<Self, BuildError> {
        let (mut patterns, mut forms, mut lengths) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (number, canary) in canaries.iter().enumerate() {
            for (name, form) in canary.value.forms() {
                *lengths.entry(form.len()).or_insert(0) += 1;
                patterns.push((number, name));
                forms.push(form);
            }
        }
        Ok(Self { automaton: AhoCorasick::new(forms)?, patterns, lengths })
    }

    /// Adds what is in `bytes` to what was found.
    pub fn look(&self, bytes: &[u8], place: impl Fn() -> String, hits: &mut Hits) {
        for found in self.automaton.find_overlapping_iter(bytes) {
            if let Some((canary, form)) = self.patterns.get(found.pattern().as_usize()) {
                hits.entry(*canary).or_insert_with(|| Hit { form, place: place() });
            }
        }
    }

    /// How many patterns are sought.
    pub fn patterns(&self) -> usize {
        self.patterns.len()
    }

    /// At most how likely a hit by chance in so many random bytes is: at each byte each pattern of n bytes begins with a
    /// chance of 256^-n.
    pub fn chance(&self, bytes: u64) -> f64 {
        let per_byte: f64 = self
            .lengths
            .iter()
            .map(|(length, count)| *count as f64 * 256_f64.powi(-i32::try_from(*length).unwrap_or(i32::MAX)))
            .sum();
        (per_byte * bytes as f64).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::canary::{Kind, Value};
    use super::*;

    fn canary(value: Value) -> Canary {
        Canary { kind: Kind::Amount, name: "one".to_owned(), value, may: Vec::new(), must: Vec::new() }
    }

    #[test]
    fn a_canary_is_found_in_whatever_form_and_among_others() {
        let text = Value::Text("K7M2QX9PLT4WZ8RN".to_owned());
        let canaries = [canary(Value::Number(77_123_456_789_012)), canary(text)];
        let search = Search::new(&canaries).unwrap();
        for (number, one) in canaries.iter().enumerate() {
            for (_, form) in one.value.forms() {
                let mut hits = Hits::new();
                search.look(&[b"before", &form[..], b"after"].concat(), || "here".to_owned(), &mut hits);
                assert_eq!(hits.keys().copied().collect::<Vec<_>>(), [number], "{form:?}");
            }
        }
        let mut hits = Hits::new();
        search.look(&[7; 10_000], String::new, &mut hits);
        assert!(hits.is_empty());
        assert!(search.chance(1 << 27) < 1e-6);
    }
}
