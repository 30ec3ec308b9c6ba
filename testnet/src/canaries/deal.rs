//! A deal: a receivable that is split, paid on with, and sold; ten canaries, and who may meet each of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_client::document::{envelope_info, seal};
use tally_contracts::Action;
use tally_contracts::document::{DocumentKind, RegisterDocument, ShareDocument};
use tally_contracts::financing::DiscountTranche;
use tally_contracts::money::CreditDeposit;
use tally_contracts::receivable::{AcceptReceivable, Invoice, InvoiceFormat, IssueReceivable, Terms};
use tally_contracts::tranche::{AcceptTransfer, Offer, Part, Recourse, SplitTranche};
use tally_contracts::types::{
    Amount, BusinessDate, Currency, DocumentId, FacilityId, Hash, MemberId, ReceivableId, Text, TrancheId,
};
use tally_keys::wrap;
use tally_proto::v1::common::EventKind;
use tally_proto::v1::document::Envelope;

use super::canary::{Canary, Kind, Nest, Value};
use super::cast::Cast;
use super::error::CanaryError;
use super::limits::{DUE_DAYS, FACE_MINOR};
use super::papers::Papers;
use crate::demo::{Actor, Done};

/// What two sides, a bank for payments and a buyer agree on.
#[derive(Clone, Debug)]
pub struct Deal {
    number: usize,
    anchor: MemberId,
    supplier: MemberId,
    next: MemberId,
    bank: MemberId,
    funder: MemberId,
    facility: FacilityId,
    face: u64,
    paid: u64,
    sold: u64,
    credited: u64,
    least: u64,
    invoice: String,
    contract: String,
    says: String,
    days: i32,
}

/// What all deals share.
pub struct Floor {
    /// Everybody's hands.
    pub actors: BTreeMap<MemberId, Actor>,
    /// Everybody's encryption keys.
    pub papers: Papers,
    /// The chain.
    pub chain_id: String,
    /// Its currency.
    pub currency: Currency,
    /// Its first day.
    pub today: BusinessDate,
    /// Who gets every document's key.
    pub regulator: MemberId,
}

impl Floor {
    /// One member's hands.
    pub fn actor(&self, who: MemberId) -> Result<&Actor, CanaryError> {
        self.actors.get(&who).ok_or(CanaryError::Missing { what: "an actor" })
    }

    /// Does something, which must take effect.
    pub async fn act(&self, who: MemberId, action: Action) -> Result<Done, CanaryError> {
        Ok(self.actor(who)?.act(action).await?)
    }
}

/// A deal that was made.
pub struct Made {
    /// Its ten.
    pub canaries: Vec<Canary>,
    /// Its document.
    pub document: DocumentId,
    /// Its receivable.
    pub receivable: ReceivableId,
    /// The highest number of a tranche that it saw.
    pub tranche: u64,
    /// Who may open the document: supplier and anchor.
    pub readers: [MemberId; 2],
    /// What the supplier still holds.
    pub kept: TrancheId,
    /// Where the anchor has a deposit.
    pub bank: MemberId,
}

impl Deal {
    /// The deal of this number; `facilities` are those of the banks, in their order.
    pub fn plan(number: usize, cast: &Cast, facilities: &[FacilityId], nest: &mut Nest) -> Self {
        let pick = |of: &[MemberId], at: usize| of[at % of.len().max(1)];
        let supplier = nest.choose(cast.suppliers.len());
        let next = supplier + 1 + nest.choose(cast.suppliers.len().saturating_sub(1));
        let bank = nest.choose(cast.banks.len());
        let funder = (bank + 1 + nest.choose(cast.banks.len() - 1)) % cast.banks.len();
        let face = nest.number(FACE_MINOR);
        // two parts of about a third each; what is left is no canary less
        let (paid, sold) = (nest.number(face / 6), nest.number(face / 6));
        Self {
            number,
            anchor: pick(&cast.anchors, number),
            supplier: pick(&cast.suppliers, supplier),
            next: pick(&cast.suppliers, next),
            bank: pick(&cast.banks, bank),
            funder: pick(&cast.banks, funder),
            facility: facilities[funder % facilities.len().max(1)],
            face,
            paid,
            sold,
            credited: nest.number(FACE_MINOR),
            least: nest.number(sold / 3),
            invoice: nest.text(),
            contract: nest.text(),
            says: nest.text(),
            days: DUE_DAYS + i32::try_from(nest.choose(200)).unwrap_or(0),
        }
    }

