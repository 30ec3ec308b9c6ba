//! Which records a reader may have proven: those of which it sees every byte.
use super::super::error::CallError;
use super::super::query::{Reading, decode};
use tally_contracts::facility::Facility;
use tally_contracts::guarantee::Guarantee;
use tally_contracts::lien::Lien;
use tally_contracts::member::Role;
use tally_contracts::money::{Account, Deposit, Payout};
use tally_contracts::pool::Pool;
use tally_contracts::programme::Programme;
use tally_contracts::receivable::Receivable;
use tally_contracts::state::{Key, StoredRecord};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{
    Currency, FacilityId, GuaranteeId, MemberId, PayoutId, PoolId, ProgrammeId, ProposalId, ReceivableId,
    TrancheId,
};

impl Reading<'_> {
    /// Whether the reader may have a proof of what stands, or does not stand, under a row.
    pub(in super::super) fn may_prove(
        &self,
        row: &[u8],
        found: Option<&StoredRecord>,
    ) -> Result<bool, CallError> {
        if self.reader()?.reads_everything() || is_public(row) {
            return Ok(true);
        }
        let Some(stored) = found else { return self.proves_absence(row) };
        let bytes = &stored.bytes;
        let is = |key: Key| row.first() == Some(&key.type_byte());
        if is(Key::Receivable(ReceivableId::new(0))) {
            return self.proves_receivable(&decode(row, bytes)?);
        }
        if is(Key::Tranche(TrancheId::new(0))) {
            return Ok(decode::<Tranche>(row, bytes)?.holder == self.reader()?.member);
        }
        if is(Key::Facility(FacilityId::new(0))) {
            return self.sees_facility(&decode::<Facility>(row, bytes)?);
        }
        if is(Key::Payout(PayoutId::new(0))) {
            return self.sees_account(&decode::<Payout>(row, bytes)?.account);
        }
        if is(Key::Deposit(any_account())) {
            return self.sees_account(&decode::<Deposit>(row, bytes)?.account);
        }
        if is(Key::Guarantee(GuaranteeId::new(0))) {
            return self.sees_guarantee(&decode::<Guarantee>(row, bytes)?);
        }
        if is(Key::Pool(PoolId::new(0))) {
            return self.sees_books(&decode::<Pool>(row, bytes)?);
        }
        if is(Key::Lien(TrancheId::new(0))) {
            return self.sees_lien(&decode::<Lien>(row, bytes)?);
        }
        if is(Key::Programme(ProgrammeId::new(0))) {
            return self.sees_programme(&decode::<Programme>(row, bytes)?);
        }
        self.proves_by_name(row)
    }

    /// Its record names other holders' costs, so it is proven to those who see all of it.
    fn proves_receivable(&self, receivable: &Receivable) -> Result<bool, CallError> {
        let reader = self.reader()?;
        let sees_all = [receivable.anchor, receivable.supplier, receivable.terms.settlement_bank];
        let bears_risk = reader.has_any(&[Role::Funder, Role::Bank, Role::Guarantor]);
        Ok(reader.is_one_of(&sees_all) || (bears_risk && self.took_part(receivable.id)?))
    }

    /// That the reader has no such deposit, and that it was told nothing yet, is its own business.
    fn proves_absence(&self, row: &[u8]) -> Result<bool, CallError> {
        let member = self.reader()?.member;
        Ok(match Key::decode(row) {
            Some(Key::Deposit(account)) => account.owner == member,
            Some(Key::Items(of)) => of == member,
            #[allow(clippy::wildcard_enum_match_arm, reason = "default deny")]
            _ => false,
        })
    }

    /// What is kept about the reader itself.
    fn proves_by_name(&self, row: &[u8]) -> Result<bool, CallError> {
        let member = self.reader()?.member;
        let named = |key: Key| key.encode() == row;
        let is_credit_file = row.starts_with(&Key::credit_files_of(member));
        Ok(is_credit_file
            || named(Key::KycFile(member))
            || named(Key::ApprovalPolicy(member))
            || named(Key::Items(member)))
    }
}

/// Who is a member, who decides, what is decided and by which policy.
fn is_public(row: &[u8]) -> bool {
    let any = any_member();
    let public = [
        Key::Policy(0),
        Key::Member(any),
        Key::Validators,
        Key::Proposal(ProposalId::new(0)),
        Key::PublicItems,
    ];
    row.first().is_some_and(|first| public.iter().any(|key| key.type_byte() == *first))
}

fn any_member() -> MemberId {
    MemberId::new("any").expect("three letters are a member id")
}

fn any_account() -> Account {
    let currency = Currency::new("XXX").expect("three letters are a currency code");
    Account { bank: any_member(), owner: any_member(), currency }
}
