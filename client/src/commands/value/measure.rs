//! Measures of credit profiles and questions about them, such as `on-time-share` and `on-time-share>=4`.

use std::str::FromStr;

use tally_contracts::credit_profile::{Measure, Question};

use super::ValueError;

/// A measure by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasureText(pub Measure);

/// A measure, or whether it is in a band or a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuestionText(pub Question);

impl FromStr for MeasureText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let found = Measure::ALL.into_iter().find(|measure| name(*measure) == text);
        found.map(Self).ok_or_else(|| ValueError::Measure { text: text.to_owned() })
    }
}

impl FromStr for QuestionText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let (measure, band) = match text.split_once(">=") {
            Some((measure, band)) => (measure, Some(band)),
            None => (text, None),
        };
        let measure = measure.parse::<MeasureText>()?.0;
        let number = |band: &str| band.parse().map_err(|_| ValueError::Measure { text: text.to_owned() });
        Ok(Self(Question { measure, at_least: band.map(number).transpose()? }))
    }
}

/// `OnTimeShare` → `on-time-share`.
fn name(measure: Measure) -> String {
    let mut name = String::new();
    for c in format!("{measure:?}").chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_and_questions_are_read_by_name() {
        assert_eq!("on-time-share".parse::<MeasureText>().unwrap().0, Measure::OnTimeShare);
        let question = Question { measure: Measure::Tenor, at_least: Some(2) };
        assert_eq!("tenor>=2".parse::<QuestionText>().unwrap().0, question);
        for measure in Measure::ALL {
            assert_eq!(name(measure).parse::<MeasureText>().unwrap().0, measure);
        }
        for bad in ["", "OnTimeShare", "tenor>=", "tenor>=x", "tenor>=999"] {
            assert!(bad.parse::<QuestionText>().is_err(), "{bad}");
        }
    }
}
