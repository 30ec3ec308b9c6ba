//! Parts of a split: an amount or the rest, and whom to pay with it.

use std::str::FromStr;

use tally_contracts::tranche::Recourse;
use tally_contracts::types::Amount;

use super::amount::AmountText;
use super::error::ValueError;
use super::reference::ReferenceText;

/// `300000.00@beta:recourse=full:ref=HASH|FILE`, `700000.00`, `rest` or `rest@beta:ref=…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartText {
    /// How much.
    pub face: Face,
    /// Whom to pay; `None` where it stays with the holder.
    pub pay: Option<PayText>,
}

/// How much a part is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// So much.
    Amount(AmountText),
    /// What the others leave.
    Rest,
}

/// Whom to pay with a part, and on which terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayText {
    /// The recipient's name.
    pub to: String,
    /// Whether the payer stays liable.
    pub recourse: Recourse,
    /// The trade that is paid.
    pub reference: Option<ReferenceText>,
}

impl FromStr for PartText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (face, pay) = match text.split_once('@') {
            Some((face, pay)) => (face, Some(pay)),
            None => (text, None),
        };
        let face = if face == "rest" { Face::Rest } else { Face::Amount(face.parse()?) };
        let bad = || ValueError::Part { text: text.to_owned() };
        Ok(Self { face, pay: pay.map(|pay| PayText::read(pay).ok_or_else(bad)).transpose()? })
    }
}

impl PayText {
    fn read(text: &str) -> Option<Self> {
        let (to, mut rest) = text.split_once(':').unwrap_or((text, ""));
        let mut pay = Self { to: to.to_owned(), recourse: Recourse::None, reference: None };
        while !rest.is_empty() {
            // A reference is last, because a path may contain anything.
            if let Some(reference) = rest.strip_prefix("ref=").filter(|path| !path.is_empty()) {
                pay.reference = reference.parse().ok();
                break;
            }
            let (option, after) = rest.split_once(':').unwrap_or((rest, ""));
            pay.recourse = match option {
                "recourse=full" => Recourse::Full,
                "recourse=none" => Recourse::None,
                _ => return None,
            };
            rest = after;
        }
        (!to.is_empty()).then_some(pay)
    }
}

/// The amounts of the parts of `face`, the rest computed.
pub fn faces(parts: &[PartText], face: Amount) -> Result<Vec<Amount>, ValueError> {
    let currency = face.currency();
    let stated = parts
        .iter()
        .map(|part| match &part.face {
            Face::Amount(amount) => amount.resolve(Some(currency)).map(Some),
            Face::Rest => Ok(None),
        })
        .collect::<Result<Vec<_>, _>>()?;
    if stated.iter().filter(|amount| amount.is_none()).count() > 1 {
        return Err(ValueError::RestRepeated);
    }
    let parts = Amount::sum(currency, stated.iter().flatten().copied())?;
    let has_rest = stated.iter().any(Option::is_none);
    let rest = face.minus(parts).unwrap_or(Amount::zero(currency));
    if has_rest && rest.is_zero() {
        return Err(ValueError::RestEmpty { parts, face });
    }
    Ok(stated.into_iter().map(|amount| amount.unwrap_or(rest)).collect())
}

#[cfg(test)]
mod tests {
    use tally_contracts::types::{Currency, Hash};

    use super::*;

    fn split(parts: &[&str]) -> Result<Vec<u64>, String> {
        let face = Amount::new(100_000_000, Currency::new("CNY").unwrap()).unwrap();
        let parts: Result<Vec<PartText>, _> = parts.iter().map(|part| part.parse()).collect();
        let faces = parts.and_then(|parts| faces(&parts, face)).map_err(|error| error.to_string())?;
        Ok(faces.iter().map(Amount::minor).collect())
    }

    #[test]
    fn the_rest_is_what_the_others_leave() {
        assert_eq!(split(&["300000.00", "rest"]), Ok(vec![30_000_000, 70_000_000]));
        assert_eq!(split(&["rest@beta", "0.01", "1 CNY"]), Ok(vec![99_999_899, 1, 100]));
        assert_eq!(split(&["300000.00", "600000.00"]), Ok(vec![30_000_000, 60_000_000]), "the ledger judges");
        let table: [(&[&str], &str); 5] = [
            (&["rest", "rest"], "only one part"),
            (&["1000000.00", "rest"], "nothing is left"),
            (&["1000000.01", "rest"], "nothing is left"),
            (&["1 EUR", "rest"], "is not in CNY"),
            (&["x@beta"], "is no amount"),
        ];
        for (parts, message) in table {
            let error = split(parts).unwrap_err();
            assert!(error.contains(message), "{parts:?}: {error}");
        }
    }

    #[test]
    fn a_part_names_whom_to_pay_with_what_and_for_what() {
        let hash = Hash::of(b"contract");
        let part: PartText = format!("5.00@beta:recourse=full:ref={hash}").parse().unwrap();
        let pay = part.pay.unwrap();
        assert_eq!((pay.to.as_str(), pay.recourse), ("beta", Recourse::Full));
        assert_eq!(pay.reference, Some(ReferenceText::Hash(hash)));
        let part: PartText = "rest@beta:ref=./a:b.pdf".parse().unwrap();
        assert_eq!(part.pay.unwrap().reference, Some(ReferenceText::File("./a:b.pdf".into())));
        for bad in
            ["5.00@", "5.00@:ref=x", "5.00@beta:x=1", "5.00@beta:ref=", "@beta", "5.00@beta:recourse=half"]
        {
            assert!(bad.parse::<PartText>().is_err(), "{bad}");
        }
    }
}
