//! Records: one variant per type, so that the overlay can hold them decoded.
use crate::collection::{Case, CaseEntry};
use crate::credit_profile::{CreditConsent, CreditFile, CreditRead};
use crate::dilution::CreditNote;
use crate::dispute::Dispute;
use crate::document::Document;
use crate::facility::Facility;
use crate::fair_cost::FinancingCost;
use crate::genesis::ValidatorSet;
use crate::governance::Proposal;
use crate::guarantee::{Guarantee, GuaranteeClaim};
use crate::items::Items;
use crate::lien::Lien;
use crate::member::{ApprovalPolicy, EncryptionKey, KycFile, Member};
use crate::misbehaviour::Misbehaviour;
use crate::money::{BankTotals, Deposit, Payout};
use crate::netting::Netting;
use crate::policy::Policy;
use crate::pool::{Pool, PoolClaim, Subsidy};
use crate::programme::Programme;
use crate::receivable::Receivable;
use crate::screening::{Freeze, ScreeningEntry, Withheld};
use crate::state::{IndexKey, Key};
use crate::tranche::Tranche;
use crate::types::{Amount, CreditNoteId, MemberId, PublicKey, ReceivableId};
use borsh::{BorshDeserialize, BorshSerialize};

/// A type that is stored under some keys.
pub trait RecordType: Sized + Clone {
    fn wrap(self) -> Record;
    fn unwrap(record: &Record) -> Option<&Self>;
}

macro_rules! records {
    ($($key:pat => $name:ident($type:ty);)*) => {
        /// A decoded record.
        #[allow(clippy::large_enum_variant, reason = "records are moved into place once")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Record {
            $($name($type),)*
        }

        impl Record {
            /// The borsh bytes that are stored and hashed.
            pub fn encode(&self) -> Vec<u8> {
                let mut bytes = Vec::new();
                let written = match self {
                    $(Self::$name(record) => record.serialize(&mut bytes),)*
                };
                // borsh fails only where the writer does, and a Vec never does
                debug_assert!(written.is_ok());
                bytes
            }

            /// Decodes what is stored under `key`; `None` for bytes that are not exactly one record.
            pub fn decode(key: &Key, bytes: &[u8]) -> Option<Self> {
                match key {
                    $($key => <$type>::try_from_slice(bytes).ok().map(Self::$name),)*
                }
            }
        }

        $(impl RecordType for $type {
            fn wrap(self) -> Record {
                Record::$name(self)
            }

            fn unwrap(record: &Record) -> Option<&Self> {
                match record {
                    Record::$name(record) => Some(record),
                    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type, by construction")]
                    _ => None,
                }
            }
        })*
    };
}

impl Record {
    /// The same in bytes, for whoever keeps single records.
    pub fn index_rows(&self) -> Vec<Vec<u8>> {
        self.rows().iter().map(IndexKey::encode).collect()
    }

    /// The index rows that follow from this record; the overlay keeps them in step with it.
    pub(crate) fn rows(&self) -> Vec<IndexKey> {
        match self {
            Self::Receivable(receivable) => receivable.rows(),
            Self::Tranche(tranche) => tranche.rows(),
            Self::Facility(facility) => facility.rows(),
            Self::Guarantee(guarantee) => guarantee.rows(),
            Self::Pool(pool) => pool.rows(),
            Self::PoolClaim(claim) => claim.rows(),
            Self::Proposal(proposal) => proposal.rows(),
            Self::Withheld(withheld) => withheld.rows(),
            Self::Dispute(dispute) => dispute.rows(),
            Self::CreditNote(note) => note.rows(),
            Self::Netting(netting) => netting.rows(),
            Self::Case(case) => case.rows(),
            Self::Lien(lien) => lien.rows(),
            Self::CreditRead(read) => read.rows(),
            Self::Document(document) => document.rows(),
            Self::Number(_)
            | Self::Policy(_)
            | Self::Member(_)
            | Self::MemberRef(_)
            | Self::Mark(())
            | Self::Deposit(_)
            | Self::BankTotals(_)
            | Self::Payout(_)
            | Self::ReceivableRef(_)
            | Self::Amount(_)
            | Self::Validators(_)
            | Self::GuaranteeClaim(_)
            | Self::Subsidy(_)
            | Self::KycFile(_)
            | Self::ApprovalPolicy(_)
            | Self::ScreeningEntry(_)
            | Self::Freeze(_)
            | Self::FinancingCost(_)
            | Self::Programme(_)
            | Self::CreditFile(_)
            | Self::CreditConsent(_)
            | Self::CreditNoteRef(_)
            | Self::EncryptionKey(_)
            | Self::Successor(_)
            | Self::Misbehaviour(_)
            | Self::Items(_)
            | Self::CaseEntry(_) => Vec::new(),
        }
    }
}

records! {
    Key::Counter(_) | Key::ContactDay { .. } => Number(u64);
    Key::Policy(_) => Policy(Policy);
    Key::Member(_) => Member(Member);
    Key::KeyOwner(_) | Key::Identifier(_) => MemberRef(MemberId);
    Key::StandingAcceptance { .. } | Key::BankReference { .. } => Mark(());
    Key::Deposit(_) => Deposit(Deposit);
    Key::BankTotals { .. } => BankTotals(BankTotals);
    Key::Payout(_) => Payout(Payout);
    Key::Receivable(_) => Receivable(Receivable);
    Key::Fingerprint(_) | Key::Document(_) => ReceivableRef(ReceivableId);
    Key::Tranche(_) => Tranche(Tranche);
    Key::Facility(_) => Facility(Facility);
    Key::FacilityUse { .. }
        | Key::AnchorLimit { .. }
        | Key::AnchorExposure { .. }
        | Key::FinancingCost { .. } => Amount(Amount);
    Key::Validators => Validators(ValidatorSet);
    Key::Proposal(_) => Proposal(Proposal);
    Key::KycFile(_) => KycFile(KycFile);
    Key::ApprovalPolicy(_) => ApprovalPolicy(ApprovalPolicy);
    Key::Screening(_) => ScreeningEntry(ScreeningEntry);
    Key::Freeze(_) => Freeze(Freeze);
    Key::Withheld(_) => Withheld(Withheld);
    Key::Guarantee(_) => Guarantee(Guarantee);
    Key::GuaranteeClaim { .. } => GuaranteeClaim(GuaranteeClaim);
    Key::Pool(_) => Pool(Pool);
    Key::PoolClaim(_) => PoolClaim(PoolClaim);
    Key::Subsidy { .. } => Subsidy(Subsidy);
    Key::Dispute(_) => Dispute(Dispute);
    Key::CreditNote(_) => CreditNote(CreditNote);
    Key::CreditNoteClaim(_) => CreditNoteRef(CreditNoteId);
    Key::Netting(_) => Netting(Netting);
    Key::Case(_) => Case(Case);
    Key::CaseEntry { .. } => CaseEntry(CaseEntry);
    Key::Lien(_) => Lien(Lien);
    Key::FairCost { .. } => FinancingCost(FinancingCost);
    Key::Programme(_) => Programme(Programme);
    Key::CreditFile { .. } => CreditFile(CreditFile);
    Key::CreditConsent { .. } => CreditConsent(CreditConsent);
    Key::CreditRead(_) => CreditRead(CreditRead);
    Key::EncryptionKey(_) => EncryptionKey(EncryptionKey);
    Key::Successor(_) => Successor(PublicKey);
    Key::DocumentEntry(_) => Document(Document);
    Key::Misbehaviour { .. } => Misbehaviour(Misbehaviour);
    Key::Items(_) | Key::PublicItems => Items(Items);
}
