//! A receivable's book kept by hand: who holds what, how interest runs, where every payment should go.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::day::Day;
use super::facts::{Event, Receivable, number};
use super::numbers::{late_interest, shares};

/// What a charge is for; costs are paid first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Charge {
    Costs,
    LateInterest,
}

/// A member's id in its order: shorter ones first, then by letters.
pub type Payee = (usize, String);

/// A tranche as the book has it.
#[derive(Debug, Clone)]
pub struct Part {
    pub holder: String,
    pub face: u64,
    /// Whether a facility bought it.
    pub is_bought: bool,
    /// The tranche that its holder paid for the anchor.
    pub taken_from: Option<u64>,
}

/// A share that somebody should get of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub kind: &'static str,
    pub member: String,
    pub tranche: u64,
    pub minor_units: u64,
}

/// Somebody paid for the anchor.
#[derive(Debug, Clone)]
pub struct Help {
    pub payer: String,
    pub tranche: u64,
    /// The part with what others took over from it: the loss before anybody helped.
    pub whole: u64,
    /// Of that what the payer took over before.
    pub borne: u64,
    pub amount: u64,
}

/// The book.
#[derive(Debug)]
pub struct Book {
    pub parts: BTreeMap<u64, Part>,
    /// Face of every tranche when it came into being.
    pub created: BTreeMap<u64, u64>,
    pub charges: BTreeMap<(Charge, Payee), u64>,
    pub is_past_due: bool,
    pub helps: Vec<Help>,
    /// Σ paid on faces by the anchor or set off, and Σ credited.
    pub settled: u64,
    pub diluted: u64,
    /// Face before a netting and what it took.
    pub netted: Vec<(u64, u64)>,
    /// The figures behind interest and payments, for the report.
    pub interest: Vec<Value>,
    pub charged: Vec<Value>,
    pub payments: Vec<Value>,
    rate_ppm: u64,
    counted_to: Day,
    minor_days: u128,
    closed: u128,
}

impl Book {
    pub fn new(receivable: &Receivable) -> Self {
        Self {
            parts: BTreeMap::new(),
            created: BTreeMap::new(),
            charges: BTreeMap::new(),
            is_past_due: false,
            helps: Vec::new(),
            settled: 0,
            diluted: 0,
            netted: Vec::new(),
            interest: Vec::new(),
            charged: Vec::new(),
            payments: Vec::new(),
            rate_ppm: receivable.late_rate_ppm_per_year,
            counted_to: receivable.due_date,
            minor_days: 0,
            closed: 0,
        }
    }

    /// Σ face.
    pub fn face(&self) -> u64 {
        self.parts.values().map(|part| part.face).sum()
    }

    pub fn add(&mut self, tranche: &str, holder: &str, face: u64) {
        let part = Part { holder: holder.to_owned(), face, is_bought: false, taken_from: None };
        self.insert(number(tranche), part);
    }

    pub fn insert(&mut self, tranche: u64, part: Part) {
        self.created.insert(tranche, part.face);
        self.parts.insert(tranche, part);
    }

    /// Title moves.
    pub fn move_to(&mut self, tranche: u64, holder: &str, is_sale: bool) {
        if let Some(part) = self.parts.get_mut(&tranche) {
            holder.clone_into(&mut part.holder);
            part.is_bought |= is_sale;
        }
    }

    /// Who paid for the anchor holds what it paid; a further part of the same loss joins the first.
    pub fn take_over(&mut self, event: &Event) {
        let (id, holder, face) = (event.tranche(), event.member().to_owned(), event.minor());
        if let Some(part) = self.parts.get_mut(&id) {
            part.face += face;
            *self.created.entry(id).or_default() += face;
            return;
        }
        let taken_from = event.tranches.first().map(|id| number(id));
        self.insert(id, Part { holder, face, is_bought: false, taken_from });
    }

    /// Interest runs up to `on`: unpaid face × days.
    pub fn count(&mut self, on: Day) {
        let (from, face) = (self.counted_to, self.face());
        let days = from.days_until(on);
        if days == 0 {
            return;
        }
        self.minor_days += u128::from(face) * u128::from(days);
        self.counted_to = on;
        let (minor_days, interest) = (self.minor_days, late_interest(self.minor_days, self.rate_ppm));
        self.interest.push(json!({
            "from": from, "to": on, "days": days, "face_minor_units": face,
            "minor_units_days_so_far": small(minor_days), "interest_minor_units_so_far": small(interest),
        }));
    }

    /// Interest that was neither paid nor charged.
    pub fn running(&self) -> u64 {
        small(late_interest(self.minor_days, self.rate_ppm) - self.closed)
    }

    /// Before faces change otherwise than by a payment, each holder keeps what its face bore as a charge.
    pub fn keep(&mut self, on: Day) {
        self.count(on);
        let open = self.running();
        if !self.is_past_due || open == 0 {
            return;
        }
        for (tranche, share) in shares(open, &self.faces()) {
            let holder = self.holder(tranche);
            self.charge(Charge::LateInterest, &holder, share);
            self.charged.push(
                json!({"on": on, "tranche": format!("T{tranche}"), "holder": holder, "minor_units": share}),
            );
        }
        self.closed += u128::from(open);
    }

