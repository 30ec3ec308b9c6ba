//! Whether times tell the forbidden from the absent: a threshold trained on one half of the answers, tried on the other.

use serde::Serialize;

/// One answer's time and what it was about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Microseconds.
    pub took_us: f64,
    /// There is such a record, and it is not the asker's.
    pub is_forbidden: bool,
}

/// A rule: what takes longer than this, or less long, is forbidden.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    at_us: f64,
    is_above: bool,
}

impl Threshold {
    /// The one that is right most often.
    pub fn trained(samples: &[Sample]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_by(|one, other| one.took_us.total_cmp(&other.took_us));
        let forbidden = sorted.iter().filter(|sample| sample.is_forbidden).count();
        // right answers if everything above the place counts as forbidden, beginning below all
        let mut right = forbidden;
        let (mut best, mut most) = (Self { at_us: f64::NEG_INFINITY, is_above: true }, right);
        for sample in &sorted {
            if sample.is_forbidden {
                right -= 1
            } else {
                right += 1
            }
            for (is_above, right) in [(true, right), (false, sorted.len() - right)] {
                if right > most {
                    (best, most) = (Self { at_us: sample.took_us, is_above }, right);
                }
            }
        }
        best
    }

    /// Whether it is right about this one.
    pub fn is_right(&self, sample: &Sample) -> bool {
        let says_forbidden = (sample.took_us > self.at_us) == self.is_above;
        says_forbidden == sample.is_forbidden
    }
}

/// How often a rule was right, with the interval in which its true rate lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Accuracy {
    /// Answers that were judged.
    pub judged: usize,
    /// Of them rightly.
    pub right: usize,
    /// Right by judged.
    pub rate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Accuracy {
    /// Clopper and Pearson's interval, which holds the true rate with at least this confidence (per cent).
    pub fn of(right: usize, judged: usize, confidence: f64) -> Self {
        let tail = (1.0 - confidence / 100.0) / 2.0;
        let low = if right == 0 { 0.0 } else { root(|p| 1.0 - below(right, judged, p) - tail) };
        let high = if right == judged { 1.0 } else { root(|p| tail - below(right + 1, judged, p)) };
        let rate = if judged == 0 { 0.5 } else { right as f64 / judged as f64 };
        Self { judged, right, rate, low, high }
    }

    /// Whether it does no better than chance, as far as these answers show.
    pub fn is_chance(&self) -> bool {
        self.judged == 0 || self.low <= 0.5
    }
}

/// Where an increasing function of a probability is nothing.
fn root(of: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if of(middle) < 0.0 { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The chance of fewer than `count` of `of` at a rate.
fn below(count: usize, of: usize, rate: f64) -> f64 {
    if rate <= 0.0 {
        return 1.0;
    }
    if rate >= 1.0 {
        return if count > of { 1.0 } else { 0.0 };
    }
    // in logarithms: the terms of a thousand are smaller than any number
    let (mut term, step) = (of as f64 * (1.0 - rate).ln(), (rate / (1.0 - rate)).ln());
    let mut sum = 0.0;
    for number in 0..count.min(of + 1) {
        sum += term.exp();
        term += ((of - number) as f64 / (number + 1) as f64).ln() + step;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(absent: &[f64], forbidden: &[f64]) -> Vec<Sample> {
        let of = |times: &[f64], is_forbidden| {
            times.iter().map(|took_us| Sample { took_us: *took_us, is_forbidden }).collect::<Vec<_>>()
        };
        [of(absent, false), of(forbidden, true)].concat()
    }

    #[test]
    fn a_threshold_finds_what_takes_longer_or_less_long() {
        for all in [samples(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), samples(&[4.0, 5.0, 6.0], &[1.0, 2.0, 3.0])]
        {
            let rule = Threshold::trained(&all);
            assert!(all.iter().all(|sample| rule.is_right(sample)), "{rule:?}");
        }
        let same = samples(&[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 3.0, 4.0]);
        let rule = Threshold::trained(&same);
        assert_eq!(same.iter().filter(|sample| rule.is_right(sample)).count(), 4);
    }

    #[test]
    fn the_interval_is_clopper_and_pearsons() {
        // R: binom.test(60, 100)$conf.int, binom.test(2550, 5000)$conf.int, binom.test(0, 10)$conf.int
        for (right, judged, low, high) in
            [(60, 100, 0.497_209, 0.696_706), (2_550, 5_000, 0.496_043, 0.523_945), (0, 10, 0.0, 0.308_497)]
        {
            let found = Accuracy::of(right, judged, 95.0);
            assert!((found.low - low).abs() < 2e-4 && (found.high - high).abs() < 2e-4, "{found:?}");
        }
        assert!(Accuracy::of(60, 100, 95.0).is_chance());
        assert!(!Accuracy::of(62, 100, 95.0).is_chance());
        assert!(Accuracy::of(0, 0, 95.0).is_chance());
    }
}
