//! Orders: one function for each hot action, numbered so that no two orders are alike.
use super::people::{Order, anchor, asking_anchor, bank, cny, currency, supplier, text, today};
use tally_contracts::Action;
use tally_contracts::facility::{CurvePoint, Offering, OpenFacility, SettlementMethod};
use tally_contracts::financing::DiscountTranche;
use tally_contracts::member::SetStandingAcceptance;
use tally_contracts::money::{CreditDeposit, MoveDeposit};
use tally_contracts::receivable::{
    AcceptReceivable, ConfirmReceivable, Invoice, InvoiceFormat, IssueReceivable, SubmitReceivable, Terms,
};
use tally_contracts::tranche::{AcceptTransfer, Offer, OfferTransfer, Part, Recourse, SplitTranche};
use tally_contracts::types::{Amount, DayCount, Hash, MemberId, Rate, ReceivableId, Text, TrancheId};

/// A supplier's tranche.
#[derive(Clone, Copy)]
pub struct Held {
    pub tranche: TrancheId,
    /// The number of the supplier that holds it.
    pub by: u32,
    pub face: Amount,
}

/// A receivable that waits for somebody.
#[derive(Clone, Copy)]
pub struct Waiting {
    pub receivable: ReceivableId,
    /// The number of its supplier.
    pub by: u32,
    pub face: Amount,
}

/// The face of the receivable with this number: all differ, so that none looks like another's duplicate.
pub fn face(number: u32) -> Amount {
    cny(100_000_000 + u64::from(number))
}

/// Everything that others may rely on without asking: one order for each supplier and each counterparty.
pub fn standing() -> Vec<Order> {
    let accept = |sender: MemberId, counterparty: MemberId| Order {
        sender,
        action: Action::SetStandingAcceptance(SetStandingAcceptance { counterparty, active: true }),
    };
    let all = 0..super::people::SUPPLIERS;
    all.flat_map(|by| [accept(supplier(by), anchor()), accept(supplier(by + 1), supplier(by))]).collect()
}

pub fn credits() -> Vec<Order> {
    let credit = |by: u32| Order {
        sender: bank(0),
        action: Action::CreditDeposit(CreditDeposit {
            owner: supplier(by),
            amount: cny(1_000_000_000_000),
            bank_reference: text(&format!("arrival {by}")),
        }),
    };
    (0..super::people::SUPPLIERS).map(credit).collect()
}

/// Enough to pay so many receivables.
pub fn money_of_anchor(receivables: u32) -> Option<Order> {
    let sum = (0..receivables).map(|number| face(number).minor()).sum();
    let credit = CreditDeposit { owner: anchor(), amount: cny(sum), bank_reference: text("for the due day") };
    Some(Order { sender: bank(0), action: Action::CreditDeposit(credit) })
}

/// One facility of each bank, none cheapest for every tenor.
pub fn facilities() -> Vec<Order> {
    let point = |days, ppm| CurvePoint { days, rate: Rate::from_ppm(ppm) };
    let open = |number: u32| Order {
        sender: bank(number),
        action: Action::OpenFacility(OpenFacility {
            anchors: vec![anchor()],
            offering: Offering {
                limit: cny(1_000_000_000_000),
                limit_per_seller: None,
                tenor_days_min: 1,
                tenor_days_max: 365,
                curve: vec![point(30, 40_000 + number * 100), point(90, 43_000), point(180, 46_000)],
                day_count: DayCount::Act360,
                fee: Rate::from_ppm(1_000),
                fee_minimum: Amount::zero(currency()),
                recourse: Recourse::None,
                method: SettlementMethod::Deposit,
                paying_bank: bank(number),
                valid_until: today().plus_days(300),
            },
        }),
    };
    (0..super::people::BANKS).map(open).collect()
}

/// Live at once, because the supplier accepts what this anchor issues.
pub fn issue(number: u32) -> Order {
    Order {
        sender: anchor(),
        action: Action::IssueReceivable(IssueReceivable {
            supplier: supplier(number),
            terms: terms("issued", number),
            defences_waived: true,
            acknowledge_near_duplicates: true,
        }),
    }
}

pub fn submit(number: u32) -> Order {
    let terms = terms("submitted", number);
    let action = Action::SubmitReceivable(SubmitReceivable { anchor: asking_anchor(), terms });
    Order { sender: supplier(number), action }
}

pub fn confirm(waiting: &Waiting) -> Order {
    Order {
        sender: asking_anchor(),
        action: Action::ConfirmReceivable(ConfirmReceivable {
            receivable: waiting.receivable,
            amount: waiting.face,
            reason: Text::default(),
            defences_waived: true,
            acknowledge_near_duplicates: true,
        }),
    }
}

pub fn accept(waiting: &Waiting) -> Order {
    let action = Action::AcceptReceivable(AcceptReceivable { receivable: waiting.receivable });
    Order { sender: supplier(waiting.by), action }
}

/// A third pays the next supplier, who takes it without being asked.
pub fn split_and_pay(held: &Held) -> Order {
    let pays = cny(held.face.minor() / 3);
    let keeps = held.face.minus(pays).expect("a third is less");
    let parts = vec![Part { face: pays, pay: Some(offer(held.by + 1)) }, Part { face: keeps, pay: None }];
    Order {
        sender: supplier(held.by),
        action: Action::SplitTranche(SplitTranche { tranche: held.tranche, parts }),
    }
}

/// To the next supplier, who takes it without being asked.
pub fn transfer(held: &Held) -> Order {
    let action = Action::OfferTransfer(OfferTransfer { tranche: held.tranche, offer: offer(held.by + 1) });
    Order { sender: supplier(held.by), action }
}

/// To the supplier after the next, who wants to be asked.
pub fn offer_transfer(held: &Held) -> Order {
    let action = Action::OfferTransfer(OfferTransfer { tranche: held.tranche, offer: offer(held.by + 2) });
    Order { sender: supplier(held.by), action }
}

/// The answer to [`offer_transfer`].
pub fn accept_transfer(held: &Held) -> Order {
    let action = Action::AcceptTransfer(AcceptTransfer { tranche: held.tranche });
    Order { sender: supplier(held.by + 2), action }
}

/// Half of it, to whoever pays most.
pub fn discount(held: &Held) -> Order {
    Order {
        sender: supplier(held.by),
        action: Action::DiscountTranche(DiscountTranche {
            tranche: held.tranche,
            amount: cny(held.face.minor() / 2),
            min_proceeds: Amount::zero(currency()),
            facility: None,
            allow_partial_fills: false,
        }),
    }
}

pub fn move_deposit(number: u32) -> Order {
    Order {
        sender: supplier(number),
        action: Action::MoveDeposit(MoveDeposit {
            bank: bank(0),
            to: supplier(number + 1),
            amount: cny(u64::from(number) + 1),
            note: text("for bolts"),
        }),
    }
}

fn offer(to: u32) -> Offer {
    Offer { to: supplier(to), recourse: Recourse::None, trade_reference: Some(Hash::of(b"order 7")) }
}

fn terms(kind: &str, number: u32) -> Terms {
    let invoice = format!("{kind} {number}");
    Terms {
        face: face(number),
        due_date: today().plus_days(120),
        delivery_date: today(),
        invoices: vec![Invoice {
            number: text(&invoice),
            issue_date: today(),
            amount: face(number),
            document_hash: Hash::of(invoice.as_bytes()),
            format: InvoiceFormat::Ubl21,
        }],
        contract_reference: text("C-9"),
        settlement_bank: bank(0),
        tenor_justification: None,
        late_rate_ppm_per_day: None,
    }
}
