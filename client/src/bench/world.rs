//! What all lanes share: the cast, the stock, the dice, and everything that must be unique.

use tally_contracts::Action;
use tally_contracts::receivable::{Invoice, InvoiceFormat, IssueReceivable, Terms};
use tally_contracts::tranche::{Offer, Part, Recourse};
use tally_contracts::types::{Amount, BusinessDate, Currency, Hash, Height, Text, TrancheId};
use tally_proto::v1::common::{Event, EventKind};

use super::cast::{Cast, Order, Seat};
use super::dice::Dice;
use super::error::BenchError;
use super::limits::{DUE_DAYS_MAX, DUE_DAYS_MIN, NEIGHBOURS, PART_MAX, PART_MIN, VALID_BLOCKS};
use super::stock::{Holding, Stock};
use crate::sdk::{Envelope, RequestId};

/// What all lanes share.
pub struct World {
    /// Who plays.
    pub cast: Cast,
    /// Preloaded tranches.
    pub stock: Stock,
    /// Whole receivables that lanes split on and on.
    pub spare: Vec<Holding>,
    /// Choices.
    pub dice: Dice,
    /// Of the chain, when the run began.
    pub today: BusinessDate,
    /// The newest block that was heard of.
    pub tip: u64,
    currency: Currency,
    /// Makes request ids, invoices and references of this run unlike those of any other.
    run: [u8; 8],
    number: u64,
}

impl World {
    /// A world at the beginning of a run.
    pub fn new(cast: Cast, seed: u64, today: BusinessDate, tip: u64) -> Result<Self, BenchError> {
        let mut run = [0; 8];
        getrandom::fill(&mut run).map_err(|_| BenchError::NoRandomness)?;
        let (stock, dice) = (Stock::default(), Dice::new(seed));
        let currency = Currency::new("CNY")?;
        Ok(Self { cast, stock, spare: Vec::new(), dice, today, tip, currency, run, number: 0 })
    }

    /// Signs an order under a new request id.
    pub fn sign(&mut self, order: Order) -> Envelope {
        let number = self.next_number();
        let mut request_id: RequestId = [0; 16];
        let (run, count) = request_id.split_at_mut(8);
        run.copy_from_slice(&self.run);
        count.copy_from_slice(&number.to_be_bytes());
        self.cast.sign(order, request_id, Height::new(self.tip).plus(VALID_BLOCKS))
    }

    /// A text that no other run and no other call gives.
    pub fn unique(&mut self, what: &str) -> Result<Text, BenchError> {
        let number = self.next_number();
        Ok(Text::new(&format!("{what}-{}-{number}", hex::encode(self.run)))?)
    }

    /// Money of the load's one currency.
    pub fn amount(&self, minor: u64) -> Result<Amount, BenchError> {
        Ok(Amount::new(minor, self.currency)?)
    }

    /// No money.
    pub fn nothing(&self) -> Amount {
        Amount::zero(self.currency)
    }

    /// Any of the suppliers.
    pub fn supplier(&mut self) -> Seat {
        let place = self.dice.place(self.cast.suppliers.len());
        pick(&self.cast.suppliers, place)
    }

    /// Anchors whose receivables suppliers accept always: the first half.
    pub fn issuers(&self) -> &[Seat] {
        let (issuers, _) = self.cast.anchors.split_at(self.cast.anchors.len() / 2);
        issuers
    }

    /// Any of the anchors whose receivables are accepted one by one: the other half.
    pub fn debtor(&mut self) -> Seat {
        let first = self.cast.anchors.len() / 2;
        let place = first + self.dice.place(self.cast.anchors.len() - first);
        pick(&self.cast.anchors, place)
    }

    /// Suppliers who accept always what `seat` transfers.
    pub fn neighbours(&self, seat: Seat) -> Vec<Seat> {
        let suppliers = &self.cast.suppliers;
        let own = suppliers.iter().position(|one| *one == seat).unwrap_or(0);
        let others = suppliers.iter().cycle().skip(own + 1);
        others.take(NEIGHBOURS.min(suppliers.len() - 1)).copied().collect()
    }

    /// Title to any neighbour of `from`, in return for goods under a contract.
    pub fn offer(&mut self, from: Seat) -> Offer {
        let suppliers = &self.cast.suppliers;
        let own = suppliers.iter().position(|one| *one == from).unwrap_or(0);
        let step = 1 + self.dice.place(NEIGHBOURS.min(suppliers.len() - 1));
        let to = pick(suppliers, (own + step) % suppliers.len());
        self.offer_to(from, to)
    }

