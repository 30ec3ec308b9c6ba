//! Exposure: what a step did to what an anchor owes by one receivable.
use super::accounts::signed;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{RecordType, Touched};
use tally_contracts::types::{Amount, Currency, MemberId, ReceivableId};

/// Everything that a debt can do, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    pub confirmed: i128,
    /// Paid, or set off.
    pub settled: i128,
    /// Cancelled, declined, or credited by a credit note.
    pub forgiven: i128,
}

impl Flow {
    pub(super) const NAMES: [&'static str; 3] = ["confirmed", "settled", "forgiven"];

    /// In the order of the names, as they change the exposure.
    pub(super) fn parts(self) -> [i128; 3] {
        [self.confirmed, self.settled.saturating_neg(), self.forgiven.saturating_neg()]
    }
}

/// A receivable whose exposure a step changed.
pub(super) struct Moved {
    pub id: ReceivableId,
    pub anchor: MemberId,
    pub supplier: MemberId,
    pub currency: Currency,
    pub flow: Flow,
}

pub(super) fn moved(change: &Touched) -> Option<Moved> {
    let now = change.now.as_deref().and_then(Receivable::unwrap)?;
    let before = change.before.as_deref().and_then(Receivable::unwrap);
    let owed = |it: &Receivable| it.exposure().map_or(0, signed);
    let was = |of: fn(&Receivable) -> Amount| before.map_or(0, |before| signed(of(before)));
    let confirmed = signed(now.confirmed()).saturating_sub(was(Receivable::confirmed));
    let settled = signed(now.settled).saturating_sub(was(|it| it.settled));
    let left = before.map_or(0, owed).saturating_add(confirmed).saturating_sub(settled);
    let flow = Flow { confirmed, settled, forgiven: left.saturating_sub(owed(now)) };
    let (id, anchor, supplier) = (now.id, now.anchor, now.supplier);
    let currency = now.terms.face.currency();
    (flow != Flow::default()).then_some(Moved { id, anchor, supplier, currency, flow })
}
