//! The anchors confirm what they owe, the suppliers accept: the receivables come to life.

use tally_contracts::Action;
use tally_contracts::receivable::{AcceptReceivable, ConfirmReceivable};
use tally_contracts::types::{Text, TrancheId};
use tally_proto::v1::common::EventKind;

use super::Story;
use crate::demo::error::DemoError;
use crate::demo::money::shown;

impl Story<'_> {
    pub(super) async fn confirm(&mut self) -> Result<(), DemoError> {
        self.stages.begin("the anchors confirm, the suppliers accept");
        for index in 0..self.receivables.len() {
            let Some(receivable) = self.receivables.get(index).cloned() else { continue };
            let confirm = ConfirmReceivable {
                receivable: receivable.id,
                amount: receivable.face,
                reason: Text::default(),
                defences_waived: true,
                // What looks like a duplicate was compared by the demo's author.
                acknowledge_near_duplicates: true,
            };
            self.actor_of(receivable.anchor)?.act(Action::ConfirmReceivable(confirm)).await?;
            let accept = Action::AcceptReceivable(AcceptReceivable { receivable: receivable.id });
            let done = self.actor_of(receivable.supplier)?.act(accept).await?;
            let root = done.event(EventKind::ReceivableAccepted)?.tranche.map(TrancheId::new);
            let root =
                root.ok_or(DemoError::Missing { what: "the root tranche", hint: "the receipt lacks it" })?;
            if let Some(own) = self.receivables.get_mut(index) {
                own.root = root;
            }
            let (id, anchor, due) = (receivable.id, receivable.anchor, receivable.due);
            self.stages.note(&format!(
                "{id}: {anchor} owes {} on {due}; {root} is {}'s",
                shown(receivable.face),
                receivable.supplier
            ));
        }
        self.stages.end(&format!("{} receivables are live", self.receivables.len()));
        Ok(())
    }
}
