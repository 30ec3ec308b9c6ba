//! Help: what guarantors and pools would pay on each tranche, as far as caps and money go; for `contagion`.
use crate::failure::Fault;
use crate::guarantee::{Guarantee, share_of};
use crate::pool::Pool;
use crate::receivable::Receivable;
use crate::state::pages::{for_each_row, record};
use crate::state::{IndexKey, Key, StateRead, trailing_id};
use crate::tranche::Tranche;
use crate::types::{BusinessDate, GuaranteeId, MemberId, PoolId};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Guarantees in force for an anchor, and what is left of them and of the pools that were met.
pub(super) struct Help {
    guarantees: Vec<(Guarantee, u64)>,
    pools: BTreeMap<PoolId, (Pool, u128)>,
}

impl Help {
    pub fn find(state: &dyn StateRead, anchor: MemberId, today: BusinessDate) -> Result<Self, Fault> {
        let mut guarantees = Vec::new();
        let scope = IndexKey::GuaranteeOf { anchor, guarantee: GuaranteeId::new(0) }.scope();
        for_each_row(state, &scope, &mut |row| {
            let id = GuaranteeId::new(trailing_id(row));
            let missing = || Fault::DanglingIndex { key: id.to_string() };
            let guarantee: Guarantee = record(state, Key::Guarantee(id))?.ok_or_else(missing)?;
            let left = guarantee.terms.cap.minor().saturating_sub(guarantee.paid.minor());
            if guarantee.accepted_on.is_some() && today <= guarantee.terms.expires_on {
                guarantees.push((guarantee, left));
            }
            Ok(())
        })?;
        Ok(Self { guarantees, pools: BTreeMap::new() })
    }

    /// Who would pay how many minor units of `tranche`: guarantors by number, then its pool, never more than its
    /// face together. Uses up what it says.
    pub fn with(
        &mut self,
        state: &dyn StateRead,
        receivable: &Receivable,
        tranche: &Tranche,
    ) -> Result<Vec<(MemberId, u64)>, Fault> {
        let mut open = tranche.face.minor();
        let mut helpers = Vec::new();
        for (guarantee, left) in &mut self.guarantees {
            if !guarantee.covers(receivable, tranche) || guarantee.guarantor == tranche.holder {
                continue;
            }
            let share = share_of(tranche.face, guarantee.terms.share).map_or(0, |share| share.minor());
            let pays = share.min(*left).min(open);
            *left = left.saturating_sub(pays);
            open = open.saturating_sub(pays);
            helpers.push((guarantee.guarantor, pays));
        }
        helpers.extend(self.pool(state, tranche, open)?);
        Ok(helpers.into_iter().filter(|(_, pays)| *pays > 0).collect())
    }

    fn pool(
        &mut self,
        state: &dyn StateRead,
        tranche: &Tranche,
        open: u64,
    ) -> Result<Option<(MemberId, u64)>, Fault> {
        let Some(enrolment) = tranche.enrolled else { return Ok(None) };
        let id = enrolment.pool;
        let (pool, balance) = match self.pools.entry(id) {
            Entry::Occupied(met) => met.into_mut(),
            Entry::Vacant(vacant) => {
                let missing = || Fault::DanglingIndex { key: id.to_string() };
                let pool: Pool = record(state, Key::Pool(id))?.ok_or_else(missing)?;
                let balance = pool.balance;
                vacant.insert((pool, balance))
            }
        };
        let share = share_of(tranche.face, pool.terms.share_of(enrolment)).map_or(0, |share| share.minor());
        let most = u64::try_from(*balance).unwrap_or(u64::MAX);
        let pays = share.min(pool.terms.cap.minor()).min(most).min(open);
        *balance = balance.saturating_sub(pays.into());
        Ok(Some((pool.manager, pays)))
    }
}
