//! What members let others ask about them.
//!
//! ```text
//! acme permits east OnTimeShare,Tenor until 2026-12-31 [for a facility]
//! acme forbids east · east profiles acme OnTimeShare,Tenor>=2 [in EUR]
//! ```
use super::super::memory::MemoryState;
use super::super::show::minor;
use super::Words;
use std::fmt::Write;
use tally_contracts::Action;
use tally_contracts::credit_profile::{
    ConsentTerms, CreditFile, CreditRead, GrantCreditConsent, Measure, Question, ReadCredit,
    RevokeCreditConsent, Volume,
};
use tally_contracts::state::Key;
use tally_contracts::types::Currency;

pub fn action(verb: &str, words: &mut Words) -> Option<Action> {
    let action = match verb {
        "permits" => Action::GrantCreditConsent(GrantCreditConsent {
            reader: words.member(),
            terms: ConsentTerms {
                measures: measures(words.next()),
                last_day: words.skip().date(),
                purpose: words.rest_after("for").unwrap_or_default(),
            },
        }),
        "forbids" => Action::RevokeCreditConsent(RevokeCreditConsent { reader: words.member() }),
        "profiles" => Action::ReadCredit(ReadCredit {
            member: words.member(),
            questions: words.next().split(',').filter(|word| *word != "nothing").map(question).collect(),
            currency: Currency::new(words.after("in").unwrap_or("CNY")).expect("a currency"),
        }),
        _ => return None,
    };
    Some(action)
}

fn measures(words: &str) -> Vec<Measure> {
    words.split(',').filter(|word| *word != "nothing").map(measure).collect()
}

fn measure(word: &str) -> Measure {
    let named = |measure: &Measure| measure.to_string() == word;
    Measure::ALL.into_iter().find(named).unwrap_or_else(|| panic!("{word} is no measure"))
}

fn question(word: &str) -> Question {
    let (name, at_least) = word.split_once(">=").unwrap_or((word, ""));
    Question {
        measure: measure(name),
        at_least: (!at_least.is_empty()).then(|| at_least.parse().expect(word)),
    }
}

/// Files and reads, a line for each side of a file that says something.
pub fn show(state: &MemoryState) -> String {
    let mut out = String::new();
    let volume = |it: Volume| format!("{} of {}", it.count, minor(it.minor));
    for (key, file) in state.all::<CreditFile>() {
        let Key::CreditFile { member, currency } = key else { continue };
        let CreditFile { since, anchor, supplier, holder } = file;
        if anchor != Default::default() {
            let late: Vec<String> = anchor.paid_late.iter().map(|paid| minor(*paid)).collect();
            writeln!(
                out,
                "{member} {currency} since {since} as anchor: confirmed {}, on time {}, late {}, overdue {}, \
                 defaulted {}, diluted {}, cancelled {}, open {}",
                volume(anchor.confirmed),
                minor(anchor.paid_on_time),
                late.join(" "),
                volume(anchor.overdue),
                volume(anchor.defaulted),
                minor(anchor.diluted),
                minor(anchor.cancelled),
                minor(anchor.outstanding()),
            )
            .unwrap();
        }
        if supplier != Default::default() {
            let (confirmed, rejected) = (volume(supplier.confirmed), volume(supplier.rejected));
            let diluted = minor(supplier.diluted);
            writeln!(
                out,
                "{member} {currency} as supplier: confirmed {confirmed}, rejected {rejected}, diluted {diluted}"
            )
            .unwrap();
        }
        if holder != Default::default() {
            let (sold, proceeds) = (volume(holder.discounted), minor(holder.proceeds));
            writeln!(out, "{member} {currency} as holder: sold {sold} for {proceeds}").unwrap();
        }
    }
    for (_, it) in state.all::<CreditRead>() {
        let answers: Vec<String> =
            it.answers.iter().map(|one| format!("{} {}", one.measure, one.answer)).collect();
        let (id, reader, member, height, purpose) = (it.id, it.reader, it.member, it.height, &it.purpose);
        writeln!(out, "{id} {reader} about {member} at {height} for {purpose}: {}", answers.join(", "))
            .unwrap();
    }
    out
}
