//! The rulebook's test vectors (§12) for what this version computes.
//!
//! Overdue interest is in `late.rs`, the compensation pool and its subsidies are in `pool.rs`. The checksums of
//! USCC, LEI, GLN and the other identifiers belong to the client's import.
use crate::common::cast::{date, member};
use crate::common::script::words_amount as amount;
use tally_contracts::facility::{CurvePoint, Offering, SettlementMethod};
use tally_contracts::financing::price;
use tally_contracts::tranche::Recourse;
use tally_contracts::types::{Amount, DayCount, Rate, share_largest_remainder};

fn offering(rate_ppm: u32, day_count: DayCount, fee_minimum: &str) -> Offering {
    Offering {
        limit: amount("10_000_000.00"),
        limit_per_seller: None,
        tenor_days_min: 1,
        tenor_days_max: 365,
        curve: vec![CurvePoint { days: 30, rate: Rate::from_ppm(rate_ppm) }],
        day_count,
        fee: Rate::default(),
        fee_minimum: amount(fee_minimum),
        recourse: Recourse::None,
        method: SettlementMethod::Deposit,
        paying_bank: member("east"),
        valid_until: date("2027-12-31"),
    }
}

#[test]
fn discounts_and_proceeds_equal_the_published_ones() {
    use DayCount::{Act360, Act365Fixed, Thirty360};
    let (january, june, april) = ("2026-01-15", "2026-06-17", "2026-04-15");
    for (face, ppm, basis, fee, from, to, discount, proceeds) in [
        ("1_000_000.00", 43_500, Act360, "0.00", january, june, "18_487.50", "981_512.50"),
        ("1_000_000.00", 43_500, Act365Fixed, "0.00", january, june, "18_234.25", "981_765.75"),
        ("1_000_000.00", 43_500, Act360, "2_000.00", january, june, "18_487.50", "979_512.50"),
        ("1_000_000.00", 30_000, Thirty360, "0.00", january, april, "7_500.00", "992_500.00"),
        ("1_000.00", 60_000, Act360, "0.00", "2026-01-15", "2026-02-04", "3.33", "996.67"),
    ] {
        let price = price(&offering(ppm, basis, fee), amount(face), date(from), date(to)).expect("a price");
        assert_eq!(price.discount, amount(discount), "{face} {ppm} {basis:?}");
        assert_eq!(price.proceeds, amount(proceeds), "{face} {ppm} {basis:?}");
        assert_eq!(price.fee, amount(fee), "{face} {ppm} {basis:?}");
    }
}

#[test]
fn the_all_in_apr_equals_the_published_one() {
    let offering = offering(43_500, DayCount::Act360, "2_000.00");
    let price =
        price(&offering, amount("1_000_000.00"), date("2026-01-15"), date("2026-06-17")).expect("a price");
    assert_eq!(price.interest_days, 153);
    assert_eq!(price.apr_ppm(365), Some(49_898), "4.9898 %");
    assert_eq!(price.rate_ppm(), 43_500);
}

#[test]
fn a_fee_is_a_share_of_face_rounded_once_or_the_minimum() {
    let mut offering = offering(0, DayCount::Act360, "2.00");
    offering.fee = Rate::from_ppm(1_500);
    for (face, fee) in
        [("1_333.33", "2.00"), ("1_333.67", "2.00"), ("1_336.66", "2.00"), ("1_336.67", "2.01")]
    {
        let price = price(&offering, amount(face), date("2026-01-15"), date("2026-06-17")).expect("a price");
        assert_eq!(price.fee, amount(fee), "{face}");
    }
}

#[test]
fn the_largest_face_rate_and_tenor_stay_inside_the_arithmetic() {
    let mut offering = offering(1, DayCount::Act360, "0.00");
    offering.curve = vec![
        CurvePoint { days: 1, rate: Rate::from_ppm(999_983) },
        CurvePoint { days: 3_660, rate: Rate::from_ppm(1) },
    ];
    let most: Amount = amount("10_000_000_000_000.00");
    let price = price(&offering, most, date("2026-01-15"), date("2026-03-01")).expect("a price");
    assert_eq!(price.face.minor(), price.discount.minor() + price.fee.minor() + price.proceeds.minor());
}

#[test]
fn distributions_equal_the_published_ones() {
    for (total, weights, shares) in [
        (10_000, vec![1, 1, 1], vec![3_334, 3_333, 3_333]),
        (10_001, vec![7, 2, 1], vec![7_001, 2_000, 1_000]),
        (1, vec![1, 1, 1], vec![1, 0, 0]),
        // all at the limit: 1,000 holders of equal parts of the largest face
        (999_999_999_999_999, vec![1_000_000_000_000; 1_000], {
            let mut shares = vec![1_000_000_000_000; 999];
            shares.push(999_999_999_999);
            shares
        }),
    ] {
        assert_eq!(share_largest_remainder(total, &weights), Ok(shares));
    }
}

#[test]
fn no_share_is_more_than_its_weight_while_the_total_is_not() {
    for total in 0..=60_u64 {
        let weights = [1, 2, 3, 7, 20, 27];
        let shares = share_largest_remainder(total, &weights).expect("small numbers");
        assert_eq!(shares.iter().sum::<u64>(), total);
        assert!(shares.iter().zip(weights).all(|(share, weight)| *share <= weight), "{total}: {shares:?}");
    }
}