    /// How a payment of the anchor should be distributed: costs, then late interest, then face.
    pub fn pay(&mut self, on: Day, amount: u64) -> Vec<Share> {
        self.count(on);
        let mut out = Vec::new();
        let owed = |book: &Self, kind| if book.is_past_due { book.charged(kind) } else { 0 };
        let costs = amount.min(owed(self, Charge::Costs));
        self.pay_charges(Charge::Costs, costs, &mut out);
        let mut left = amount - costs;
        let old = left.min(owed(self, Charge::LateInterest));
        self.pay_charges(Charge::LateInterest, old, &mut out);
        left -= old;
        let running = if self.is_past_due { left.min(self.running()) } else { 0 };
        for (tranche, share) in shares(running, &self.faces()) {
            out.push(self.share("late_interest_distributed", tranche, share));
        }
        self.closed += u128::from(running);
        left -= running;
        let face = left.min(self.face());
        if face == self.face() {
            self.keep(on);
        }
        for (tranche, share) in shares(face, &self.faces()) {
            out.push(self.share("settlement_distributed", tranche, share));
            self.shrink(tranche, share);
        }
        self.settled += face;
        self.payments.push(json!({
            "on": on, "minor_units": amount, "costs": costs, "late_interest": old + running, "face": face,
            "left_over": left - face,
            "shares": out.iter().map(Share::json).collect::<Vec<_>>(),
        }));
        out
    }

    /// Owes a member so much more.
    pub fn charge(&mut self, kind: Charge, payee: &str, amount: u64) {
        *self.charges.entry((kind, (payee.len(), payee.to_owned()))).or_default() += amount;
    }

    fn pay_charges(&mut self, kind: Charge, amount: u64, out: &mut Vec<Share>) {
        let weights: BTreeMap<Payee, u64> = self
            .charges
            .iter()
            .filter(|((own, _), _)| *own == kind)
            .map(|((_, payee), unpaid)| (payee.clone(), *unpaid))
            .collect();
        let event = match kind {
            Charge::Costs => "costs_distributed",
            Charge::LateInterest => "late_interest_distributed",
        };
        for (payee, share) in shares(amount, &weights) {
            if let Some(unpaid) = self.charges.get_mut(&(kind, payee.clone())) {
                *unpaid -= share;
            }
            out.push(Share { kind: event, member: payee.1, tranche: 0, minor_units: share });
        }
        self.charges.retain(|_, unpaid| *unpaid > 0);
    }

    /// `amount` of a tranche is gone.
    pub fn shrink(&mut self, tranche: u64, amount: u64) {
        if let Some(part) = self.parts.get_mut(&tranche) {
            part.face = part.face.saturating_sub(amount);
        }
        self.parts.retain(|_, part| part.face > 0);
    }

    /// A part with what others took over from it.
    pub fn whole(&self, tranche: u64) -> u64 {
        let taken: u64 = self.taken(tranche).map(|part| part.face).sum();
        self.parts.get(&tranche).map_or(0, |part| part.face) + taken
    }

    pub fn taken(&self, tranche: u64) -> impl Iterator<Item = &Part> {
        self.parts.values().filter(move |part| part.taken_from == Some(tranche))
    }

    /// What a credit note takes from each tranche: the supplier's unfinanced ones, the smallest first; then other
    /// unfinanced ones pro rata; then what a bank bought.
    pub fn losses(&self, supplier: &str, amount: u64) -> BTreeMap<u64, u64> {
        let mut losses = BTreeMap::new();
        let mut left = amount;
        let mut own: Vec<(u64, u64)> = self
            .faces_of(|part| !part.is_bought && part.holder == supplier)
            .into_iter()
            .map(|(id, face)| (face, id))
            .collect();
        own.sort_unstable();
        for (face, id) in own {
            let loss = face.min(left);
            left -= loss;
            losses.insert(id, loss);
        }
        let others = [
            self.faces_of(|part| !part.is_bought && part.holder != supplier),
            self.faces_of(|part| part.is_bought),
        ];
        for faces in others {
            let taken = left.min(faces.values().sum());
            losses.extend(shares(taken, &faces));
            left -= taken;
        }
        losses.retain(|_, loss| *loss > 0);
        losses
    }

    fn charged(&self, kind: Charge) -> u64 {
        self.charges.iter().filter(|((own, _), _)| *own == kind).map(|(_, unpaid)| *unpaid).sum()
    }

    fn faces(&self) -> BTreeMap<u64, u64> {
        self.faces_of(|_| true)
    }

    fn faces_of(&self, wanted: impl Fn(&Part) -> bool) -> BTreeMap<u64, u64> {
        self.parts.iter().filter(|(_, part)| wanted(part)).map(|(id, part)| (*id, part.face)).collect()
    }

    fn holder(&self, tranche: u64) -> String {
        self.parts.get(&tranche).map(|part| part.holder.clone()).unwrap_or_default()
    }

    fn share(&self, kind: &'static str, tranche: u64, minor_units: u64) -> Share {
        Share { kind, member: self.holder(tranche), tranche, minor_units }
    }
}

impl Share {
    fn json(&self) -> Value {
        let tranche = (self.tranche > 0).then(|| format!("T{}", self.tranche));
        json!({"kind": self.kind, "member": self.member, "tranche": tranche, "minor_units": self.minor_units})
    }
}

fn small(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}
