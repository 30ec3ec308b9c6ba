//! The totals rules of EN 16931 (BR-CO-10, -13, -15, -16), recomputed with exact decimals.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::document::Totals;

/// A rule of EN 16931-1:2017, §6.4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Rule {
    /// Sum of line net amounts = Σ lines.
    #[serde(rename = "BR-CO-10")]
    LineSum,
    /// Total without VAT = lines − allowances + charges.
    #[serde(rename = "BR-CO-13")]
    TotalWithoutTax,
    /// Total with VAT = total without VAT + VAT.
    #[serde(rename = "BR-CO-15")]
    TotalWithTax,
    /// Amount due = total with VAT − paid + rounding.
    #[serde(rename = "BR-CO-16")]
    AmountDue,
}

impl Rule {
    /// The rule's number in the standard.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::LineSum => "BR-CO-10",
            Self::TotalWithoutTax => "BR-CO-13",
            Self::TotalWithTax => "BR-CO-15",
            Self::AmountDue => "BR-CO-16",
        }
    }

    fn subject(self) -> &'static str {
        match self {
            Self::LineSum => "sum of the lines",
            Self::TotalWithoutTax => "total without tax",
            Self::TotalWithTax => "total with tax",
            Self::AmountDue => "payable amount",
        }
    }
}

/// A rule that does not hold. Amounts are in the currency's main unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleFailure {
    /// Which rule.
    pub rule: Rule,
    /// What the other amounts of the document give.
    pub computed: Decimal,
    /// What the document states; `None` if it states nothing.
    pub stated: Option<Decimal>,
}

impl fmt::Display for RuleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} is {} when recomputed, ", self.rule.number(), self.rule.subject(), self.computed)?;
        match self.stated {
            Some(stated) => write!(f, "{stated} as stated"),
            None => f.write_str("not stated"),
        }
    }
}

/// Every rule that does not hold, in the standard's order. An unstated total fails its own rule only; the
/// next rule goes on with the recomputed one. Sums are exact within `limits.rs`.
pub(super) fn failures(totals: &Totals) -> Vec<RuleFailure> {
    let or_zero = |amount: Option<Decimal>| amount.unwrap_or(Decimal::ZERO);
    let lines = totals.line_extension.unwrap_or(totals.line_sum);
    let without_tax = lines - or_zero(totals.allowance) + or_zero(totals.charge);
    let with_tax = totals.tax_exclusive.unwrap_or(without_tax) + or_zero(totals.tax);
    let due = totals.tax_inclusive.unwrap_or(with_tax) - or_zero(totals.prepaid) + or_zero(totals.rounding);
    [
        (Rule::LineSum, totals.line_sum, totals.line_extension),
        (Rule::TotalWithoutTax, without_tax, totals.tax_exclusive),
        (Rule::TotalWithTax, with_tax, totals.tax_inclusive),
        (Rule::AmountDue, due, Some(totals.payable)),
    ]
    .into_iter()
    .filter(|(_, computed, stated)| *stated != Some(*computed))
    .map(|(rule, computed, stated)| RuleFailure { rule, computed, stated })
    .collect()
}
