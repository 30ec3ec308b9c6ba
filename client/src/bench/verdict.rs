//! Whether a report is to be believed.

use super::error::BenchError;
use super::limits::DRAIN_MAX;
use super::report::Report;

impl Report {
    /// Whether the run is to be believed.
    pub fn verdict(&self) -> Result<(), BenchError> {
        let refusals: u64 = self.refused.values().sum();
        if refusals > 0 {
            let reasons: Vec<String> =
                self.refused.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
            return Err(BenchError::Refusals { count: refusals, reasons: reasons.join(", ") });
        }
        if self.unanswered > 0 {
            let (count, seconds) = (self.unanswered, DRAIN_MAX.as_secs());
            return Err(BenchError::Unanswered { count, seconds });
        }
        if self.committed == 0 {
            return Err(BenchError::NothingCommitted);
        }
        if !self.state_roots_equal {
            return Err(BenchError::RootsDiffer { height: self.height });
        }
        if !self.invariants_ok {
            return Err(BenchError::InvariantBroken);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::bench::report::tests::report;

    #[test]
    fn a_run_that_is_not_to_be_believed_fails_by_its_reason() {
        assert!(report().verdict().is_ok());
        let refused = BTreeMap::from([("NOT_HOLDER".to_owned(), 2)]);
        let said = Report { refused, ..report() }.verdict().unwrap_err().to_string();
        assert!(said.contains("2 NOT_HOLDER"), "{said}");
        assert!(matches!(
            Report { unanswered: 1, ..report() }.verdict(),
            Err(BenchError::Unanswered { count: 1, .. })
        ));
        assert!(matches!(Report { committed: 0, ..report() }.verdict(), Err(BenchError::NothingCommitted)));
        let unequal = Report { state_roots_equal: false, ..report() };
        assert!(matches!(unequal.verdict(), Err(BenchError::RootsDiffer { height: 500 })));
        let broken = Report { invariants_ok: false, ..report() };
        assert!(matches!(broken.verdict(), Err(BenchError::InvariantBroken)));
    }
}
