//! Quotes: each facility's price, and what best execution would do.

use serde::Serialize;
use tally_proto::v1::facility::QuoteResponse;
use tally_proto::v1::financing::{Execution, FacilityQuote, Price, facility_quote::Verdict};

use super::columns;
use super::shown::Money;
use super::words::{amount, currency, id, percent, word};

/// One facility's offer, or `best` for what a discount would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuoteRow {
    offer: String,
    funder: String,
    face: Option<Money>,
    currency: Option<String>,
    tenor_days: Option<u32>,
    rate: Option<String>,
    discount: Option<Money>,
    fee: Option<Money>,
    /// What the seller gets.
    pub proceeds: Option<Money>,
    apr_365: Option<String>,
    apr_360: Option<String>,
    remark: Option<String>,
}

columns!(QuoteRow {
    offer,
    funder,
    face,
    currency,
    tenor_days,
    rate,
    discount,
    fee,
    proceeds,
    apr_365,
    apr_360,
    remark
});

/// The rows of an answer: facilities, the best first, then best execution over all.
#[must_use]
pub fn quotes(answer: &QuoteResponse) -> Vec<QuoteRow> {
    let best = answer.best_execution.as_ref().map(best);
    answer.facilities.iter().map(facility).chain(best).collect()
}

fn facility(quote: &FacilityQuote) -> QuoteRow {
    let (offer, funder) = (id('F', quote.facility), quote.funder.clone());
    match &quote.verdict {
        Some(Verdict::Price(price)) => priced(offer, funder, price),
        Some(Verdict::Ineligible(why)) => {
            let reason = word(why.reason().as_str_name(), "INELIGIBILITY_REASON_").replace('_', " ");
            let tenor_days = (why.days > 0).then_some(why.days);
            QuoteRow { tenor_days, remark: Some(format!("does not buy: {reason}")), ..empty(offer, funder) }
        }
        None => empty(offer, funder),
    }
}

fn priced(offer: String, funder: String, price: &Price) -> QuoteRow {
    QuoteRow {
        offer,
        funder,
        face: amount(price.face.as_ref()),
        currency: Some(currency(price.face.as_ref())),
        tenor_days: Some(price.tenor_days),
        rate: Some(percent(price.rate_ppm)),
        discount: amount(price.discount.as_ref()),
        fee: amount(price.fee.as_ref()),
        proceeds: amount(price.proceeds.as_ref()),
        apr_365: price.apr_365_ppm.map(percent),
        apr_360: price.apr_360_ppm.map(percent),
        remark: None,
    }
}

fn best(execution: &Execution) -> QuoteRow {
    let fills: Vec<String> = execution.fills.iter().map(|fill| id('F', fill.facility)).collect();
    let unfilled = amount(execution.unfilled.as_ref()).filter(|unfilled| unfilled.minor_units > 0);
    let rest = unfilled.map(|unfilled| format!("; nobody buys {}", unfilled.text())).unwrap_or_default();
    let mut funders: Vec<&str> = execution.fills.iter().map(|fill| fill.funder.as_str()).collect();
    funders.dedup();
    QuoteRow {
        face: amount(execution.face.as_ref()),
        currency: Some(currency(execution.face.as_ref())),
        discount: amount(execution.discount.as_ref()),
        fee: amount(execution.fee.as_ref()),
        proceeds: amount(execution.proceeds.as_ref()),
        apr_365: execution.apr_365_ppm.map(percent),
        apr_360: execution.apr_360_ppm.map(percent),
        remark: Some(format!("sells to {}{rest}", fills.join(", "))),
        ..empty("best".to_owned(), funders.join(", "))
    }
}

fn empty(offer: String, funder: String) -> QuoteRow {
    QuoteRow {
        offer,
        funder,
        face: None,
        currency: None,
        tenor_days: None,
        rate: None,
        discount: None,
        fee: None,
        proceeds: None,
        apr_365: None,
        apr_360: None,
        remark: None,
    }
}
