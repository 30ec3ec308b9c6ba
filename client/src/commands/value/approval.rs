//! Approval rules: how many keys sign for what.

use std::str::FromStr;

use tally_contracts::member::{ActionClass, ApprovalRule};

use super::amount::AmountText;
use super::error::ValueError;

/// `CLASS[:AMOUNT]=KEYS[+checker]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRuleText(pub ApprovalRule);

impl FromStr for ApprovalRuleText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::ApprovalRule { text: text.to_owned() };
        let (scope, asked) = text.split_once('=').ok_or_else(bad)?;
        let (class, from) = scope.split_once(':').map_or((scope, None), |(class, from)| (class, Some(from)));
        let class = match class {
            "authority" => ActionClass::Authority,
            "money" => ActionClass::Money,
            "receivable" => ActionClass::Receivable,
            "tranche" => ActionClass::Tranche,
            "financing" => ActionClass::Financing,
            "settlement" => ActionClass::Settlement,
            _ => return Err(bad()),
        };
        let at_least = from.map(|from| from.parse::<AmountText>()?.resolve(None)).transpose()?;
        let (keys, maker_checker) = match asked.strip_suffix("+checker") {
            Some(keys) => (keys, true),
            None => (asked, false),
        };
        let keys = keys.parse().map_err(|_| bad())?;
        Ok(Self(ApprovalRule { class, at_least, keys, maker_checker }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_class_amount_and_keys() {
        let ApprovalRuleText(rule) = "money:1000.00 CNY=2+checker".parse().unwrap();
        assert_eq!((rule.class, rule.keys, rule.maker_checker), (ActionClass::Money, 2, true));
        assert_eq!(rule.at_least.map(|amount| amount.minor()), Some(100_000));
        let ApprovalRuleText(rule) = "tranche=3".parse().unwrap();
        assert_eq!((rule.at_least, rule.keys, rule.maker_checker), (None, 3, false));
        for bad in ["", "money", "money=", "coins=1", "money=two", "money:1=2", "money=2+maker"] {
            assert!(bad.parse::<ApprovalRuleText>().is_err(), "{bad}");
        }
    }
}
