//! Wanted: which records an item says something about, so that they are fetched as they stand after it.
use std::collections::BTreeSet;
use tally_contracts::items::Item;
use tally_contracts::member::Role;
use tally_contracts::money::Account;
use tally_contracts::state::Key;
use tally_contracts::types::{Amount, Currency, MemberId};

/// What a member's records can be named from.
pub(super) struct Wanted {
    member: MemberId,
    /// Whose deposits the member may have.
    banks: Vec<MemberId>,
    /// The next policy has this version.
    policy: u32,
    pub keys: BTreeSet<Key>,
}

impl Wanted {
    pub(super) fn new(member: MemberId, banks: Vec<MemberId>, policy: u32) -> Self {
        Self { member, banks, policy, keys: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, item: &Item) {
        let told = &item.told;
        let named = [told.member, told.counterparty].into_iter().flatten();
        // whoever it is, that it is a member and with which keys is for everyone
        self.keys.extend(named.map(Key::Member));
        self.keys.extend(told.receivable.map(Key::Receivable));
        for tranche in told.tranche.iter().chain(&told.tranches) {
            self.keys.extend([Key::Tranche(*tranche), Key::Lien(*tranche)]);
        }
        self.keys.extend(told.facility.map(Key::Facility));
        self.keys.extend(told.payout.map(Key::Payout));
        self.keys.extend(told.guarantee.map(Key::Guarantee));
        self.keys.extend(told.pool.map(Key::Pool));
        let amounts = [told.amount, told.proceeds].into_iter().flatten();
        let currencies: BTreeSet<Currency> = amounts.map(|amount: Amount| amount.currency()).collect();
        for currency in currencies {
            let owner = self.member;
            let deposit = |bank: &MemberId| Key::Deposit(Account { bank: *bank, owner, currency });
            self.keys.extend(self.banks.iter().map(deposit));
        }
        self.add_kind(item);
    }

    fn add_kind(&mut self, item: &Item) {
        use tally_contracts::event::EventKind;
        #[allow(clippy::wildcard_enum_match_arm, reason = "the others name what they are about")]
        match item.told.kind {
            EventKind::PolicyEntered => {
                self.keys.insert(Key::Policy(self.policy));
                self.policy = self.policy.saturating_add(1);
            }
            EventKind::ApprovalPolicySet => {
                self.keys.insert(Key::ApprovalPolicy(self.member));
            }
            EventKind::MemberAttested | EventKind::AttestationRevoked => {
                self.keys.insert(Key::KycFile(self.member));
            }
            EventKind::ValidatorsChanged => {
                self.keys.insert(Key::Validators);
            }
            _ => {}
        }
    }
}

/// Whether a member keeps others' money.
pub(super) fn is_bank(roles: &BTreeSet<Role>) -> bool {
    roles.contains(&Role::Bank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tally_contracts::event::{Event, EventKind};
    use tally_contracts::types::{ReceivableId, TrancheId};

    #[test]
    fn an_item_names_the_records_that_it_is_about() {
        let id = |slug| MemberId::new(slug).unwrap();
        let currency = Currency::new("CNY").unwrap();
        let mut wanted = Wanted::new(id("gamma"), vec![id("bank-a")], 2);
        let told = Event::new(EventKind::TransferAccepted)
            .by(id("gamma"))
            .with(id("beta"))
            .receivable(ReceivableId::new(1))
            .tranche(TrancheId::new(3))
            .amount(Amount::new(5, currency).unwrap());
        wanted.add(&Item { cause: None, index: 0, told });
        wanted.add(&Item { cause: None, index: 1, told: Event::new(EventKind::PolicyEntered) });
        let account = Account { bank: id("bank-a"), owner: id("gamma"), currency };
        let expected = BTreeSet::from([
            Key::Member(id("gamma")),
            Key::Member(id("beta")),
            Key::Receivable(ReceivableId::new(1)),
            Key::Tranche(TrancheId::new(3)),
            Key::Lien(TrancheId::new(3)),
            Key::Deposit(account),
            Key::Policy(2),
        ]);
        assert_eq!(wanted.keys, expected);
    }
}
