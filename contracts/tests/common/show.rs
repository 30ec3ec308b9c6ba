//! Show: receipts and records as short lines, for expectations that a person can check.
use super::memory::MemoryState;
use std::fmt::Write;
use tally_contracts::event::Event;
use tally_contracts::facility::{Facility, FacilityStatus};
use tally_contracts::fair_cost::FinancingCost;
use tally_contracts::genesis::ValidatorSet;
use tally_contracts::governance::{Proposal, Tally};
use tally_contracts::lien::Lien;
use tally_contracts::misbehaviour::Misbehaviour;
use tally_contracts::money::{BankTotals, Deposit};
use tally_contracts::programme::Programme;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{DueKind, Key, index_prefix};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{Amount, BusinessDate, Timestamp};
use tally_contracts::{Outcome, Receipt};

/// `1234.50`, with the currency where it is not CNY.
pub fn amount(amount: &Amount) -> String {
    let main = minor(u128::from(amount.minor()));
    match amount.currency().as_str() {
        "CNY" => main,
        other => format!("{main}{other}"),
    }
}

pub fn minor(minor: u128) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

pub fn receipt(receipt: &Receipt, prefix: &str) -> String {
    match &receipt.outcome {
        Outcome::Applied { events } => {
            events.iter().fold(String::new(), |out, it| out + prefix + &event(it) + "\n")
        }
        Outcome::Refused { rejection } => format!("refused {}: {rejection}\n", rejection.kind().reason),
    }
}

pub fn event(event: &Event) -> String {
    let mut line = format!("{:?}", event.kind);
    let mut add = |part: Option<String>| {
        if let Some(part) = part {
            write!(line, " {part}").expect("a string takes it");
        }
    };
    add(event.member.map(|it| it.to_string()));
    add(event.counterparty.map(|it| format!("with {it}")));
    add(event.receivable.map(|it| it.to_string()));
    add(event.tranche.map(|it| it.to_string()));
    add((!event.tranches.is_empty()).then(|| format!("{:?}", event.tranches)));
    add(event.facility.map(|it| it.to_string()));
    add(event.payout.map(|it| it.to_string()));
    add(event.guarantee.map(|it| it.to_string()));
    add(event.pool.map(|it| it.to_string()));
    add(event.dispute.map(|it| it.to_string()));
    add(event.credit_note.map(|it| it.to_string()));
    add(event.netting.map(|it| it.to_string()));
    add(event.document.map(|it| it.to_string()));
    add(event.amount.as_ref().map(amount));
    add(event.proceeds.as_ref().map(|it| format!("for {}", amount(it))));
    add(event.date.map(|it| format!("@{it}")));
    add((!event.note.is_empty()).then(|| format!("\"{}\"", event.note)));
    line
}

pub fn money(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, deposit) in state.all::<Deposit>() {
        let account = deposit.account;
        let locked =
            if deposit.locked == 0 { String::new() } else { format!(" + {} locked", minor(deposit.locked)) };
        let currency = account.currency;
        writeln!(out, "{} at {}: {} {currency}{locked}", account.owner, account.bank, minor(deposit.balance))
            .unwrap();
    }
    for (key, totals) in state.all::<BankTotals>() {
        let Key::BankTotals { bank, currency } = key else { continue };
        let (credited, redeemed) = (minor(totals.credited), minor(totals.redeemed));
        writeln!(out, "{bank} credited {credited}, redeemed {redeemed} {currency}").unwrap();
    }
    out
}

pub fn tranches(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, tranche) in state.all::<Tranche>() {
        let Tranche { id, receivable, face, holder, depth, .. } = &tranche;
        write!(out, "{id} of {receivable}: {} {holder}, depth {depth}", amount(face)).unwrap();
        if !tranche.recourse.is_empty() {
            write!(out, ", recourse {:?}", tranche.recourse).unwrap();
        }
        if let Some(purchase) = tranche.bought_under {
            write!(out, ", bought under {} from {}", purchase.facility, purchase.seller).unwrap();
        }
        if let Some(id) = tranche.guarantee {
            write!(out, ", guaranteed by {id}").unwrap();
        }
        if let Some(enrolment) = tranche.enrolled {
            write!(out, ", enrolled in {}", enrolment.pool).unwrap();
        }
        if let Some(taken) = tranche.taken_over {
            let from = taken.from.map_or("all".to_owned(), |id| id.to_string());
            write!(out, ", taken over from {from}").unwrap();
        }
        if let Some(on) = tranche.written_off {
            write!(out, ", written off on {on}").unwrap();
        }
        if let Some(registration) = &tranche.registration {
            write!(out, ", registered {}", registration.number).unwrap();
        }
        if let Some(open) = tranche.offer {
            write!(out, ", offered to {} until {}", open.offer.to, time(open.lapses_at)).unwrap();
        }
        out.push('\n');
    }
    out
}

