//! The formulas of the rulebook once more, in whole numbers and with nothing of the ledger's own code.

use std::collections::BTreeMap;

/// Parts per million of a whole.
pub const PPM: u128 = 1_000_000;

/// `numerator / denominator`, halves up.
pub fn rounded(numerator: u128, denominator: u128) -> u128 {
    (numerator * 2 + denominator) / (denominator * 2)
}

/// `total` by `weights` with largest remainder, ties to the smaller key; keys that get nothing are left out.
pub fn shares<K: Ord + Clone>(total: u64, weights: &BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let sum: u128 = weights.values().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return Vec::new();
    }
    let exact = |weight: u64| u128::from(total) * u128::from(weight);
    let mut parts: Vec<(K, u128, u128)> = weights
        .iter()
        .map(|(key, weight)| (key.clone(), exact(*weight) / sum, exact(*weight) % sum))
        .collect();
    let given: u128 = parts.iter().map(|part| part.1).sum();
    let mut left = u128::from(total) - given;
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|one, other| parts[*other].2.cmp(&parts[*one].2).then(one.cmp(other)));
    for place in order {
        if left == 0 {
            break;
        }
        parts[place].1 += 1;
        left -= 1;
    }
    let small = |share: u128| u64::try_from(share).unwrap_or(u64::MAX);
    parts.into_iter().filter(|part| part.1 > 0).map(|(key, share, _)| (key, small(share))).collect()
}

/// `ppm` of `amount`, rounded down.
pub fn share_of(amount: u64, ppm: u64) -> u64 {
    u64::try_from(u128::from(amount) * u128::from(ppm) / PPM).unwrap_or(u64::MAX)
}

/// Late interest on minor units × days at an annual rate over 365 days, rounded once.
pub fn late_interest(minor_days: u128, rate_ppm_per_year: u64) -> u128 {
    rounded(minor_days * u128::from(rate_ppm_per_year), 365 * PPM)
}

/// What a sale brings: face less discount and fee.
pub fn proceeds(face: u64, days: u64, curve: &[(u64, u64)], fee_ppm: u64) -> Option<u64> {
    let fee = rounded(u128::from(face) * u128::from(fee_ppm), PPM);
    face.checked_sub(discount(face, days, curve)?)?.checked_sub(u64::try_from(fee).ok()?)
}

/// The interest that a sale gives up, over 360 days, at the curve's rate for `days`, linear in between.
pub fn discount(face: u64, days: u64, curve: &[(u64, u64)]) -> Option<u64> {
    let after = curve.iter().position(|point| point.0 >= days).unwrap_or(curve.len());
    let (numerator, denominator) =
        match (after.checked_sub(1).and_then(|before| curve.get(before)), curve.get(after)) {
            (_, Some(point)) if point.0 == days => (u128::from(point.1), 1),
            (None, Some(point)) | (Some(point), None) => (u128::from(point.1), 1),
            (Some(left), Some(right)) => {
                let (span, ahead) = (u128::from(right.0 - left.0), u128::from(days - left.0));
                (u128::from(left.1) * (span - ahead) + u128::from(right.1) * ahead, span)
            }
            (None, None) => return None,
        };
    u64::try_from(rounded(u128::from(face) * numerator * u128::from(days), 360 * PPM * denominator)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_rulebook() {
        // § 12: 1,000,000.00 at 0.05 % a day for 10 days, as 18.25 % a year of 365 days.
        assert_eq!(late_interest(100_000_000 * 10, 182_500), 500_000);
        let weights = BTreeMap::from([(1, 1), (2, 1), (3, 1)]);
        assert_eq!(shares(100, &weights), [(1, 34), (2, 33), (3, 33)]);
        assert_eq!(shares(1, &BTreeMap::from([(1, 1), (2, 2)])), [(2, 1)]);
        assert_eq!(share_of(45_000_000, 173_333), 7_799_985);
        // § 12: 300,000.00 for 153 days at 4.35 % over 360.
        assert_eq!(proceeds(30_000_000, 153, &[(30, 43_500), (180, 43_500)], 0), Some(29_445_375));
        assert_eq!(proceeds(100_000_000, 90, &[(30, 30_000), (150, 50_000)], 500), Some(98_950_000));
    }
}
