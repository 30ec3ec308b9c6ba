//! What a reader sees of a member: who it is, everyone; how it stands, those whom it concerns.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::facility::Facility;
use tally_contracts::member::Role;
use tally_contracts::state::Key;
use tally_contracts::types::{FacilityId, MemberId};
use tally_proto::v1::member::GetMemberResponse;

impl Reading<'_> {
    /// A member's standing as the reader may see it.
    pub(in super::super) fn standing_as_seen(
        &self,
        of: MemberId,
        mut standing: GetMemberResponse,
    ) -> Result<GetMemberResponse, CallError> {
        let reader = self.reader()?;
        if reader.is_one_of(&[of]) {
            return Ok(standing);
        }
        standing.approval_rules.clear();
        if !self.is_funder_of(of)? {
            standing.exposures.clear();
        }
        // attestations are made to be used by every funder
        if !reader.has_any(&[Role::Bank, Role::Funder, Role::Guarantor]) {
            standing.attestations.clear();
        }
        if !reader.has(Role::Bank) {
            standing.screened.clear();
        }
        Ok(standing)
    }

    /// Whether the reader buys or may buy this anchor's debt.
    pub(in super::super) fn is_funder_of(&self, anchor: MemberId) -> Result<bool, CallError> {
        let reader = self.reader()?;
        if reader.is_one_of(&[anchor]) {
            return Ok(true);
        }
        if !reader.has_any(&[Role::Funder, Role::Bank, Role::Guarantor]) {
            return Ok(false);
        }
        let prefix = [Key::Facility(FacilityId::new(0)).type_byte()];
        let rows = self.view.records_from(&prefix, &prefix, FACILITIES_LOOKED_AT_MAX)?;
        for (row, stored) in rows {
            let facility: Facility = super::super::query::decode(&row, &stored.bytes)?;
            if facility.funder == reader.member && facility.anchors.contains(&anchor) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Facilities among which a funder's own are looked for: more than a consortium has.
const FACILITIES_LOOKED_AT_MAX: usize = 10_000;
