//! Contagion: what an anchor's default would cost each holder, funder, transferor, guarantor, pool and tier, on the
//! state of one height; read-only.
use super::Owed;
use super::help::Help;
use crate::block::BlockContext;
use crate::failure::{Failure, Fault};
use crate::policy;
use crate::receivable::Receivable;
use crate::state::pages::{for_each_row, record};
use crate::state::{IndexKey, Key, State, StateRead, trailing_id};
use crate::tranche::Tranche;
use crate::types::{Amount, BusinessDate, Currency, MemberId, ReceivableId, TrancheId};
use crate::{member, rejection::Rejection};
use std::collections::BTreeMap;

/// What would be lost if an anchor paid nothing of what it owes from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contagion {
    pub anchor: MemberId,
    pub as_of: BusinessDate,
    /// By currency code.
    pub currencies: Vec<CurrencyExposure>,
}

/// The same in one currency. Sums are minor units: many amounts may be more than one can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyExposure {
    pub currency: Currency,
    pub receivables: u64,
    /// Unpaid face; the members' costs sum to it exactly.
    pub face: u128,
    /// Late interest and costs owed beside it.
    pub beside: u128,
    /// By member id.
    pub members: Vec<MemberExposure>,
    /// By distance from the anchor, 1 for its own suppliers.
    pub tiers: Vec<TierExposure>,
}

/// What one member would bear: `cost` = held − helped − recoverable + liable + helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberExposure {
    pub member: MemberId,
    /// Face that it holds.
    pub held: u128,
    /// Of that: bought under its facilities.
    pub bought: u128,
    /// Of what it holds: what guarantors and pools would pay it.
    pub helped: u128,
    /// Of what it holds and nobody helps with: for which transferors stayed liable to it.
    pub recoverable: u128,
    /// Face that others turn back to it for, as the first in the chain who stayed liable.
    pub liable: u128,
    /// What it would pay as a guarantor or for a pool that it manages.
    pub helps: u128,
    pub cost: u128,
}

/// What stands at one distance from the anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TierExposure {
    /// Transfers since the root, plus 1.
    pub tier: u32,
    pub tranches: u64,
    pub face: u128,
    /// Of that: sold to funders, who bear it instead.
    pub bought: u128,
}

/// What `anchor`'s default would cost whom, at `context`.
pub fn contagion(
    state: &dyn StateRead,
    context: BlockContext,
    anchor: MemberId,
) -> Result<Contagion, Failure> {
    let mut overlay = State::new(state, context.height);
    let policy = policy::in_force(&mut overlay, context.time)?;
    member::find(&mut overlay, anchor)?;
    let as_of = policy.date(context.time);
    let mut books = Books { currencies: BTreeMap::new(), help: Help::find(state, anchor, as_of)? };
    let scope = IndexKey::OwedBy { anchor, receivable: ReceivableId::new(0) }.scope();
    let mut owed = Vec::new();
    for_each_row(state, &scope, &mut |row| {
        owed.push(ReceivableId::new(trailing_id(row)));
        Ok(())
    })?;
    for id in owed {
        let missing = Rejection::ReceivableUnknown { receivable: id };
        let receivable: Receivable = record(state, Key::Receivable(id))?.ok_or(missing)?;
        books.enter(state, &receivable, receivable.owed(as_of)?)?;
    }
    Ok(Contagion { anchor, as_of, currencies: books.close() })
}

struct Books {
    currencies: BTreeMap<Currency, Book>,
    help: Help,
}

#[derive(Default)]
struct Book {
    receivables: u64,
    face: u128,
    beside: u128,
    members: BTreeMap<MemberId, MemberExposure>,
    tiers: BTreeMap<u32, TierExposure>,
}

impl Books {
    fn enter(&mut self, state: &dyn StateRead, receivable: &Receivable, owed: Owed) -> Result<(), Fault> {
        let help = &mut self.help;
        let book = self.currencies.entry(owed.face.currency()).or_default();
        book.receivables = book.receivables.saturating_add(1);
        book.face = plus(book.face, owed.face);
        book.beside = plus(plus(book.beside, owed.costs), owed.late_interest);
        let scope = IndexKey::TrancheOf { receivable: receivable.id, tranche: TrancheId::new(0) }.scope();
        for_each_row(state, &scope, &mut |row| {
            let id = TrancheId::new(trailing_id(row));
            let missing = || Fault::DanglingIndex { key: id.to_string() };
            let tranche: Tranche = record(state, Key::Tranche(id))?.ok_or_else(missing)?;
            let helpers = help.with(state, receivable, &tranche)?;
            book.enter(&tranche, &helpers);
            Ok(())
        })
    }

    fn close(self) -> Vec<CurrencyExposure> {
        let close = |(currency, book): (Currency, Book)| CurrencyExposure {
            currency,
            receivables: book.receivables,
            face: book.face,
            beside: book.beside,
            members: book.members.into_values().map(MemberExposure::close).collect(),
            tiers: book.tiers.into_values().collect(),
        };
        self.currencies.into_iter().map(close).collect()
    }
}

impl Book {
    fn enter(&mut self, tranche: &Tranche, helpers: &[(MemberId, u64)]) {
        let face = tranche.face;
        let mut left = u128::from(face.minor());
        let is_bought = tranche.bought_under.is_some();
        let holder = self.member(tranche.holder);
        holder.held = plus(holder.held, face);
        if is_bought {
            holder.bought = plus(holder.bought, face);
        }
        for (helper, minor) in helpers {
            let pays = self.member(*helper);
            pays.helps = pays.helps.saturating_add((*minor).into());
            left = left.saturating_sub((*minor).into());
        }
        let holder = self.member(tranche.holder);
        holder.helped = holder.helped.saturating_add(u128::from(face.minor()).saturating_sub(left));
        // each turns back to the one before, so in the end the first who stayed liable bears it
        if let Some(first) = tranche.recourse.first() {
            holder.recoverable = holder.recoverable.saturating_add(left);
            let liable = self.member(*first);
            liable.liable = liable.liable.saturating_add(left);
        }
        let tier = u32::from(tranche.depth).saturating_add(1);
        let empty = TierExposure { tier, tranches: 0, face: 0, bought: 0 };
        let at = self.tiers.entry(tier).or_insert(empty);
        at.tranches = at.tranches.saturating_add(1);
        at.face = plus(at.face, face);
        if is_bought {
            at.bought = plus(at.bought, face);
        }
    }

    fn member(&mut self, member: MemberId) -> &mut MemberExposure {
        self.members.entry(member).or_insert(MemberExposure {
            member,
            held: 0,
            bought: 0,
            helped: 0,
            recoverable: 0,
            liable: 0,
            helps: 0,
            cost: 0,
        })
    }
}

impl MemberExposure {
    fn close(self) -> Self {
        let kept = self.held.saturating_sub(self.helped).saturating_sub(self.recoverable);
        let cost = kept.saturating_add(self.liable).saturating_add(self.helps);
        Self { cost, ..self }
    }
}

/// 10^15 minor units in each of at most 2^64 tranches stay within 128 bits.
fn plus(sum: u128, amount: Amount) -> u128 {
    sum.saturating_add(amount.minor().into())
}
