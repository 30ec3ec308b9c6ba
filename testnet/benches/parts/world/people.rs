//! People: the members of genesis, their keys, and how what they order becomes a transaction.
use ed25519_dalek::SigningKey;
use tally_contracts::genesis::{ChainClock, Validator, ValidatorSet};
use tally_contracts::member::{KeyCapacity, Member, MemberKey, MemberStatus, PartyIdentifier, Role};
use tally_contracts::policy::Policy;
use tally_contracts::types::{
    Amount, BusinessDate, Currency, Hash, Height, MemberId, PublicKey, Text, Timestamp,
};
use tally_contracts::{Action, Genesis, Transaction};
use tally_proto::{SignedTransaction, TransactionDraft, signing, transaction};

pub const CHAIN: &str = "parts";
/// Members that hold tranches; institutions sign often, so that few keys share a batch.
pub const SUPPLIERS: u32 = 16;
/// Each is a bank and a funder; best execution compares their facilities.
pub const BANKS: u32 = 4;

/// What somebody asks for.
pub struct Order {
    pub sender: MemberId,
    pub action: Action,
}

impl Order {
    /// Signed by the sender's only key. Orders that differ in nothing have the same request id.
    pub fn sign(&self) -> SignedTransaction {
        self.sign_draft(&self.draft())
    }

    /// The same, until another height.
    pub fn sign_until(&self, height: u64) -> SignedTransaction {
        self.sign_draft(&TransactionDraft { valid_until: Height::new(height), ..self.draft() })
    }

    fn sign_draft(&self, draft: &TransactionDraft) -> SignedTransaction {
        transaction::sign(draft.encode(), CHAIN, &[key_of(self.sender)]).expect("a whole draft and its key")
    }

    /// As the contracts see it once its signature was checked.
    pub fn verified(&self) -> Transaction {
        let draft = self.draft();
        let id = signing::transaction_id(CHAIN, &draft.encode());
        draft.with_id(id)
    }

    pub fn draft(&self) -> TransactionDraft {
        let mut draft = TransactionDraft {
            request_id: [0; 16],
            sender: self.sender,
            signers: vec![signing::public_key(&key_of(self.sender))],
            valid_until: Height::new(300),
            action: self.action.clone(),
        };
        let Hash(hash) = Hash::of(&draft.encode());
        draft.request_id.copy_from_slice(&hash[..16]);
        draft
    }
}

pub fn anchor() -> MemberId {
    member("anchor")
}

/// An anchor whose suppliers are asked each time.
pub fn asking_anchor() -> MemberId {
    member("asking-anchor")
}

pub fn bank(number: u32) -> MemberId {
    member(&format!("bank-{}", number % BANKS))
}

pub fn supplier(number: u32) -> MemberId {
    member(&format!("supplier-{}", number % SUPPLIERS))
}

pub fn key_of(member: MemberId) -> SigningKey {
    SigningKey::from_bytes(&Hash::of(member.as_str().as_bytes()).0)
}

pub fn text(text: &str) -> Text {
    Text::new(text).expect("a short text")
}

pub fn cny(minor: u64) -> Amount {
    Amount::new(minor, currency()).expect("an amount within the limit")
}

pub fn currency() -> Currency {
    Currency::new("CNY").expect("three letters")
}

/// Thursday, 15 January 2026, 09:00 in Beijing.
pub fn morning() -> Timestamp {
    Timestamp::from_ms(today().start(480).ms() + 9 * 3_600_000)
}

pub fn today() -> BusinessDate {
    BusinessDate::from_ymd(2026, 1, 15).expect("a date")
}

pub fn proposer() -> PublicKey {
    PublicKey([1; 32])
}

pub fn genesis() -> Genesis {
    let start = morning();
    let validator =
        Validator { member: bank(0), consensus_key: proposer(), peer_key: PublicKey([101; 32]), power: 1 };
    let anchors = [anchor(), asking_anchor()].map(|id| in_genesis(id, &[Role::Anchor]));
    let banks = (0..BANKS).map(|number| in_genesis(bank(number), &[Role::Bank, Role::Funder]));
    let suppliers = (0..SUPPLIERS).map(|number| in_genesis(supplier(number), &[Role::Supplier]));
    Genesis {
        chain_id: text(CHAIN),
        clock: ChainClock { chain_start: start, real_start: start, speed: 1 },
        policies: vec![Policy::rulebook()],
        members: anchors.into_iter().chain(banks).chain(suppliers).collect(),
        validators: ValidatorSet { validators: vec![validator], observers: Vec::new() },
    }
}

fn member(slug: &str) -> MemberId {
    MemberId::new(slug).expect("a slug")
}

fn in_genesis(id: MemberId, roles: &[Role]) -> Member {
    let key = MemberKey {
        key: signing::public_key(&key_of(id)),
        capacity: KeyCapacity::Both,
        valid_from: Height::GENESIS,
        revoked_from: None,
    };
    Member {
        id,
        legal_name: text(id.as_str()),
        identifiers: vec![PartyIdentifier { scheme: text("LEI"), value: text(id.as_str()) }],
        roles: roles.iter().copied().collect(),
        status: MemberStatus::Active,
        keys: vec![key],
        sponsor: None,
    }
}
