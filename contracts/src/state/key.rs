//! Keys of records: a type byte, then ordered fields, so that byte order is the order of creation.
use crate::money::Account;
use crate::tree;
use crate::types::{
    BusinessDate, CounterKind, CreditNoteId, CreditReadId, Currency, DisputeId, DocumentId, FacilityId,
    GuaranteeId, Hash, Height, MemberId, NettingId, PayoutId, PoolClaimId, PoolId, ProgrammeId, ProposalId,
    PublicKey, ReceivableId, TrancheId,
};

/// The key of a record. The state tree holds every record under [`Key::path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    Proposal(ProposalId),
    /// How much an anchor may owe by confirmed receivables.
    AnchorLimit {
        anchor: MemberId,
        currency: Currency,
    },
    /// How much it owes so.
    AnchorExposure {
        anchor: MemberId,
        currency: Currency,
    },
    /// What banks attest about a member.
    KycFile(MemberId),
    /// How many keys must sign for a member.
    ApprovalPolicy(MemberId),
    /// A listed identifier, by its hash.
    Screening(Hash),
    /// A frozen tranche, or what was due to it while it was there.
    Freeze(TrancheId),
    /// Money locked because its owner is listed.
    Withheld(Account),
    Guarantee(GuaranteeId),
    GuaranteeClaim {
        guarantee: GuaranteeId,
        tranche: TrancheId,
    },
    Pool(PoolId),
    PoolClaim(PoolClaimId),
    /// Interest that a seller paid on a receivable.
    FinancingCost {
        receivable: ReceivableId,
        seller: MemberId,
    },
    /// What a seller may ask of a pool.
    Subsidy {
        pool: PoolId,
        receivable: ReceivableId,
        seller: MemberId,
    },
    Dispute(DisputeId),
    CreditNote(CreditNoteId),
    /// Which credit note a number or document stands in.
    CreditNoteClaim(Hash),
    Netting(NettingId),
    /// By its receivable.
    Case(ReceivableId),
    CaseEntry {
        receivable: ReceivableId,
        number: u32,
    },
    /// How often one collector contacted one debtor on a local date.
    ContactDay {
        debtor: MemberId,
        by: MemberId,
        on: BusinessDate,
    },
    /// What holds a tranche fast.
    Lien(TrancheId),
    /// What financing has cost a member.
    FairCost {
        member: MemberId,
        currency: Currency,
    },
    Programme(ProgrammeId),
    /// What is known of how a member pays and finances.
    CreditFile {
        member: MemberId,
        currency: Currency,
    },
    CreditConsent {
        member: MemberId,
        reader: MemberId,
    },
    CreditRead(CreditReadId),
    /// What others wrap the keys of documents for.
    EncryptionKey(MemberId),
    /// The consensus key that replaced this one.
    Successor(PublicKey),
    DocumentEntry(DocumentId),
    /// That a validator contradicted itself.
    Misbehaviour {
        validator: PublicKey,
        height: Height,
        round: u32,
    },
    /// What a member was told in all.
    Items(MemberId),
    /// What everyone was told in all.
    PublicItems,
}

