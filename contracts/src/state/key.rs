//! Keys of records: a type byte, then ordered fields, so that byte order is the order of creation.
use crate::money::Account;
use crate::tree;
use crate::types::{
    CounterKind, Currency, FacilityId, Hash, MemberId, PayoutId, PublicKey, ReceivableId, TrancheId,
};

/// The key of a record. The state tree holds every record under [`Key::path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The last number given out.
    Counter(CounterKind),
    Policy(u32),
    Member(MemberId),
    /// Whose key this is or was.
    KeyOwner(PublicKey),
    /// Whose identifier this is, by [`crate::member::PartyIdentifier::hash`].
    Identifier(Hash),
    StandingAcceptance {
        by: MemberId,
        counterparty: MemberId,
    },
    Deposit(Account),
    BankTotals {
        bank: MemberId,
        currency: Currency,
    },
    /// A bank reference that settled, by tagged hash.
    BankReference {
        bank: MemberId,
        reference: Hash,
    },
    Payout(PayoutId),
    Receivable(ReceivableId),
    /// Which receivable an invoice backs.
    Fingerprint(Hash),
    /// Which receivable a document backs.
    Document(Hash),
    Tranche(TrancheId),
    Facility(FacilityId),
    /// What a facility bought from one seller.
    FacilityUse {
        facility: FacilityId,
        seller: MemberId,
    },
    /// Who votes from the next height on.
    Validators,
}

impl Key {
    /// The first byte of the encoding: part of the state tree's paths, so never renumbered.
    pub const fn type_byte(&self) -> u8 {
        match self {
            Self::Counter(_) => 1,
            Self::Policy(_) => 2,
            Self::Member(_) => 3,
            Self::KeyOwner(_) => 4,
            Self::Identifier(_) => 5,
            Self::StandingAcceptance { .. } => 6,
            Self::Deposit(_) => 7,
            Self::BankTotals { .. } => 8,
            Self::BankReference { .. } => 9,
            Self::Payout(_) => 10,
            Self::Receivable(_) => 11,
            Self::Fingerprint(_) => 12,
            Self::Document(_) => 13,
            Self::Tranche(_) => 14,
            Self::Facility(_) => 15,
            Self::FacilityUse { .. } => 16,
            Self::Validators => 17,
        }
    }

    /// Type byte and fields: the row key in storage.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![self.type_byte()];
        match self {
            Self::Counter(kind) => bytes.push(counter_byte(*kind)),
            Self::Policy(version) => bytes.extend(version.to_be_bytes()),
            Self::Member(member) => push_member(&mut bytes, member),
            Self::KeyOwner(key) => bytes.extend(key.0),
            Self::Identifier(hash) | Self::Fingerprint(hash) | Self::Document(hash) => bytes.extend(hash.0),
            Self::StandingAcceptance { by, counterparty } => {
                push_member(&mut bytes, by);
                push_member(&mut bytes, counterparty);
            }
            Self::Deposit(account) => push_account(&mut bytes, account),
            Self::BankTotals { bank, currency } => {
                push_member(&mut bytes, bank);
                bytes.extend(currency.as_bytes());
            }
            Self::BankReference { bank, reference } => {
                push_member(&mut bytes, bank);
                bytes.extend(reference.0);
            }
            Self::Payout(id) => bytes.extend(id.number().to_be_bytes()),
            Self::Receivable(id) => bytes.extend(id.number().to_be_bytes()),
            Self::Tranche(id) => bytes.extend(id.number().to_be_bytes()),
            Self::Facility(id) => bytes.extend(id.number().to_be_bytes()),
            Self::FacilityUse { facility, seller } => {
                bytes.extend(facility.number().to_be_bytes());
                push_member(&mut bytes, seller);
            }
            Self::Validators => {}
        }
        bytes
    }

    /// Where the record stands in the state tree.
    pub fn path(&self) -> tree::Path {
        let encoded = self.encode();
        tree::path(self.type_byte(), encoded.get(1..).unwrap_or_default())
    }
}

const fn counter_byte(kind: CounterKind) -> u8 {
    match kind {
        CounterKind::Policy => 5,
        CounterKind::Receivable => 1,
        CounterKind::Tranche => 2,
        CounterKind::Facility => 3,
        CounterKind::Payout => 4,
    }
}

/// Length-prefixed, so that one member's keys never run into another's.
pub(super) fn push_member(bytes: &mut Vec<u8>, member: &MemberId) {
    let slug = member.as_str().as_bytes();
    bytes.push(u8::try_from(slug.len()).unwrap_or(u8::MAX));
    bytes.extend(slug);
}

/// Bank, owner, currency: all deposits of a bank stand together.
pub(super) fn push_account(bytes: &mut Vec<u8>, account: &Account) {
    push_member(bytes, &account.bank);
    push_member(bytes, &account.owner);
    bytes.extend(account.currency.as_bytes());
}
