//! What a reader sees of a tranche.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::guarantee::Guarantee;
use tally_contracts::pool::Pool;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::Key;
use tally_contracts::tranche::Tranche;
use tally_proto::v1::tranche as wire;

impl Reading<'_> {
    /// A tranche as the reader may see it; `None` where it is nothing to the reader.
    pub(in super::super) fn tranche_as_seen(
        &self,
        tranche: &Tranche,
    ) -> Result<Option<wire::Tranche>, CallError> {
        let reader = self.reader()?;
        let mut seen = wire::Tranche::from(tranche);
        if reader.is_one_of(&[tranche.holder]) {
            return Ok(Some(seen));
        }
        let is_offered = tranche.offer.is_some_and(|open| open.offer.to == reader.member);
        let is_seller = tranche.bought_under.is_some_and(|purchase| purchase.seller == reader.member);
        if !is_seller {
            seen.bought_under = None;
        }
        if is_offered {
            return Ok(Some(seen));
        }
        seen.offer = None;
        let is_liable = is_seller || tranche.recourse.contains(&reader.member);
        if is_liable || self.helps(tranche)? || self.owes(tranche)? || self.is_party_to_lien(tranche)? {
            return Ok(Some(seen));
        }
        Ok(None)
    }

    /// Whether the reader guarantees it, or manages the pool that shares its loss.
    fn helps(&self, tranche: &Tranche) -> Result<bool, CallError> {
        let reader = self.reader()?;
        if let Some(id) = tranche.guarantee
            && let Some(guarantee) = self.get::<Guarantee>(&Key::Guarantee(id))?
            && guarantee.guarantor == reader.member
        {
            return Ok(true);
        }
        let Some(enrolment) = tranche.enrolled else { return Ok(false) };
        let pool: Option<Pool> = self.get(&Key::Pool(enrolment.pool))?;
        Ok(pool.is_some_and(|pool| pool.manager == reader.member))
    }

    /// Whether the reader owes it and its due date came.
    fn owes(&self, tranche: &Tranche) -> Result<bool, CallError> {
        let receivable: Option<Receivable> = self.get(&Key::Receivable(tranche.receivable))?;
        let Some(receivable) = receivable else { return Ok(false) };
        Ok(receivable.anchor == self.reader()?.member && self.is_due(&receivable)?)
    }
}
