//! Guarantees and compensation pools.

use serde::Serialize;
use tally_proto::v1::guarantee::{Guarantee, GuaranteeTerms, scope};
use tally_proto::v1::pool::{Contribution, GetForecastResponse, Pool, PoolTerms};

use super::shown::{Listed, Money};
use super::words::{amount, currency, date, id, percent};
use super::{columns, row};

row! {
    /// A guarantee of record.
    GuaranteeRow from Guarantee as guarantee {
        id: String = id('B', guarantee.id),
        guarantor: String = guarantee.guarantor.clone(),
        anchor: String = guarantee.anchor.clone(),
        scope: String = guarantee.terms.as_ref().map(scope_text).unwrap_or_default(),
        share: Option<String> = guarantee.terms.as_ref().map(|terms| percent(terms.share_ppm.into())),
        cap: Option<Money> = guarantee.terms.as_ref().and_then(|terms| amount(terms.cap.as_ref())),
        paid: Option<Money> = amount(guarantee.paid.as_ref()),
        currency: String = currency(guarantee.paid.as_ref()),
        fee: Option<Money> = guarantee.terms.as_ref().and_then(|terms| amount(terms.fee.as_ref())),
        applicant: Option<String> = guarantee.terms.as_ref().map(|terms| terms.applicant.clone()),
        bank: Option<String> = guarantee.terms.as_ref().map(|terms| terms.bank.clone()),
        accepted_on: Option<String> = date(guarantee.accepted_on.as_ref()),
        expires_on: Option<String> =
            guarantee.terms.as_ref().and_then(|terms| date(terms.expires_on.as_ref())),
    }
}

row! {
    /// A compensation pool of record.
    PoolRow from Pool as pool {
        id: String = id('C', pool.id),
        manager: String = pool.manager.clone(),
        bank: Option<String> = terms(pool).map(|terms| terms.bank.clone()),
        currency: String = pool_currency(pool),
        balance: Option<Money> = sum(pool, &pool.balance_minor_units),
        enrolled: Option<Money> = sum(pool, &pool.enrolled_minor_units),
        leverage: Option<u32> = terms(pool).map(|terms| terms.leverage),
        share: Option<String> = terms(pool).map(|terms| percent(terms.share_ppm.into())),
        share_with_guarantor: Option<String> =
            terms(pool).map(|terms| percent(terms.share_with_guarantor_ppm.into())),
        cap: Option<Money> = terms(pool).and_then(|terms| amount(terms.cap.as_ref())),
        waiting: u32 = pool.waiting,
        paid: Option<Money> = sum(pool, &pool.paid_minor_units),
        recovered: Option<Money> = sum(pool, &pool.recovered_minor_units),
        subsidised: Option<Money> = sum(pool, &pool.subsidised_minor_units),
        contributions: Listed<String> = pool.contributions.iter().map(|one| contribution(pool, one)).collect(),
    }
}

/// A day on which claims are expected; the last row says when the money is gone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ForecastRow {
    /// The day, or `runs out` and `never runs out`.
    pub on: String,
    currency: String,
    /// To be paid.
    pub expected: Option<Money>,
    /// After it.
    pub left: Option<Money>,
    remark: Option<String>,
}

columns!(ForecastRow { on, currency, expected, left, remark });

/// The rows of an answer.
#[must_use]
pub fn forecast_rows(answer: &GetForecastResponse) -> Vec<ForecastRow> {
    let currency = answer.currency.as_str();
    let row = |on: String, expected: &str, left: &str, remark| ForecastRow {
        on,
        currency: currency.to_owned(),
        expected: money(currency, expected),
        left: money(currency, left),
        remark,
    };
    let now = date(answer.as_of.as_ref()).unwrap_or_default();
    let first = row(now, "", &answer.balance_minor_units, Some("now".to_owned()));
    let days = answer.points.iter().map(|point| {
        let on = date(point.on.as_ref()).unwrap_or_default();
        row(on, &point.expected_minor_units, &point.left_minor_units, None)
    });
    let last = match date(answer.runs_out_on.as_ref()) {
        Some(on) => {
            let short = money(currency, &answer.shortfall_minor_units).map(|short| short.text());
            row(on, "", "", Some(format!("runs out; {} short in the end", short.unwrap_or_default())))
        }
        None => row(String::new(), "", "", Some("never runs out".to_owned())),
    };
    std::iter::once(first).chain(days).chain(std::iter::once(last)).collect()
}

fn scope_text(terms: &GuaranteeTerms) -> String {
    match terms.scope.as_ref().and_then(|scope| scope.scope.as_ref()) {
        Some(scope::Scope::Anchor(anchor)) => anchor.clone(),
        Some(scope::Scope::Receivable(number)) => id('R', *number),
        Some(scope::Scope::Tranche(number)) => id('T', *number),
        None => String::new(),
    }
}

fn terms(pool: &Pool) -> Option<&PoolTerms> {
    pool.terms.as_ref()
}

fn pool_currency(pool: &Pool) -> String {
    terms(pool).map(|terms| currency(terms.cap.as_ref())).unwrap_or_default()
}

fn sum(pool: &Pool, minor_units: &str) -> Option<Money> {
    money(&pool_currency(pool), minor_units)
}

fn money(currency: &str, minor_units: &str) -> Option<Money> {
    Some(Money { currency: currency.to_owned(), minor_units: minor_units.parse().ok()? })
}

fn contribution(pool: &Pool, one: &Contribution) -> String {
    let put_in = sum(pool, &one.minor_units).map(|sum| sum.text()).unwrap_or_default();
    format!("{} {put_in}", one.member)
}
