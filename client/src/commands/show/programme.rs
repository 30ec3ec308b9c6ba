//! Early-payment programmes, and what financing costs.

use tally_proto::v1::financing::{
    EarlyPrice, ExtendedTerm, FinancingCost, Programme, ProgrammeTerms, programme_terms::Pricing,
};

use super::facility::day_count;
use super::row;
use super::shown::Money;
use super::words::{amount, currency, date, id, percent, word};

row! {
    /// A programme of record.
    ProgrammeRow from Programme as programme {
        id: String = id('E', programme.id),
        anchor: String = programme.anchor.clone(),
        pricing: Option<String> = programme.terms.as_ref().and_then(pricing),
        budget: Option<Money> = programme.terms.as_ref().and_then(|terms| amount(terms.budget.as_ref())),
        spent: Option<Money> = amount(programme.spent.as_ref()),
        valid_from: Option<String> =
            programme.terms.as_ref().and_then(|terms| date(terms.valid_from.as_ref())),
        valid_until: Option<String> =
            programme.terms.as_ref().and_then(|terms| date(terms.valid_until.as_ref())),
        status: String = word(programme.status().as_str_name(), "PROGRAMME_STATUS_"),
        closed_on: Option<String> = date(programme.closed_on.as_ref()),
    }
}

row! {
    /// What being paid early gives.
    EarlyPriceRow from EarlyPrice as price {
        face: Option<Money> = amount(price.face.as_ref()),
        currency: String = currency(price.face.as_ref()),
        days_left: u32 = price.days_left,
        discount: Option<Money> = amount(price.discount.as_ref()),
        proceeds: Option<Money> = amount(price.proceeds.as_ref()),
        apr_365: Option<String> = price.apr_365_ppm.map(percent),
        apr_360: Option<String> = price.apr_360_ppm.map(percent),
    }
}

row! {
    /// What financing has cost a member.
    FinancingCostRow from FinancingCost as cost {
        member: String = cost.member.clone(),
        currency: String = cost.currency.clone(),
        sales: u64 = cost.sales,
        face: Option<Money> = total(cost, &cost.face),
        discount: Option<Money> = total(cost, &cost.discount),
        fee: Option<Money> = total(cost, &cost.fee),
        proceeds: Option<Money> = total(cost, &cost.proceeds),
        interest: Option<Money> = total(cost, &cost.interest),
        apr_365: Option<String> = cost.apr_365_ppm.map(percent),
        apr_360: Option<String> = cost.apr_360_ppm.map(percent),
    }
}

row! {
    /// A term that is longer than the law's.
    ExtendedTermRow from ExtendedTerm as term {
        receivable: String = id('R', term.receivable),
        anchor: String = term.anchor.clone(),
        supplier: String = term.supplier.clone(),
        face: Option<Money> = amount(term.face.as_ref()),
        currency: String = currency(term.face.as_ref()),
        delivery_date: Option<String> = date(term.delivery_date.as_ref()),
        due_date: Option<String> = date(term.due_date.as_ref()),
        term_days: u32 = term.term_days,
        days_over: u32 = term.days_over,
    }
}

fn pricing(terms: &ProgrammeTerms) -> Option<String> {
    Some(match terms.pricing.as_ref()? {
        Pricing::Apr(apr) => {
            format!("{} a year, {}", percent(apr.rate_ppm.into()), day_count(apr.day_count()))
        }
        Pricing::Sliding(sliding) => format!("sliding from {}", percent(sliding.max_ppm.into())),
    })
}

fn total(cost: &FinancingCost, minor_units: &str) -> Option<Money> {
    Some(Money { currency: cost.currency.clone(), minor_units: minor_units.parse().ok()? })
}