    /// Makes it: everybody's own part with everybody's own key.
    pub async fn make(self, floor: Arc<Floor>) -> Result<Made, CanaryError> {
        let issued = floor.act(self.anchor, self.issue(&floor)?).await?;
        let receivable = issued.events.iter().find_map(|event| event.receivable).map(ReceivableId::new);
        let receivable = receivable.ok_or(CanaryError::Missing { what: "the receivable's number" })?;
        let accept = Action::AcceptReceivable(AcceptReceivable { receivable });
        let accepted = floor.act(self.supplier, accept).await?;
        let root = accepted.events.iter().find_map(|event| event.tranche.or(event.tranches.first().copied()));
        let root = root.ok_or(CanaryError::Missing { what: "the root tranche" })?;

        let split = floor.act(self.supplier, self.split(&floor, TrancheId::new(root))?).await?;
        let parts = &split.event(EventKind::TrancheSplit)?.tranches;
        let [paid, sold, kept] = parts.as_slice() else {
            return Err(CanaryError::Missing { what: "the three parts" });
        };
        floor
            .act(self.next, Action::AcceptTransfer(AcceptTransfer { tranche: TrancheId::new(*paid) }))
            .await?;
        let sale = floor.act(self.supplier, self.sell(&floor, TrancheId::new(*sold))?).await?;
        let proceeds = sale.event(EventKind::TrancheDiscounted)?.proceeds.as_ref();
        let proceeds = proceeds.ok_or(CanaryError::Missing { what: "the proceeds" })?.minor_units;
        floor.act(self.bank, self.credit(&floor)?).await?;
        let document = self.file(&floor, receivable).await?;
        Ok(Made {
            canaries: self.canaries(proceeds),
            document,
            receivable,
            tranche: parts.iter().copied().max().unwrap_or(root),
            readers: [self.supplier, self.anchor],
            kept: TrancheId::new(*kept),
            bank: self.bank,
        })
    }

    fn issue(&self, floor: &Floor) -> Result<Action, CanaryError> {
        let face = Amount::new(self.face, floor.currency)?;
        let invoice = Invoice {
            number: Text::new(&self.invoice)?,
            issue_date: floor.today,
            amount: face,
            document_hash: Hash::of(format!("{} {}", self.says, self.invoice).as_bytes()),
            format: InvoiceFormat::Csv,
        };
        let terms = Terms {
            face,
            due_date: floor.today.plus_days(self.days),
            delivery_date: floor.today,
            invoices: vec![invoice],
            contract_reference: Text::new(&self.contract)?,
            settlement_bank: self.bank,
            tenor_justification: Some(Hash::of(b"a long project")),
            late_rate_ppm_per_day: None,
        };
        Ok(Action::IssueReceivable(IssueReceivable {
            supplier: self.supplier,
            terms,
            defences_waived: true,
            acknowledge_near_duplicates: true,
        }))
    }

    fn split(&self, floor: &Floor, tranche: TrancheId) -> Result<Action, CanaryError> {
        let amount = |minor| Amount::new(minor, floor.currency);
        let order = Hash::of(self.contract.as_bytes());
        let pay = Offer { to: self.next, recourse: Recourse::None, trade_reference: Some(order) };
        let parts = vec![
            Part { face: amount(self.paid)?, pay: Some(pay) },
            Part { face: amount(self.sold)?, pay: None },
            Part { face: amount(self.kept())?, pay: None },
        ];
        Ok(Action::SplitTranche(SplitTranche { tranche, parts }))
    }

    fn kept(&self) -> u64 {
        self.face - self.paid - self.sold
    }

    fn sell(&self, floor: &Floor, tranche: TrancheId) -> Result<Action, CanaryError> {
        Ok(Action::DiscountTranche(DiscountTranche {
            tranche,
            amount: Amount::new(self.sold, floor.currency)?,
            min_proceeds: Amount::new(self.least, floor.currency)?,
            facility: Some(self.facility),
            allow_partial_fills: false,
        }))
    }

    fn credit(&self, floor: &Floor) -> Result<Action, CanaryError> {
        Ok(Action::CreditDeposit(CreditDeposit {
            owner: self.anchor,
            amount: Amount::new(self.credited, floor.currency)?,
            bank_reference: Text::new(&format!("deal {}", self.number))?,
        }))
    }