pub fn receivables(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, it) in state.all::<Receivable>() {
        let Receivable { id, status, anchor, supplier, .. } = &it;
        let (confirmed, settled) = (amount(&it.confirmed()), amount(&it.settled));
        write!(out, "{id} {status}: {anchor} owes {supplier} {confirmed}, settled {settled}").unwrap();
        if !it.diluted.is_zero() {
            write!(out, ", diluted {}", amount(&it.diluted)).unwrap();
        }
        if let Some(open) = it.dispute {
            write!(out, ", {} disputed in {}", amount(&open.amount), open.id).unwrap();
        }
        if it.term_extended {
            out.push_str(", term extended");
        }
        if !it.near_duplicates.is_empty() {
            write!(out, ", looks like {:?}", it.near_duplicates).unwrap();
        }
        out.push('\n');
    }
    out
}

pub fn facilities(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, it) in state.all::<Facility>() {
        let status = match it.status {
            FacilityStatus::Open => "open".to_owned(),
            FacilityStatus::Closed { on } => format!("closed on {on}"),
        };
        let (used, limit) = (amount(&it.used), amount(&it.offering.limit));
        writeln!(out, "{} of {}: {used} used of {limit}, {status}", it.id, it.funder).unwrap();
    }
    for (key, used) in state.all::<Amount>() {
        let Key::FacilityUse { facility, seller } = key else { continue };
        writeln!(out, "{facility} bought {} from {seller}", amount(&used)).unwrap();
    }
    out
}

/// What is owed on past-due receivables, and what of it are charges.
pub fn late(state: &MemoryState, today: BusinessDate) -> String {
    let mut out = String::new();
    for (_, it) in state.all::<Receivable>().into_iter().filter(|(_, it)| it.is_past_due()) {
        let owed = it.owed(today).expect("within the limit");
        let (costs, interest) = (amount(&owed.costs), amount(&owed.late_interest));
        let (id, days, face) = (it.id, it.days_past_due(today), amount(&owed.face));
        write!(out, "{id} {days} days past due: face {face}, interest {interest}, costs {costs}").unwrap();
        for charge in &it.late.charges {
            write!(out, "; {} of {:?} to {}", amount(&charge.unpaid), charge.kind, charge.payee).unwrap();
        }
        for claim in &it.late.cost_claims {
            write!(out, "; {} claimed by {}", amount(&claim.amount), claim.by).unwrap();
        }
        out.push('\n');
    }
    out
}

pub fn liens(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, lien) in state.all::<Lien>() {
        match lien {
            Lien::Reserved(it) => write!(
                out,
                "{} reserved for {} under {}: {} of limit, {} held, until {}",
                it.tranche,
                it.funder,
                it.purchase.facility,
                amount(&it.face),
                amount(&it.held_sum().unwrap()),
                time(it.lapses_at)
            ),
            Lien::PledgeOffered(it) => {
                write!(
                    out,
                    "{} offered as a pledge to {} until {}",
                    it.tranche,
                    it.funder,
                    time(it.lapses_at)
                )
            }
            Lien::Pledged(it) => write!(
                out,
                "{} pledged to {}: {} and {} interest of {} owed on {}",
                it.tranche,
                it.funder,
                amount(&it.debt.principal),
                amount(&it.debt.interest),
                amount(&it.advance),
                it.debt.accrued_to
            ),
            Lien::Claimed(it) => write!(
                out,
                "{} claimed by {} from {}: {} and {} interest of {} owed on {}",
                it.tranche,
                it.creditor,
                it.transferor,
                amount(&it.debt.principal),
                amount(&it.debt.interest),
                amount(&it.claimed),
                it.debt.accrued_to
            ),
        }
        .unwrap();
        out.push('\n');
    }
    out
}

