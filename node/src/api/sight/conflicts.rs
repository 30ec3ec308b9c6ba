//! What a reader sees of disputes, credit notes, nettings and cases.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::collection::Case;
use tally_contracts::dilution::CreditNote;
use tally_contracts::types::MemberId;
use tally_proto::v1::dispute as wire;

impl Reading<'_> {
    /// A credit note as the reader may see it: each holder its own answer and its own loss.
    pub(in super::super) fn credit_note_as_seen(
        &self,
        note: &CreditNote,
    ) -> Result<wire::CreditNote, CallError> {
        let reader = self.reader()?;
        let mut seen = wire::CreditNote::from(note);
        if reader.reads_everything() {
            return Ok(seen);
        }
        let member = reader.member.as_str();
        seen.consents.retain(|consent| consent.member == member);
        seen.refusals.retain(|holder| holder == member);
        seen.losses = self.losses_as_seen(seen.losses)?;
        Ok(seen)
    }

    /// A loss is for who bears it and who is liable for it.
    pub(in super::super) fn losses_as_seen(
        &self,
        mut losses: Vec<wire::Loss>,
    ) -> Result<Vec<wire::Loss>, CallError> {
        let reader = self.reader()?;
        let member = reader.member.as_str();
        losses.retain(|loss| reader.reads_everything() || loss.holder == member || loss.liable == member);
        Ok(losses)
    }

    /// Whether the reader is one of those whose debts run in a circle.
    pub(in super::super) fn sees_circle(&self, parties: &[MemberId]) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(parties))
    }

    /// Who owes, who is owed, and the agent under mandate; what cannot be judged is not shown.
    pub(in super::super) fn sees_case(&self, case: &Case) -> bool {
        let Ok(reader) = self.reader() else { return false };
        let is_agent = case.mandate.is_some_and(|mandate| mandate.agent == reader.member);
        is_agent || self.took_part(case.receivable).unwrap_or(false)
    }
}