impl Key {
    /// [`Self::type_byte`] of [`Self::FairCost`], for listings.
    pub const FAIR_COST_TYPE: u8 = 61;

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
            Self::Proposal(_) => 40,
            Self::AnchorLimit { .. } => 41,
            Self::AnchorExposure { .. } => 42,
            Self::KycFile(_) => 43,
            Self::ApprovalPolicy(_) => 44,
            Self::Screening(_) => 45,
            Self::Freeze(_) => 46,
            Self::Withheld(_) => 47,
            Self::Guarantee(_) => 50,
            Self::GuaranteeClaim { .. } => 51,
            Self::Pool(_) => 52,
            Self::PoolClaim(_) => 53,
            Self::FinancingCost { .. } => 54,
            Self::Subsidy { .. } => 55,
            Self::Dispute(_) => 70,
            Self::CreditNote(_) => 71,
            Self::CreditNoteClaim(_) => 72,
            Self::Netting(_) => 73,
            Self::Case(_) => 74,
            Self::CaseEntry { .. } => 75,
            Self::ContactDay { .. } => 76,
            Self::Lien(_) => 60,
            Self::FairCost { .. } => Self::FAIR_COST_TYPE,
            Self::Programme(_) => 62,
            Self::CreditFile { .. } => 100,
            Self::CreditConsent { .. } => 101,
            Self::CreditRead(_) => 102,
            Self::EncryptionKey(_) => 110,
            Self::Successor(_) => 111,
            Self::DocumentEntry(_) => 112,
            Self::Misbehaviour { .. } => 120,
            Self::Items(_) => 130,
            Self::PublicItems => 131,
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
            Self::Validators | Self::PublicItems => {}
            Self::Proposal(id) => bytes.extend(id.number().to_be_bytes()),
            Self::KycFile(member) | Self::ApprovalPolicy(member) | Self::Items(member) => {
                push_member(&mut bytes, member);
            }
            Self::Screening(hash) => bytes.extend(hash.0),
            Self::Freeze(id) => bytes.extend(id.number().to_be_bytes()),
            Self::Withheld(account) => push_account(&mut bytes, account),
            Self::Guarantee(id) => bytes.extend(id.number().to_be_bytes()),
            Self::GuaranteeClaim { guarantee, tranche } => {
                bytes.extend(guarantee.number().to_be_bytes());
                bytes.extend(tranche.number().to_be_bytes());
            }
            Self::Pool(id) => bytes.extend(id.number().to_be_bytes()),
            Self::PoolClaim(id) => bytes.extend(id.number().to_be_bytes()),
            Self::FinancingCost { receivable, seller } => {
                bytes.extend(receivable.number().to_be_bytes());
                push_member(&mut bytes, seller);
            }
            Self::Subsidy { pool, receivable, seller } => {
                bytes.extend(pool.number().to_be_bytes());
                bytes.extend(receivable.number().to_be_bytes());
                push_member(&mut bytes, seller);
            }
            Self::AnchorLimit { anchor, currency } | Self::AnchorExposure { anchor, currency } => {
                push_member(&mut bytes, anchor);
                bytes.extend(currency.as_bytes());
            }
            Self::Dispute(id) => bytes.extend(id.number().to_be_bytes()),
            Self::CreditNote(id) => bytes.extend(id.number().to_be_bytes()),
            Self::CreditNoteClaim(hash) => bytes.extend(hash.0),
            Self::Netting(id) => bytes.extend(id.number().to_be_bytes()),
            Self::Case(receivable) => bytes.extend(receivable.number().to_be_bytes()),
            Self::CaseEntry { receivable, number } => {
                bytes.extend(receivable.number().to_be_bytes());
                bytes.extend(number.to_be_bytes());
            }
            Self::ContactDay { debtor, by, on } => {
                push_member(&mut bytes, debtor);
                push_member(&mut bytes, by);
                bytes.extend(on.days().to_be_bytes());
            }
            Self::Lien(tranche) => bytes.extend(tranche.number().to_be_bytes()),
            Self::FairCost { member, currency } => {
                push_member(&mut bytes, member);
                bytes.extend(currency.as_bytes());
            }
            Self::Programme(id) => bytes.extend(id.number().to_be_bytes()),
            Self::CreditFile { member, currency } => {
                push_member(&mut bytes, member);
                bytes.extend(currency.as_bytes());
            }
            Self::CreditConsent { member, reader } => {
                push_member(&mut bytes, member);
                push_member(&mut bytes, reader);
            }
            Self::CreditRead(id) => bytes.extend(id.number().to_be_bytes()),
            Self::EncryptionKey(member) => push_member(&mut bytes, member),
            Self::Successor(key) => bytes.extend(key.0),
            Self::DocumentEntry(id) => bytes.extend(id.number().to_be_bytes()),
            Self::Misbehaviour { validator, height, round } => {
                bytes.extend(validator.0);
                bytes.extend(height.number().to_be_bytes());
                bytes.extend(round.to_be_bytes());
            }
        }
        bytes
    }

    /// Reads what [`Self::encode`] wrote; `None` for anything else.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let key = match kind {
            1 => Self::Counter(counter_of(rest)?),
            2 => Self::Policy(u32::from_be_bytes(rest.try_into().ok()?)),
            3 => Self::Member(read_member(rest)?.0),
            4 => Self::KeyOwner(PublicKey(rest.try_into().ok()?)),
            5 => Self::Identifier(Hash(rest.try_into().ok()?)),
            6 => {
                let (by, rest) = read_member(rest)?;
                Self::StandingAcceptance { by, counterparty: read_member(rest)?.0 }
            }
            7 => Self::Deposit(read_account(rest)?),
            8 => {
                let (bank, rest) = read_member(rest)?;
                Self::BankTotals { bank, currency: read_currency(rest)? }
            }
            9 => {
                let (bank, rest) = read_member(rest)?;
                Self::BankReference { bank, reference: Hash(rest.try_into().ok()?) }
            }
            10 => Self::Payout(PayoutId::new(read_number(rest)?)),
            11 => Self::Receivable(ReceivableId::new(read_number(rest)?)),
            12 => Self::Fingerprint(Hash(rest.try_into().ok()?)),
            13 => Self::Document(Hash(rest.try_into().ok()?)),
            14 => Self::Tranche(TrancheId::new(read_number(rest)?)),
            15 => Self::Facility(FacilityId::new(read_number(rest)?)),
            16 => {
                let facility = FacilityId::new(read_number(rest.get(..8)?)?);
                Self::FacilityUse { facility, seller: read_member(rest.get(8..)?)?.0 }
            }
            17 => Self::Validators,
            40 => Self::Proposal(ProposalId::new(read_number(rest)?)),
            41 => {
                let (anchor, rest) = read_member(rest)?;
                Self::AnchorLimit { anchor, currency: read_currency(rest)? }
            }
            42 => {
                let (anchor, rest) = read_member(rest)?;
                Self::AnchorExposure { anchor, currency: read_currency(rest)? }
            }
            43 => Self::KycFile(read_member(rest)?.0),
            44 => Self::ApprovalPolicy(read_member(rest)?.0),
            45 => Self::Screening(Hash(rest.try_into().ok()?)),
            46 => Self::Freeze(TrancheId::new(read_number(rest)?)),
            47 => Self::Withheld(read_account(rest)?),
            50 => Self::Guarantee(GuaranteeId::new(read_number(rest)?)),
            51 => Self::GuaranteeClaim {
                guarantee: GuaranteeId::new(read_number(rest.get(..8)?)?),
                tranche: TrancheId::new(read_number(rest.get(8..)?)?),
            },
            52 => Self::Pool(PoolId::new(read_number(rest)?)),
            53 => Self::PoolClaim(PoolClaimId::new(read_number(rest)?)),
            54 => Self::FinancingCost {
                receivable: ReceivableId::new(read_number(rest.get(..8)?)?),
                seller: read_member(rest.get(8..)?)?.0,
            },
            55 => Self::Subsidy {
                pool: PoolId::new(read_number(rest.get(..8)?)?),
                receivable: ReceivableId::new(read_number(rest.get(8..16)?)?),
                seller: read_member(rest.get(16..)?)?.0,
            },
            70 => Self::Dispute(DisputeId::new(read_number(rest)?)),
            71 => Self::CreditNote(CreditNoteId::new(read_number(rest)?)),
            72 => Self::CreditNoteClaim(Hash(rest.try_into().ok()?)),
            73 => Self::Netting(NettingId::new(read_number(rest)?)),
            74 => Self::Case(ReceivableId::new(read_number(rest)?)),
            75 => Self::CaseEntry {
                receivable: ReceivableId::new(read_number(rest.get(..8)?)?),
                number: u32::from_be_bytes(rest.get(8..)?.try_into().ok()?),
            },
            76 => {
                let (debtor, rest) = read_member(rest)?;
                let (by, rest) = read_member(rest)?;
                let on = BusinessDate::from_days(i32::from_be_bytes(rest.try_into().ok()?));
                Self::ContactDay { debtor, by, on }
            }
            60 => Self::Lien(TrancheId::new(read_number(rest)?)),
            61 => {
                let (member, rest) = read_member(rest)?;
                Self::FairCost { member, currency: read_currency(rest)? }
            }
            62 => Self::Programme(ProgrammeId::new(read_number(rest)?)),
            100 => {
                let (member, rest) = read_member(rest)?;
                Self::CreditFile { member, currency: read_currency(rest)? }
            }
            101 => {
                let (member, rest) = read_member(rest)?;
                Self::CreditConsent { member, reader: read_member(rest)?.0 }
            }
            102 => Self::CreditRead(CreditReadId::new(read_number(rest)?)),
            110 => Self::EncryptionKey(read_member(rest)?.0),
            111 => Self::Successor(PublicKey(rest.try_into().ok()?)),
            112 => Self::DocumentEntry(DocumentId::new(read_number(rest)?)),
            120 => Self::Misbehaviour {
                validator: PublicKey(rest.get(..32)?.try_into().ok()?),
                height: Height::new(read_number(rest.get(32..40)?)?),
                round: u32::from_be_bytes(rest.get(40..)?.try_into().ok()?),
            },
            130 => Self::Items(read_member(rest)?.0),
            131 => Self::PublicItems,
            _ => return None,
        };
        // one encoding per key: what does not encode to itself is no key
        (key.encode() == bytes).then_some(key)
    }

    /// What the keys of a member's credit files begin with: the currency comes last.
    pub fn credit_files_of(member: MemberId) -> Vec<u8> {
        let mut bytes = vec![100];
        push_member(&mut bytes, &member);
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
        CounterKind::Proposal => 40,
        CounterKind::Guarantee => 50,
        CounterKind::Pool => 51,
        CounterKind::PoolClaim => 52,
        CounterKind::Dispute => 70,
        CounterKind::CreditNote => 71,
        CounterKind::Netting => 72,
        CounterKind::Programme => 60,
        CounterKind::CreditRead => 100,
        CounterKind::Document => 110,
    }
}

