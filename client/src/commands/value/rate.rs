//! Rates in percent, exact to a part per million.

use std::str::FromStr;

use tally_contracts::limits::RATE_PPM_MAX;
use tally_contracts::types::Rate;

use super::error::ValueError;

/// `4.35%`: the sign is demanded, so that nobody takes 0.0435 for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateText(pub Rate);

/// Decimals of a percentage that parts per million can hold.
const DECIMALS_MAX: usize = 4;

impl FromStr for RateText {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::Rate { text: text.to_owned() };
        let number = text.trim().strip_suffix('%').ok_or_else(bad)?.trim_end();
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(whole) || !is_plain(decimals) || decimals.len() > DECIMALS_MAX {
            return Err(bad());
        }
        let ppm: u32 = format!("{whole}{decimals:0<DECIMALS_MAX$}").parse().map_err(|_| bad())?;
        if ppm > RATE_PPM_MAX {
            return Err(bad());
        }
        Ok(Self(Rate::from_ppm(ppm)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact_parts_per_million() {
        let table = [
            ("4.35%", Some(43_500)),
            ("3%", Some(30_000)),
            ("3.0 %", Some(30_000)),
            ("0.0001%", Some(1)),
            ("100%", Some(1_000_000)),
            ("100.0001%", None),
            ("0.00001%", None),
            ("4.35", None),
            ("-1%", None),
            ("%", None),
            ("4,35%", None),
            ("99999999999%", None),
        ];
        for (text, expected) in table {
            let ppm = text.parse::<RateText>().ok().map(|rate| rate.0.ppm());
            assert_eq!(ppm, expected, "{text}");
        }
    }
}