    /// The supplier's invoice, encrypted for the anchor and the regulator, at the supplier's node.
    async fn file(&self, floor: &Floor, receivable: ReceivableId) -> Result<DocumentId, CanaryError> {
        let actor = floor.actor(self.supplier)?;
        let text = format!("Invoice of deal {}: {} and nothing else", self.number, self.says);
        let sealed = seal(&floor.chain_id, "invoice.txt", text.as_bytes())?;
        let (tranche, kind, payload) = (None, DocumentKind::Invoice, sealed.payload);
        let register = RegisterDocument { receivable, tranche, kind, payload, replaces: None };
        let registered = actor.act(Action::RegisterDocument(register)).await?;
        let document = registered.events.iter().find_map(|event| event.document).map(DocumentId::new);
        let document = document.ok_or(CanaryError::Missing { what: "the document's number" })?;
        actor.act(Action::ShareDocument(ShareDocument { document, with: self.anchor })).await?;
        let mut envelopes = Vec::new();
        for recipient in [self.supplier, self.anchor, floor.regulator] {
            let key = floor.papers.public(recipient)?;
            let info = envelope_info(&floor.chain_id, document, recipient);
            let wrapped = wrap(&key, &info, &sealed.secret)?;
            envelopes.push(Envelope {
                recipient: recipient.to_string(),
                recipient_key: key.to_vec(),
                wrapped_by: self.supplier.to_string(),
                encapsulated_key: wrapped.encapsulated.to_vec(),
                sealed: wrapped.sealed,
            });
        }
        actor.client().put_envelopes(document, envelopes).await?;
        actor.client().put_payload(document, &sealed.ciphertext).await?;
        Ok(document)
    }

    /// Who may meet what, by §8 of the rulebook and not by the node's code. Who holds a part knows the whole that it came
    /// from; the anchor has notice how much of its debt moved; a price is between its two sides; the least that a seller
    /// takes is its own business; invoices are for the two sides and those who bear the risk.
    fn canaries(&self, proceeds: u64) -> Vec<Canary> {
        let Self { anchor, supplier, next, bank, funder, .. } = *self;
        let number = |name: &str, kind, value, must: &[MemberId], also: &[MemberId]| Canary {
            kind,
            name: format!("deal {}, {name}", self.number),
            value: Value::Number(value),
            may: [must, also].concat(),
            must: must.to_vec(),
        };
        let text = |name: &str, kind, value: &str, must: &[MemberId]| Canary {
            kind,
            name: format!("deal {}, {name}", self.number),
            value: Value::Text(value.to_owned()),
            may: must.to_vec(),
            must: must.to_vec(),
        };
        vec![
            number("face", Kind::Amount, self.face, &[anchor, supplier, next, bank, funder], &[]),
            number("part paid on", Kind::Amount, self.paid, &[supplier, next], &[anchor]),
            number("part sold", Kind::Amount, self.sold, &[supplier, funder], &[anchor]),
            number("part kept", Kind::Amount, self.kept(), &[supplier], &[]),
            number("deposit", Kind::Amount, self.credited, &[bank], &[anchor]),
            number("proceeds", Kind::Price, proceeds, &[supplier, funder], &[]),
            number("least price", Kind::Price, self.least, &[supplier], &[]),
            text("invoice number", Kind::LedgerText, &self.invoice, &[anchor, supplier, bank, funder]),
            text("contract", Kind::LedgerText, &self.contract, &[anchor, supplier, bank, funder]),
            text("document", Kind::DocumentText, &self.says, &[anchor, supplier]),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::limits::CANARIES_PER_DEAL;
    use super::*;

    #[test]
    fn a_deal_has_ten_canaries_among_members_that_differ_and_parts_that_sum() {
        let cast = Cast::new(8).unwrap();
        let facilities: Vec<FacilityId> = (1..=4).map(FacilityId::new).collect();
        let mut nest = Nest::new(1);
        for number in 0..200 {
            let deal = Deal::plan(number, &cast, &facilities, &mut nest);
            assert_eq!(deal.canaries(7).len(), usize::try_from(CANARIES_PER_DEAL).unwrap());
            assert_ne!(deal.supplier, deal.next);
            assert_ne!(deal.bank, deal.funder);
            assert!(deal.kept() > deal.face / 4 && deal.least < deal.sold, "{deal:?}");
            assert_eq!(deal.paid + deal.sold + deal.kept(), deal.face);
        }
    }
}
