//! What a reader sees of liens, of programmes, and of what financing costs.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::lien::Lien;
use tally_contracts::programme::Programme;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::Key;
use tally_contracts::tranche::Tranche;
use tally_contracts::types::MemberId;

impl Reading<'_> {
    /// A lien is between whom it binds.
    pub(in super::super) fn sees_lien(&self, lien: &Lien) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&lien.parties()))
    }

    /// Whether the reader has a right to what the tranche brings, or waits for it.
    pub(super) fn is_party_to_lien(&self, tranche: &Tranche) -> Result<bool, CallError> {
        if !tranche.is_under_lien {
            return Ok(false);
        }
        let lien: Option<Lien> = self.get(&Key::Lien(tranche.id))?;
        lien.map_or(Ok(false), |lien| self.sees_lien(&lien))
    }

    /// A programme is its anchor's, and open to whom the anchor ever owed something.
    pub(in super::super) fn sees_programme(&self, programme: &Programme) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&[programme.anchor]) || self.took_part_in_debt_of(programme.anchor)?)
    }

    /// What financing cost a member is its own business.
    pub(in super::super) fn sees_costs_of(&self, member: MemberId) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&[member]))
    }

    /// A term that is too long is between the two sides.
    pub(in super::super) fn sees_term(&self, receivable: &Receivable) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&[receivable.anchor, receivable.supplier]))
    }
}
