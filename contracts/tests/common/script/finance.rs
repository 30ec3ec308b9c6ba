//! What funders and sellers do: facilities and discounts.
//!
//! ```text
//! east opens on acme,bolt limit 100.00 rate 30:3.00,90:3.60 [seller 50.00] [tenor 1-365] [fee 0.10] [least 2.00]
//!      [basis 360|365|30|30E] [recourse] [until DATE] [bank west]
//! east amends F1 limit … (as above) · east closes F1
//! alpha discounts T1 [50.00] [min 49.00] [under F1] [partial]
//! ```
use super::super::cast::{date, member};
use super::super::memory::MemoryState;
use super::super::show;
use super::Words;
use super::words::{amount, percent};
use tally_contracts::Action;
use tally_contracts::facility::*;
use tally_contracts::financing::{DiscountTranche, Price};
use tally_contracts::state::Key;
use tally_contracts::tranche::{Recourse, Tranche};
use tally_contracts::types::{Amount, DayCount, MemberId, Rate, TrancheId};

pub fn action(state: &MemoryState, sender: MemberId, verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "opens" => {
            let anchors = words.skip().next().split(',').filter(|it| *it != "-").map(member).collect();
            Action::OpenFacility(OpenFacility { anchors, offering: offering(sender, words) })
        }
        "amends" => {
            Action::AmendFacility(AmendFacility { facility: words.id(), offering: offering(sender, words) })
        }
        "closes" => Action::CloseFacility(CloseFacility { facility: words.id() }),
        "discounts" => Action::DiscountTranche(discount(state, words)),
        _ => return None,
    };
    Some(action)
}

fn discount(state: &MemoryState, words: &mut Words) -> DiscountTranche {
    let id: TrancheId = words.id();
    let stored: Option<Tranche> = state.get(Key::Tranche(id));
    let face = stored.map_or_else(|| amount("1.00").expect("an amount"), |it| it.face);
    let amount = words.optional_amount().unwrap_or(face);
    DiscountTranche {
        tranche: id,
        amount,
        min_proceeds: if words.take("min") { words.amount() } else { Amount::zero(amount.currency()) },
        facility: words.after("under").map(|id| id.parse().expect(id)),
        allow_partial_fills: words.take("partial"),
    }
}

fn offering(sender: MemberId, words: &mut Words) -> Offering {
    assert!(words.take("limit"), "a limit is missing");
    let limit = words.amount();
    let curve =
        words.after("rate").expect("a rate such as 30:3.00,90:3.60").split(',').filter(|it| *it != "-");
    let curve = curve.map(|point| {
        let (days, rate) = point.split_once(':').unwrap_or(("30", point));
        CurvePoint { days: days.parse().expect(point), rate: percent(rate) }
    });
    let curve = curve.collect();
    let limit_per_seller = words.take("seller").then(|| words.amount());
    let tenor = words.after("tenor").unwrap_or("1-365").split_once('-').expect("1-365");
    Offering {
        limit,
        limit_per_seller,
        tenor_days_min: tenor.0.parse().expect("days"),
        tenor_days_max: tenor.1.parse().expect("days"),
        curve,
        fee: words.after("fee").map_or(Rate::default(), percent),
        fee_minimum: if words.take("least") { words.amount() } else { Amount::zero(limit.currency()) },
        day_count: match words.after("basis").unwrap_or("360") {
            "360" => DayCount::Act360,
            "365" => DayCount::Act365Fixed,
            "30" => DayCount::Thirty360,
            "30E" => DayCount::Thirty360European,
            other => panic!("no basis {other}"),
        },
        recourse: if words.take("recourse") { Recourse::Full } else { Recourse::None },
        method: SettlementMethod::Deposit,
        valid_until: words.after("until").map_or(date("2027-12-31"), date),
        paying_bank: words
            .after("bank")
            .map_or(if sender == member("fund") { member("east") } else { sender }, member),
    }
}

/// `98.00 (discount 1.50, fee 0.50, 153 days, APR 4.9898 %)`.
pub fn price(price: &Price) -> String {
    let apr = price.apr_ppm(365).expect("an APR");
    format!(
        "{} of {} (discount {}, fee {}, {} days, APR {}.{:04} % on 365)",
        show::amount(&price.proceeds),
        show::amount(&price.face),
        show::amount(&price.discount),
        show::amount(&price.fee),
        price.interest_days,
        apr / 10_000,
        apr % 10_000
    )
}
