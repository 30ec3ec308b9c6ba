//! What funders and sellers do: facilities and discounts.
//!
//! ```text
//! east opens on acme,bolt limit 100.00 rate 30:3.00,90:3.60 [seller 50.00] [tenor 1-365] [fee 0.10] [least 2.00]
//!      [basis 360|365|30|30E] [recourse] [instructed] [until DATE] [bank west]
//! east amends F1 limit … (as above) · east closes F1
//! alpha discounts T1 [50.00] [min 49.00] [under F1] [partial]
//! east remits T1 ref B1                    the bank paid the seller of a reserved tranche; `opens … instructed`
//! alpha pledges T1 to east at 80.00 [interest 4.35] [basis 365] · east advances T1 [bank west] · east refuses T1
//! alpha repays T1 10.00 at east
//! east records T1 number 77 [at 2026-01-15]  registered at the start of that day, else the first morning
//! east claims T1 from alpha · alpha redeems T1 10.00 at east
//! acme posts apr 6.00 [basis 365] | sliding 2.00 budget 100.00 [from DATE] [until DATE] · acme ends E1
//! alpha takes E1 T1 [50.00] [min 49.00]
//! ```
use super::super::cast::{date, first_morning, member, text};
use super::super::memory::MemoryState;
use super::super::show;
use super::Words;
use super::words::{amount, percent};
use tally_contracts::Action;
use tally_contracts::facility::*;
use tally_contracts::financing::{ConfirmDiscount, DiscountTranche, Price};
use tally_contracts::pledge::{AcceptPledge, DeclinePledge, OfferPledge, PledgeTerms, RepayPledge};
use tally_contracts::programme::{
    CloseProgramme, PostProgramme, ProgrammePricing, ProgrammeTerms, TakeEarlyPayment,
};
use tally_contracts::recourse::{ClaimRecourse, PayRecourse};
use tally_contracts::registration::RegisterFinancing;
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
        "remits" => Action::ConfirmDiscount(ConfirmDiscount {
            tranche: words.id(),
            payment_reference: words.after("ref").map(text).unwrap_or_default(),
        }),
        "pledges" => Action::OfferPledge(pledge(words)),
        "advances" => Action::AcceptPledge(AcceptPledge {
            tranche: words.id(),
            paying_bank: words.after("bank").map_or(own_bank(sender), member),
        }),
        "forgoes" => Action::DeclinePledge(DeclinePledge { tranche: words.id() }),
        "repays" => Action::RepayPledge(RepayPledge {
            tranche: words.id(),
            amount: words.amount(),
            bank: words.skip().member(),
        }),
        "records" => Action::RegisterFinancing(RegisterFinancing {
            tranche: words.id(),
            registry_number: words.after("number").map(text).unwrap_or_default(),
            registered_at: words.after("at").map_or(first_morning(), |day| date(day).start(480)),
        }),
        "turns" => {
            Action::ClaimRecourse(ClaimRecourse { tranche: words.id(), transferor: words.skip().member() })
        }
        "redeems" => Action::PayRecourse(PayRecourse {
            tranche: words.id(),
            amount: words.amount(),
            bank: words.skip().member(),
        }),
        "posts" => Action::PostProgramme(PostProgramme { terms: programme(words) }),
        "unposts" => Action::CloseProgramme(CloseProgramme { programme: words.id() }),
        "cashes" => {
            let (programme, tranche) = (words.id(), words.id());
            let amount = words.optional_amount().unwrap_or_else(|| face(state, tranche));
            let min_proceeds =
                if words.take("min") { words.amount() } else { Amount::zero(amount.currency()) };
            Action::TakeEarlyPayment(TakeEarlyPayment { programme, tranche, amount, min_proceeds })
        }
        _ => return None,
    };
    Some(action)
}

fn programme(words: &mut Words) -> ProgrammeTerms {
    let pricing = match words.next() {
        "apr" => ProgrammePricing::Apr { rate: percent(words.next()), day_count: day_count(words) },
        "sliding" => ProgrammePricing::Sliding { max: percent(words.next()) },
        other => panic!("no pricing {other}"),
    };
    assert!(words.take("budget"), "a budget is missing");
    ProgrammeTerms {
        pricing,
        budget: words.amount(),
        valid_from: words.after("from").map_or(date("2026-01-15"), date),
        valid_until: words.after("until").map_or(date("2027-12-31"), date),
    }
}

/// The face of a tranche that is open, else one unit.
fn face(state: &MemoryState, tranche: TrancheId) -> Amount {
    let stored: Option<Tranche> = state.get(Key::Tranche(tranche));
    stored.map_or_else(|| amount("1.00").expect("an amount"), |it| it.face)
}

/// The bank that a funder pays with unless it says otherwise.
fn own_bank(funder: MemberId) -> MemberId {
    if funder == member("fund") { member("east") } else { funder }
}

fn pledge(words: &mut Words) -> OfferPledge {
    OfferPledge {
        tranche: words.id(),
        funder: words.skip().member(),
        terms: PledgeTerms {
            advance_rate: words.after("at").map_or(Rate::default(), percent),
            interest: words.after("interest").map_or(Rate::default(), percent),
            day_count: day_count(words),
        },
    }
}

fn day_count(words: &mut Words) -> DayCount {
    match words.after("basis").unwrap_or("360") {
        "360" => DayCount::Act360,
        "365" => DayCount::Act365Fixed,
        "30" => DayCount::Thirty360,
        "30E" => DayCount::Thirty360European,
        other => panic!("no basis {other}"),
    }
}

fn discount(state: &MemoryState, words: &mut Words) -> DiscountTranche {
    let id: TrancheId = words.id();
    let amount = words.optional_amount().unwrap_or_else(|| face(state, id));
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
        day_count: day_count(words),
        recourse: if words.take("recourse") { Recourse::Full } else { Recourse::None },
        method: if words.take("instructed") {
            SettlementMethod::Instruction
        } else {
            SettlementMethod::Deposit
        },
        valid_until: words.after("until").map_or(date("2027-12-31"), date),
        paying_bank: words.after("bank").map_or(own_bank(sender), member),
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
