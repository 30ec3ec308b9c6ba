//! Tranches.

use tally_proto::v1::tranche::{OpenOffer, Recourse, Tranche};

use super::row;
use super::shown::{Listed, Money};
use super::words::{amount, currency, date, id, some, time};

row! {
    /// An open tranche.
    TrancheRow from Tranche as tranche {
        id: String = id('T', tranche.id),
        receivable: String = id('R', tranche.receivable),
        face: Option<Money> = amount(tranche.face.as_ref()),
        currency: String = currency(tranche.face.as_ref()),
        holder: String = tranche.holder.clone(),
        depth: u32 = tranche.depth,
        recourse: Listed<String> = Listed(tranche.recourse.clone()),
        bought_under: Option<String> = tranche.bought_under.as_ref().map(|purchase| id('F', purchase.facility)),
        seller: Option<String> = tranche.bought_under.as_ref().map(|purchase| purchase.seller.clone()),
        written_off: Option<String> = date(tranche.written_off.as_ref()),
        guarantee: Option<String> = tranche.guarantee.map(|one| id('B', one)),
        enrolled_in: Option<String> = tranche.enrolled_in.map(|one| id('C', one)),
        taken_over: bool = tranche.taken_over,
        under_lien: bool = tranche.is_under_lien,
        registry_number: Option<String> = tranche.registration.as_ref().map(|entry| entry.number.clone()),
        offered_to: Option<String> =
            tranche.offer.as_ref().and_then(|open| open.offer.as_ref()).map(|offer| offer.to.clone()),
        offer_recourse: Option<String> = tranche.offer.as_ref().and_then(offer_recourse),
        trade_reference: Option<String> = tranche.offer.as_ref().and_then(trade_reference),
        offer_lapses_at: Option<String> = tranche.offer.as_ref().map(|open| time(open.lapses_at_ms)),
    }
}

fn offer_recourse(open: &OpenOffer) -> Option<String> {
    match open.offer.as_ref()?.recourse() {
        Recourse::Unspecified => None,
        Recourse::None => Some("none".to_owned()),
        Recourse::Full => Some("full".to_owned()),
    }
}

fn trade_reference(open: &OpenOffer) -> Option<String> {
    some(&hex::encode(&open.offer.as_ref()?.trade_reference))
}
