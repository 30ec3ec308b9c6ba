//! What a reader sees of records that some members share: money, guarantees, pools, freezes, screening.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::guarantee::{Guarantee, Scope};
use tally_contracts::member::Role;
use tally_contracts::money::Account;
use tally_contracts::pool::Pool;
use tally_contracts::receivable::Receivable;
use tally_contracts::screening::{Freeze, ScreeningEntry};
use tally_contracts::state::{IndexKey, Key};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{GuaranteeId, MemberId, ReceivableId, TrancheId};
use tally_proto::v1::pool as wire;

impl Reading<'_> {
    /// Money is between a bank and its depositor.
    pub(in super::super) fn sees_account(&self, account: &Account) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&[account.bank, account.owner]))
    }

    /// What a bank ever credited is its own business.
    pub(in super::super) fn sees_totals(&self, bank: MemberId) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&[bank]))
    }

    /// Who gives a guarantee, asked for it, pays it, owes the debt, or holds what it covers.
    pub(in super::super) fn sees_guarantee(&self, guarantee: &Guarantee) -> Result<bool, CallError> {
        let terms = &guarantee.terms;
        let parties = [guarantee.guarantor, guarantee.anchor, terms.applicant, terms.bank];
        if self.reader()?.is_one_of(&parties) {
            return Ok(true);
        }
        match terms.scope {
            Scope::Receivable(id) => self.took_part(id),
            // other parts of the same receivable are no business of its holder's, nor is who guarantees them
            Scope::Tranche(id) => match self.get::<Tranche>(&Key::Tranche(id))? {
                Some(tranche) => Ok(self.tranche_as_seen(&tranche)?.is_some()),
                None => self.holds_part_guaranteed_by(guarantee.id),
            },
            Scope::Anchor(anchor) => self.took_part_in_debt_of(anchor),
        }
    }

    /// Whether the reader holds a part of a tranche that a guarantee was given for by name.
    fn holds_part_guaranteed_by(&self, guarantee: GuaranteeId) -> Result<bool, CallError> {
        let scope = IndexKey::HeldBy { holder: self.reader()?.member, tranche: TrancheId::new(0) }.scope();
        let key = |number| Key::Tranche(TrancheId::new(number));
        let held = self.indexed::<Tranche>(&scope, &[], RELATIONS_LOOKED_AT_MAX, key)?;
        Ok(held.iter().any(|(_, tranche)| tranche.guarantee == Some(guarantee)))
    }

    /// Whether the reader took part in any debt of an anchor's.
    pub(in super::super) fn took_part_in_debt_of(&self, anchor: MemberId) -> Result<bool, CallError> {
        let related = self.view.related(self.reader()?.member.as_str(), None, RELATIONS_LOOKED_AT_MAX)?;
        for number in related {
            let receivable: Option<Receivable> = self.get(&Key::Receivable(ReceivableId::new(number)))?;
            if receivable.is_some_and(|receivable| receivable.anchor == anchor) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A pool as the reader may see it: its terms are public among those who may use it, its books are not.
    pub(in super::super) fn pool_as_seen(&self, pool: &Pool) -> Result<Option<wire::Pool>, CallError> {
        let reader = self.reader()?;
        if self.sees_books(pool)? {
            return Ok(Some(pool.into()));
        }
        if !reader.has_any(&[Role::Bank, Role::Funder, Role::Guarantor]) {
            return Ok(None);
        }
        let whole = wire::Pool::from(pool);
        Ok(Some(wire::Pool {
            id: whole.id,
            manager: whole.manager,
            terms: whole.terms,
            ..wire::Pool::default()
        }))
    }

    /// Whether the reader manages a pool, keeps its money or put some in.
    pub(in super::super) fn sees_books(&self, pool: &Pool) -> Result<bool, CallError> {
        let reader = self.reader()?;
        let contributed = pool.contributions.iter().any(|one| one.member == reader.member);
        Ok(contributed || reader.is_one_of(&[pool.manager, pool.terms.bank]))
    }

    /// Who is frozen knows it; banks screen their customers.
    pub(in super::super) fn sees_freeze(&self, freeze: &Freeze) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&[freeze.holder]))
    }

    pub(in super::super) fn sees_screening(&self, entry: &ScreeningEntry) -> Result<bool, CallError> {
        let reader = self.reader()?;
        if reader.reads_everything() || reader.has(Role::Bank) {
            return Ok(true);
        }
        let owner: Option<MemberId> = self.get(&Key::Identifier(entry.identifier.hash()))?;
        Ok(owner == Some(reader.member))
    }
}

/// Receivables among which those of one anchor are looked for, and tranches among which guaranteed ones are.
const RELATIONS_LOOKED_AT_MAX: usize = 1_000;
