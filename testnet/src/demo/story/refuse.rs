//! What must not happen does not: each attempt is really made, and refused with its reason.

use tally_contracts::Action;
use tally_contracts::facility::AmendFacility;
use tally_contracts::money::CreditDeposit;
use tally_contracts::receivable::ConfirmReceivable;
use tally_contracts::tranche::{Part, SplitTranche};
use tally_contracts::types::{Amount, Rate, Text};

use super::Story;
use super::discount::{amount_of, discount};
use crate::demo::actor::{Actor, Attempt};
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::money::{share, shown};

/// How much dearer a facility becomes while a seller thinks about its quote, ppm a year.
const DEARER_PPM: u32 = 100_000;

impl Story<'_> {
    pub(super) async fn refuse(&mut self) -> Result<(), DemoError> {
        self.stages.begin("what must not happen is tried, and refused");
        self.second_submission().await?;
        self.over_split().await?;
        self.strangers_discount().await?;
        self.stale_quote().await?;
        self.second_arrival().await?;
        self.self_confirmation().await?;
        let count: u64 = self.refusals.values().sum();
        self.stages.end(&format!("{count} refusals, each with its reason"));
        Ok(())
    }

    async fn over_split(&mut self) -> Result<(), DemoError> {
        let holding = *self.holding(cast::TIER_1)?;
        let part = Part { face: holding.face, pay: None };
        let split = SplitTranche { tranche: holding.tranche, parts: vec![part.clone(), part] };
        let (what, reason) = ("splitting a tranche into twice its face", "SPLIT_NOT_CONSERVING");
        self.expect(&self.actor(cast::TIER_1)?, Action::SplitTranche(split), what, reason).await
    }

    async fn strangers_discount(&mut self) -> Result<(), DemoError> {
        let holding = *self.holding(cast::TIER_1)?;
        let sell = discount(holding.tranche, holding.face, Amount::zero(holding.face.currency()));
        let (what, reason) = ("selling somebody else's tranche", "NOT_HOLDER");
        self.expect(&self.actor(cast::STRANGER)?, sell, what, reason).await
    }

    /// The seller thinks about its quote while both banks become dearer; afterwards they are as before.
    async fn stale_quote(&mut self) -> Result<(), DemoError> {
        let holding = *self.holding(cast::TIER_1)?;
        let sold = share(holding.face, 100)?;
        let quoted = amount_of(&self.quote(holding, sold).await?)?;
        self.amend_by(DEARER_PPM).await?;
        let (what, reason) = ("selling at a price that is gone", "PROCEEDS_BELOW_MINIMUM");
        let sell = discount(holding.tranche, sold, quoted);
        self.expect(&self.actor(cast::TIER_1)?, sell, what, reason).await?;
        self.stages.note(&format!("  the quote said {}; nothing changed hands", shown(quoted)));
        self.amend_by(0).await
    }

    async fn amend_by(&self, dearer_ppm: u32) -> Result<(), DemoError> {
        for facility in &self.facilities {
            let mut offering = facility.offering.clone();
            offering
                .curve
                .iter_mut()
                .for_each(|point| point.rate = Rate::from_ppm(point.rate.ppm() + dearer_ppm));
            let amend = AmendFacility { facility: facility.id, offering };
            self.actor_of(facility.funder)?.act(Action::AmendFacility(amend)).await?;
        }
        Ok(())
    }

    async fn second_arrival(&mut self) -> Result<(), DemoError> {
        let amount = self.holding(cast::TIER_1)?.face;
        let bank_reference = Text::new(&format!("opening-{}-1", cast::ANCHOR))?;
        let credit = CreditDeposit { owner: cast::id(cast::ANCHOR), amount, bank_reference };
        let (what, reason) = ("crediting one arrival of money twice", "BANK_REFERENCE_USED");
        self.expect(&self.actor(cast::EAST)?, Action::CreditDeposit(credit), what, reason).await
    }

    async fn self_confirmation(&mut self) -> Result<(), DemoError> {
        let main = self.main()?.clone();
        let confirm = ConfirmReceivable {
            receivable: main.id,
            amount: main.face,
            reason: Text::default(),
            defences_waived: true,
            acknowledge_near_duplicates: true,
        };
        let (what, reason) = ("confirming a debt in the anchor's place", "NOT_ANCHOR_OF");
        self.expect(&self.actor(cast::TIER_1)?, Action::ConfirmReceivable(confirm), what, reason).await
    }

    /// Tries `action` and counts its refusal; any other outcome is an error.
    async fn expect(
        &mut self,
        actor: &Actor,
        action: Action,
        what: &'static str,
        expected: &'static str,
    ) -> Result<(), DemoError> {
        let found = match actor.attempt(action).await? {
            Attempt::Applied(done) => format!("that it was applied at height {}", done.height),
            Attempt::Refused { reason, message } if reason == expected => {
                self.count(actor.member.as_str(), what, &reason, &message);
                return Ok(());
            }
            Attempt::Refused { reason, message } => format!("{reason}: {message}"),
        };
        Err(DemoError::NotRefused { what, expected, found })
    }

    pub(super) fn count(&mut self, who: &str, what: &str, reason: &str, message: &str) {
        *self.refusals.entry(reason.to_owned()).or_default() += 1;
        self.stages.note(&format!("{who}, {what}: {reason} ({message})"));
    }
}
