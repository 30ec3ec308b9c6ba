//! What a reader sees of a receivable.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::member::Role;
use tally_contracts::receivable::Receivable;
use tally_proto::v1::receivable as wire;

impl Reading<'_> {
    /// A receivable as the reader may see it. Between the two sides and those who bear its risk everything is open
    /// but other holders' claims; a supplier further down sees what it was paid with, not what was invoiced above.
    pub(in super::super) fn receivable_as_seen(
        &self,
        receivable: &Receivable,
    ) -> Result<wire::Receivable, CallError> {
        let reader = self.reader()?;
        let mut seen = wire::Receivable::from(receivable);
        if reader.is_one_of(&[receivable.anchor]) {
            return Ok(seen);
        }
        seen.charges.retain(|charge| charge.payee == reader.member.as_str());
        seen.cost_claims.retain(|claim| claim.by == reader.member.as_str());
        if self.sees_invoices(receivable) {
            return Ok(seen);
        }
        seen.near_duplicates.clear();
        seen.open_tranches = 0;
        if let Some(terms) = &mut seen.terms {
            terms.invoices.clear();
            terms.contract_reference.clear();
        }
        Ok(seen)
    }

    /// Whether the reader is one of the two sides, or bears the risk of what was invoiced.
    pub(in super::super) fn sees_invoices(&self, receivable: &Receivable) -> bool {
        let Ok(reader) = self.reader() else { return false };
        let bears_risk = [Role::Funder, Role::Bank, Role::Guarantor, Role::CollectionAgent];
        reader.is_one_of(&[receivable.anchor, receivable.supplier]) || reader.has_any(&bears_risk)
    }
}