fn counter_of(bytes: &[u8]) -> Option<CounterKind> {
    match bytes {
        [1] => Some(CounterKind::Receivable),
        [2] => Some(CounterKind::Tranche),
        [3] => Some(CounterKind::Facility),
        [4] => Some(CounterKind::Payout),
        [5] => Some(CounterKind::Policy),
        [40] => Some(CounterKind::Proposal),
        [50] => Some(CounterKind::Guarantee),
        [51] => Some(CounterKind::Pool),
        [52] => Some(CounterKind::PoolClaim),
        [70] => Some(CounterKind::Dispute),
        [71] => Some(CounterKind::CreditNote),
        [72] => Some(CounterKind::Netting),
        [60] => Some(CounterKind::Programme),
        [100] => Some(CounterKind::CreditRead),
        [110] => Some(CounterKind::Document),
        _ => None,
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

/// Reads a member, and returns what follows it.
pub(super) fn read_member(bytes: &[u8]) -> Option<(MemberId, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let slug = rest.get(..usize::from(*length))?;
    let member = MemberId::new(std::str::from_utf8(slug).ok()?).ok()?;
    Some((member, rest.get(usize::from(*length)..)?))
}

/// Reads an account that ends the bytes.
pub(super) fn read_account(bytes: &[u8]) -> Option<Account> {
    let (bank, rest) = read_member(bytes)?;
    let (owner, rest) = read_member(rest)?;
    Some(Account { bank, owner, currency: read_currency(rest)? })
}

fn read_currency(bytes: &[u8]) -> Option<Currency> {
    Currency::new(std::str::from_utf8(bytes).ok()?).ok()
}

fn read_number(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_key_reads_back_and_nothing_else_does() {
        let member = |slug| MemberId::new(slug).unwrap();
        let (bank, owner) = (member("bank"), member("owner"));
        let (currency, hash) = (Currency::new("CNY").unwrap(), Hash([7; 32]));
        let facility = FacilityId::new(5);
        for key in [
            Key::Counter(CounterKind::Policy),
            Key::Counter(CounterKind::Tranche),
            Key::Policy(3),
            Key::Member(owner),
            Key::KeyOwner(PublicKey([1; 32])),
            Key::Identifier(hash),
            Key::StandingAcceptance { by: owner, counterparty: bank },
            Key::Deposit(Account { bank, owner, currency }),
            Key::BankTotals { bank, currency },
            Key::BankReference { bank, reference: hash },
            Key::Payout(PayoutId::new(1)),
            Key::Receivable(ReceivableId::new(2)),
            Key::Fingerprint(hash),
            Key::Document(hash),
            Key::Tranche(TrancheId::new(u64::MAX)),
            Key::Facility(facility),
            Key::FacilityUse { facility, seller: owner },
            Key::Validators,
            Key::Counter(CounterKind::Proposal),
            Key::Proposal(ProposalId::new(3)),
            Key::AnchorLimit { anchor: owner, currency },
            Key::AnchorExposure { anchor: owner, currency },
            Key::KycFile(owner),
            Key::ApprovalPolicy(owner),
            Key::Screening(hash),
            Key::Freeze(TrancheId::new(5)),
            Key::Withheld(Account { bank, owner, currency }),
            Key::Counter(CounterKind::PoolClaim),
            Key::Guarantee(GuaranteeId::new(6)),
            Key::GuaranteeClaim { guarantee: GuaranteeId::new(6), tranche: TrancheId::new(7) },
            Key::Pool(PoolId::new(8)),
            Key::PoolClaim(PoolClaimId::new(9)),
            Key::FinancingCost { receivable: ReceivableId::new(2), seller: owner },
            Key::Subsidy { pool: PoolId::new(8), receivable: ReceivableId::new(2), seller: owner },
            Key::Counter(CounterKind::CreditNote),
            Key::Dispute(DisputeId::new(1)),
            Key::CreditNote(CreditNoteId::new(1)),
            Key::CreditNoteClaim(hash),
            Key::Netting(NettingId::new(1)),
            Key::Case(ReceivableId::new(1)),
            Key::CaseEntry { receivable: ReceivableId::new(1), number: 2 },
            Key::ContactDay { debtor: owner, by: bank, on: BusinessDate::from_days(20_000) },
            Key::Lien(TrancheId::new(9)),
            Key::FairCost { member: owner, currency },
            Key::Programme(ProgrammeId::new(4)),
            Key::Counter(CounterKind::Programme),
            Key::Counter(CounterKind::CreditRead),
            Key::CreditFile { member: owner, currency },
            Key::CreditConsent { member: owner, reader: bank },
            Key::CreditRead(CreditReadId::new(3)),
            Key::Counter(CounterKind::Document),
            Key::EncryptionKey(owner),
            Key::Successor(PublicKey([2; 32])),
            Key::DocumentEntry(DocumentId::new(3)),
            Key::Misbehaviour { validator: PublicKey([7; 32]), height: Height::new(9), round: 2 },
            Key::Items(owner),
            Key::PublicItems,
        ] {
            let mut bytes = key.encode();
            assert_eq!(Key::decode(&bytes), Some(key));
            bytes.push(0);
            assert_eq!(Key::decode(&bytes), None, "{key:?} with a byte more");
        }
        assert_eq!(Key::decode(&[]), None);
        assert_eq!(Key::decode(&[99]), None);
    }
}
