//! Two banks compete: standing, firm offers to buy, in every currency that the invoices have.

use std::collections::BTreeSet;

use tally_contracts::Action;
use tally_contracts::facility::{CurvePoint, Offering, OpenFacility, SettlementMethod};
use tally_contracts::tranche::Recourse;
use tally_contracts::types::{Amount, BusinessDate, Currency, DayCount, FacilityId, MemberId, Rate};
use tally_proto::v1::common::EventKind;

use super::{Facility, Story};
use crate::demo::cast;
use crate::demo::error::DemoError;
use crate::demo::money::shown;

/// Funder, days and annual rate in ppm of the curve's points, fee in ppm of face.
type Offer = (&'static str, [(u32, u32); 2], u32);

/// East is cheaper for short tenors, West for long ones.
const OFFERS: [Offer; 2] =
    [(cast::EAST, [(30, 28_000), (180, 43_500)], 0), (cast::WEST, [(30, 33_000), (180, 36_000)], 50)];

/// Days after the last due date on which the facilities end.
const VALID_LONGER: i32 = 365;

impl Story<'_> {
    pub(super) async fn open_facilities(&mut self) -> Result<(), DemoError> {
        self.stages.begin("two banks open competing facilities");
        let currencies: BTreeSet<Currency> = self.receivables.iter().map(|one| one.face.currency()).collect();
        for currency in currencies {
            for (funder, curve, fee_ppm) in OFFERS {
                self.open(cast::id(funder), currency, curve, fee_ppm).await?;
            }
        }
        self.stages.end(&format!("{} facilities are open", self.facilities.len()));
        Ok(())
    }

    async fn open(
        &mut self,
        funder: MemberId,
        currency: Currency,
        curve: [(u32, u32); 2],
        fee_ppm: u32,
    ) -> Result<(), DemoError> {
        let of_currency: Vec<_> =
            self.receivables.iter().filter(|one| one.face.currency() == currency).collect();
        let anchors: BTreeSet<MemberId> = of_currency.iter().map(|one| one.anchor).collect();
        let limit = Amount::sum(currency, of_currency.iter().map(|one| one.face))?;
        let last = of_currency.iter().map(|one| one.due).max().unwrap_or_default();
        let offering = offering(funder, limit, curve, fee_ppm, last.plus_days(VALID_LONGER));
        let open = OpenFacility { anchors: anchors.into_iter().collect(), offering: offering.clone() };
        let done = self.actor_of(funder)?.act(Action::OpenFacility(open)).await?;
        let id = done.event(EventKind::FacilityOpened)?.facility.map(FacilityId::new);
        let id =
            id.ok_or(DemoError::Missing { what: "the facility's number", hint: "the receipt lacks it" })?;
        let [short, long] =
            curve.map(|(days, ppm)| format!("{}.{:02} % at {days} days", ppm / 10_000, ppm % 10_000 / 100));
        self.stages.note(&format!("{id}: {funder} buys up to {}, {short} to {long}", shown(limit)));
        self.facilities.push(Facility { id, funder, offering });
        Ok(())
    }
}

fn offering(
    funder: MemberId,
    limit: Amount,
    curve: [(u32, u32); 2],
    fee_ppm: u32,
    valid_until: BusinessDate,
) -> Offering {
    Offering {
        limit,
        limit_per_seller: None,
        tenor_days_min: 1,
        tenor_days_max: 365,
        curve: curve.map(|(days, ppm)| CurvePoint { days, rate: Rate::from_ppm(ppm) }).to_vec(),
        day_count: DayCount::Act360,
        fee: Rate::from_ppm(fee_ppm),
        fee_minimum: Amount::zero(limit.currency()),
        recourse: Recourse::None,
        method: SettlementMethod::Deposit,
        paying_bank: funder,
        valid_until,
    }
}