    /// Title to `to`, in return for goods under a contract.
    pub fn offer_to(&self, from: Seat, to: Seat) -> Offer {
        let (from, to) = (self.cast.id(from), self.cast.id(to));
        let contract = Hash::of(format!("framework contract of {from} and {to}").as_bytes());
        Offer { to, recourse: Recourse::None, trade_reference: Some(contract) }
    }

    /// A small payment out of `face`, which leaves a part that is large enough.
    pub fn payment(&mut self, face: u64) -> u64 {
        self.dice.between(PART_MIN, PART_MAX.min(face.saturating_sub(PART_MIN)).max(PART_MIN))
    }

    /// `holder` pays `minor` of `face` on and keeps the rest, which is the last part.
    pub fn split_and_pay(&mut self, holder: Seat, face: u64, minor: u64) -> Result<Vec<Part>, BenchError> {
        let pay = Some(self.offer(holder));
        let paid = Part { face: self.amount(minor)?, pay };
        let kept = Part { face: self.amount(face.saturating_sub(minor))?, pay: None };
        Ok(vec![paid, kept])
    }

    /// Terms of a new receivable that is due far behind every run.
    pub fn terms(&mut self, face: u64) -> Result<Terms, BenchError> {
        let number = self.unique("B")?;
        let document_hash = Hash::of(number.as_str().as_bytes());
        // No two amounts of two parties are alike, so that no invoice looks like another's duplicate.
        let amount = self.amount(face.saturating_add(self.number))?;
        let days = i32::try_from(self.dice.between(DUE_DAYS_MIN, DUE_DAYS_MAX)).unwrap_or(i32::MAX);
        let banks = &self.cast.banks;
        let settlement_bank = self.cast.id(pick(banks, 0));
        let format = InvoiceFormat::Other;
        let invoice = Invoice { number, issue_date: self.today, amount, document_hash, format };
        Ok(Terms {
            face: self.amount(face)?,
            due_date: self.today.plus_days(days),
            delivery_date: self.today,
            invoices: vec![invoice],
            contract_reference: Text::default(),
            settlement_bank,
            tenor_justification: None,
            late_rate_ppm_per_day: None,
        })
    }

    /// A receivable that is live at once, because `supplier` accepts always what this anchor issues.
    pub fn issue(&mut self, supplier: Seat, face: u64) -> Result<Order, BenchError> {
        let place = self.dice.place(self.issuers().len());
        let by = pick(self.issuers(), place);
        let issue = IssueReceivable {
            supplier: self.cast.id(supplier),
            terms: self.terms(face)?,
            defences_waived: true,
            acknowledge_near_duplicates: true,
        };
        Ok(Order { by, action: Action::IssueReceivable(issue) })
    }

    fn next_number(&mut self) -> u64 {
        self.number = self.number.saturating_add(1);
        self.number
    }
}

fn pick(seats: &[Seat], place: usize) -> Seat {
    *seats.get(place).expect("the cast was checked to have players of every part")
}

/// The first event of that kind in what `action` did.
pub fn event<'e>(
    events: &'e [Event],
    kind: EventKind,
    action: &'static str,
) -> Result<&'e Event, BenchError> {
    let found = events.iter().find(|event| event.kind() == kind);
    found.ok_or(BenchError::ReceiptLacks { action, what: kind.as_str_name() })
}

/// The root tranche of a receivable that came to life.
pub fn root(events: &[Event], action: &'static str) -> Result<TrancheId, BenchError> {
    let accepted = event(events, EventKind::ReceivableAccepted, action)?;
    accepted.tranche.map(TrancheId::new).ok_or(BenchError::ReceiptLacks { action, what: "the root tranche" })
}

/// The parts of a split, in the order of the action.
pub fn parts(events: &[Event], action: &'static str) -> Result<Vec<TrancheId>, BenchError> {
    let split = event(events, EventKind::TrancheSplit, action)?;
    Ok(split.tranches.iter().copied().map(TrancheId::new).collect())
}

/// The part that stayed with the holder: the last.
pub fn rest(events: &[Event], action: &'static str) -> Result<TrancheId, BenchError> {
    parts(events, action)?.pop().ok_or(BenchError::ReceiptLacks { action, what: "the rest of a split" })
}
