//! What a reader sees of a settlement.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::receivable::Receivable;
use tally_proto::v1::settlement::GetSettlementStatusResponse;

impl Reading<'_> {
    /// A settlement as the reader may see it: each holder its own claim, the anchor and its bank all of them from the
    /// due date on, the anchor's money only those two.
    pub(in super::super) fn settlement_as_seen(
        &self,
        receivable: &Receivable,
        mut status: GetSettlementStatusResponse,
    ) -> Result<GetSettlementStatusResponse, CallError> {
        let reader = self.reader()?;
        if reader.reads_everything() {
            return Ok(status);
        }
        let member = reader.member.as_str();
        let pays = reader.is_one_of(&[receivable.anchor, receivable.terms.settlement_bank]);
        if !pays {
            status.available = None;
        }
        if !(pays && self.is_due(receivable)?) {
            status.claims.retain(|claim| claim.holder == member);
            status.charges.retain(|charge| charge.payee == member);
        }
        Ok(status)
    }
}
