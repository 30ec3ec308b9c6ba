//! Price curves: annual rates by days.

use std::str::FromStr;

use tally_contracts::facility::CurvePoint;

use super::error::ValueError;
use super::rate::RateText;

/// `30:3.0%,90:3.6%`; whether it makes sense is the ledger's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurveText(pub Vec<CurvePoint>);

impl FromStr for CurveText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::Curve { text: text.to_owned() };
        let point = |pair: &str| {
            let (days, rate) = pair.trim().split_once(':').ok_or_else(bad)?;
            if !days.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(bad());
            }
            let rate: RateText = rate.parse()?;
            Ok(CurvePoint { days: days.parse().map_err(|_| bad())?, rate: rate.0 })
        };
        text.split(',').map(point).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_days_and_rates() {
        let CurveText(points) = "30:3.0%,90:3.6%, 180:4.35%".parse().unwrap();
        let read: Vec<_> = points.iter().map(|point| (point.days, point.rate.ppm())).collect();
        assert_eq!(read, [(30, 30_000), (90, 36_000), (180, 43_500)]);
        for bad in ["", "30", "30:3", "30:3%,", "+30:3%", "x:3%", ":3%", "99999999999:3%"] {
            assert!(bad.parse::<CurveText>().is_err(), "{bad}");
        }
    }
}
