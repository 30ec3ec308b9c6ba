//! What a reader sees of facilities and their prices: a funder never sees another funder's.
use super::super::error::CallError;
use super::super::query::Reading;
use tally_contracts::Rejection;
use tally_contracts::facility::Facility;
use tally_contracts::member::Role;
use tally_contracts::state::Key;
use tally_contracts::tranche::Tranche;
use tally_contracts::types::TrancheId;
use tally_proto::v1::facility::QuoteResponse;

impl Reading<'_> {
    /// A facility is its funder's; sellers meet it in a quote.
    pub(in super::super) fn sees_facility(&self, facility: &Facility) -> Result<bool, CallError> {
        Ok(self.reader()?.is_one_of(&[facility.funder]))
    }

    /// Only who may sell a tranche asks for its price.
    pub(in super::super) fn may_ask_price(&self, tranche: TrancheId) -> Result<(), CallError> {
        let found: Option<Tranche> = self.get(&Key::Tranche(tranche))?;
        let reader = self.reader()?;
        match found {
            Some(found) if reader.is_one_of(&[found.holder]) => Ok(()),
            Some(_) | None => Err(Rejection::TrancheUnknown { tranche }.into()),
        }
    }

    /// Who buys itself gets the bids of its own facilities only.
    pub(in super::super) fn quote_as_seen(
        &self,
        mut quote: QuoteResponse,
    ) -> Result<QuoteResponse, CallError> {
        let reader = self.reader()?;
        if reader.reads_everything() || !reader.has(Role::Funder) {
            return Ok(quote);
        }
        let member = reader.member.as_str();
        quote.facilities.retain(|bid| bid.funder == member);
        quote.best_execution =
            quote.best_execution.filter(|best| best.fills.iter().all(|fill| fill.funder == member));
        Ok(quote)
    }
}