pub fn programmes(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, it) in state.all::<Programme>() {
        let (spent, budget) = (amount(&it.spent), amount(&it.terms.budget));
        writeln!(out, "{} of {}: {spent} spent of {budget}, {:?}", it.id, it.anchor, it.status).unwrap();
    }
    out
}

pub fn costs(state: &MemoryState) -> String {
    let mut out = String::new();
    for (key, it) in state.all::<FinancingCost>() {
        let Key::FairCost { member, currency } = key else { continue };
        let (face, discount, fee) = (minor(it.face), minor(it.discount), minor(it.fee));
        let (proceeds, interest, apr) =
            (minor(it.proceeds), minor(it.interest), it.apr_ppm(365).unwrap_or(0));
        writeln!(
            out,
            "{member}: {} sales, {face} {currency} for {proceeds}, discount {discount}, fee {fee}, \
             interest {interest}, APR {apr} ppm on 365",
            it.sales
        )
        .unwrap();
    }
    out
}

/// The work queue of the block's end.
pub fn queue(state: &MemoryState) -> String {
    let mut out = String::new();
    for row in state.index.iter().filter(|row| row.starts_with(&index_prefix::DUE)) {
        let at = u64::from_be_bytes(row[1..9].try_into().unwrap());
        let id = u64::from_be_bytes(row[10..].try_into().unwrap());
        let kind = match row[9] {
            1 => DueKind::SubmissionLapse,
            2 => DueKind::OfferLapse,
            3 => DueKind::Settlement,
            4 => DueKind::Overdue,
            40 => DueKind::ProposalLapse,
            50 => DueKind::Default,
            51 => DueKind::PoolQueue,
            60 => DueKind::ReservationLapse,
            61 => DueKind::PledgeLapse,
            70 => DueKind::NettingLapse,
            71 => DueKind::CaseEscalation,
            _ => DueKind::CaseInstalment,
        };
        writeln!(out, "{} {kind:?} {id}", time(Timestamp::from_ms(at))).unwrap();
    }
    let waiting = state.index.iter().filter(|row| row.starts_with(&index_prefix::UNPAID)).count();
    let arrivals = state.index.iter().filter(|row| row.starts_with(&index_prefix::ARRIVAL)).count();
    writeln!(out, "{waiting} unpaid, {arrivals} arrivals").unwrap();
    out
}

/// Proposals with what they would change.
pub fn proposals(state: &MemoryState) -> String {
    let mut out = String::new();
    let validators: ValidatorSet = state.get(Key::Validators).expect("always there");
    for (_, it) in state.all::<Proposal>() {
        let Tally { in_favour, against, total } = it.tally(&validators);
        let until = time(it.lapses_at);
        writeln!(
            out,
            "{} {}: {}, {in_favour} for, {against} against of {total}, until {until}",
            it.id, it.change, it.status
        )
        .unwrap();
        for line in &it.differences {
            writeln!(out, "  {}: {:?} → {:?}", line.field, line.before, line.after).unwrap();
        }
    }
    out
}

/// Who votes and who follows from the next height on.
pub fn validators(state: &MemoryState) -> String {
    let set: ValidatorSet = state.get(Key::Validators).expect("always there");
    let mut out = String::new();
    for it in &set.validators {
        writeln!(out, "{} votes with key {} and power {}", it.member, it.consensus_key.0[0], it.power)
            .unwrap();
    }
    for it in &set.observers {
        writeln!(out, "{} observes with key {}", it.member, it.peer_key.0[0]).unwrap();
    }
    out
}

pub fn misbehaviour(state: &MemoryState) -> String {
    let mut out = String::new();
    for (_, it) in state.all::<Misbehaviour>() {
        let Misbehaviour { operator, kind, height, round, reported_by, reported_at, .. } = it;
        let key = it.validator.0[0];
        writeln!(out, "{operator} with key {key}: two {kind}s at {height} round {round}, by {reported_by} at {reported_at}")
            .unwrap();
    }
    out
}

/// Local time in Beijing, to the minute.
pub fn time(at: Timestamp) -> String {
    let day = at.date(480);
    let minutes = (at.ms() - day.start(480).ms()) / 60_000;
    format!("{day} {:02}:{:02}", minutes / 60, minutes % 60)
}
