//! The invariants themselves: a state or block that breaks one is noticed.
use crate::common::ledger::Ledger;
use crate::common::script::{LIVE, Stage};
use tally_contracts::Fault;
use tally_contracts::credit_profile::CreditFile;
use tally_contracts::dilution::{CreditNote, CreditNoteStatus};
use tally_contracts::dispute::{Dispute, DisputeStatus};
use tally_contracts::facility::Facility;
use tally_contracts::invariants::{check_all, check_block};
use tally_contracts::money::{Account, BankTotals, Deposit};
use tally_contracts::receivable::{Receivable, ReceivableStatus};
use tally_contracts::state::{Changes, IndexKey, Key, Record, RecordChange, RecordType};
use tally_contracts::tranche::Tranche;
use tally_contracts::types::{
    CounterKind, CreditNoteId, Currency, DisputeId, FacilityId, Hash, MemberId, ReceivableId, TrancheId,
};
use tally_contracts::{Outcome, Receipt, ReceiptSource};

/// A ledger with a bit of everything.
fn rich() -> Ledger {
    let mut stage = Stage::rulebook();
    stage.run(LIVE);
    stage.run(
        "given alpha splits T1 300.00>beta 700.00
         given east opens on acme limit 500.00 rate 3.00
         given alpha discounts T3 500.00
         given alpha submits 50.00 on acme due 2026-06-17 inv B2#two
         given alpha draws 10.00 at east to IBAN
         given beta trusts alpha
         given alpha notes R1 20.00 no CN1#note
         given acme disputes R1 10.00 with proof because rust",
    );
    stage.ledger
}

fn broken(result: Result<impl Sized, Fault>) -> String {
    match result.err() {
        Some(Fault::InvariantBroken { invariant, .. }) => invariant.to_owned(),
        Some(Fault::DanglingIndex { .. }) => "dangling".to_owned(),
        Some(Fault::CorruptRecord { .. }) => "corrupt".to_owned(),
        Some(other) => panic!("{other}"),
        None => "nothing".to_owned(),
    }
}

#[test]
fn a_sound_state_is_counted() {
    let report = check_all(&rich().state).expect("sound");
    assert_eq!((report.receivables, report.tranches, report.facilities, report.payouts), (2, 3, 1, 1));
    assert_eq!(report.members, 14);
}

/// Changes one record of a sound state and names the invariant that the full check finds broken.
fn after<T: RecordType>(key: Key, change: impl FnOnce(&mut T)) -> String {
    let mut ledger = rich();
    let mut record: T = ledger.state.get(key).expect("a record");
    change(&mut record);
    ledger.force(key, record);
    broken(check_all(&ledger.state))
}

#[test]
fn the_full_check_notices_every_kind_of_broken_record() {
    let member = |slug| MemberId::new(slug).unwrap();
    let tranche = Key::Tranche(TrancheId::new(2));
    let receivable = Key::Receivable(ReceivableId::new(1));
    let facility = Key::Facility(FacilityId::new(1));
    let cny = tally_contracts::types::Currency::new("CNY").unwrap();
    let deposit = Key::Deposit(Account { bank: member("east"), owner: member("alpha"), currency: cny });
    let one = tally_contracts::types::Amount::new(1, cny).unwrap();

    assert_eq!(after::<Tranche>(tranche, |it| it.face = one), "I1");
    assert_eq!(after::<Tranche>(tranche, |it| it.holder = member("gamma")), "index");
    assert_eq!(after::<Tranche>(tranche, |it| it.id = TrancheId::new(9)), "index");
    assert_eq!(after::<Tranche>(tranche, |it| it.offer = None), "index");
    assert_eq!(after::<Receivable>(receivable, |it| it.settled = one), "I1");
    assert_eq!(after::<Receivable>(receivable, |it| it.open_tranches = 2), "I1");
    assert_eq!(after::<Receivable>(receivable, |it| it.terms.face = one), "I2");
    assert_eq!(after::<Receivable>(receivable, |it| it.parties.anchor = Hash::ZERO), "I4");
    assert_eq!(after::<Facility>(facility, |it| it.used = one), "I9");
    assert_eq!(after::<Facility>(facility, |it| it.offering.limit = one), "I9");
    assert_eq!(after::<Facility>(facility, |it| it.anchors.clear()), "index");
    assert_eq!(after::<Deposit>(deposit, |it| it.balance += 1), "I5");
    assert_eq!(
        after::<Deposit>(deposit, |it| (it.locked, it.balance) = (it.locked + 1, it.balance - 1)),
        "I5"
    );
    assert_eq!(after::<u64>(Key::Counter(CounterKind::Tranche), |it| *it = 3), "I3");
    assert_eq!(after::<Receivable>(receivable, |it| it.diluted = one), "I1");
    assert_eq!(after::<Receivable>(receivable, |it| it.dispute = None), "I7");
    let (dispute, note) = (Key::Dispute(DisputeId::new(1)), Key::CreditNote(CreditNoteId::new(1)));
    assert_eq!(after::<Dispute>(dispute, |it| it.amount = one), "I2");
    assert_eq!(after::<Dispute>(dispute, |it| it.status = DisputeStatus::Excluded), "I2");
    assert_eq!(after::<CreditNote>(note, |it| it.amount = one), "I2");
    assert_eq!(after::<CreditNote>(note, |it| it.status = CreditNoteStatus::Open), "I1");
    assert_eq!(after::<CreditNote>(note, |it| it.document_hash = Hash::ZERO), "I4");
}

#[test]
fn the_full_check_notices_credit_files_that_disagree() {
    let currency = Currency::new("CNY").unwrap();
    let file = |slug| Key::CreditFile { member: MemberId::new(slug).unwrap(), currency };
    assert_eq!(after::<CreditFile>(file("acme"), |it| it.anchor.paid_on_time += 1), "I1");
    assert_eq!(after::<CreditFile>(file("acme"), |it| it.anchor.confirmed.count += 1), "I1");
    assert_eq!(after::<CreditFile>(file("alpha"), |it| it.supplier.diluted += 1), "I1");
}

#[test]
fn the_full_check_notices_missing_and_spare_rows_and_records() {
    let rows = rich().state.index;
    for row in &rows {
        let mut ledger = rich();
        ledger.state.index.remove(row);
        assert_ne!(broken(check_all(&ledger.state)), "nothing", "without row {row:02x?}");
        let mut spare = row.clone();
        *spare.last_mut().unwrap() ^= 0x80;
        let mut ledger = rich();
        ledger.state.index.insert(spare);
        assert_ne!(broken(check_all(&ledger.state)), "nothing", "with a twin of row {row:02x?}");
    }
    for key in rich().state.records.keys() {
        let mut ledger = rich();
        ledger.state.records.remove(key);
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other record is named by some")]
        let harmless = match Key::decode(key).unwrap() {
            // nothing else names these
            Key::Policy(_)
            | Key::StandingAcceptance { .. }
            | Key::BankReference { .. }
            | Key::Validators
            | Key::FinancingCost { .. }
            | Key::KycFile(_)
            | Key::ApprovalPolicy(_)
            | Key::Screening(_)
            | Key::AnchorLimit { .. }
            | Key::Items(_)
            | Key::PublicItems
            | Key::FairCost { .. } => true,
            Key::Counter(kind) => kind == CounterKind::Policy,
            _ => false,
        };
        assert_eq!(broken(check_all(&ledger.state)) == "nothing", harmless, "without {:?}", Key::decode(key));
    }
}

#[test]
fn money_that_idles_where_a_receivable_waits_is_noticed() {
    let mut stage = Stage::rulebook();
    stage.run(LIVE);
    stage.run("on 2026-06-17");
    let (bank, owner) = (MemberId::new("east").unwrap(), MemberId::new("acme").unwrap());
    let currency = tally_contracts::types::Currency::new("CNY").unwrap();
    let account = Account { bank, owner, currency };
    let mut ledger = stage.ledger;
    ledger.force(Key::Deposit(account), Deposit { account, balance: 5, locked: 0 });
    ledger.force(Key::BankTotals { bank, currency }, BankTotals { credited: 5, redeemed: 0 });
    assert_eq!(broken(check_all(&ledger.state)), "index");
    ledger.state.index.insert(IndexKey::Arrival { since: ledger.height, account }.encode());
    assert_eq!(broken(check_all(&ledger.state)), "nothing", "an arrival is queued");
}

#[test]
fn a_record_that_does_not_decode_is_corrupt() {
    let mut ledger = rich();
    let key = Key::Tranche(TrancheId::new(2)).encode();
    ledger.state.records.get_mut(&key).unwrap().bytes.pop();
    assert_eq!(broken(check_all(&ledger.state)), "corrupt");
}

/// A block that changes `key` from what it is to what `change` makes of it.
fn block<T: RecordType>(key: Key, change: impl FnOnce(&mut T)) -> String {
    let before: T = rich().state.get(key).expect("a record");
    let mut now = before.clone();
    change(&mut now);
    let change =
        RecordChange { key, before: Some(before.wrap().into()), now: Some(now.wrap().into()), salt: [0; 16] };
    broken(check_block(&Changes { records: vec![change], index: Vec::new() }, &receipts()))
}

/// One applied transaction without events, and the end.
fn receipts() -> Vec<Receipt> {
    let applied = || Outcome::Applied { events: Vec::new() };
    [ReceiptSource::Transaction(Hash::ZERO), ReceiptSource::BlockEnd]
        .into_iter()
        .map(|source| Receipt { source, policy_version: 1, outcome: applied() })
        .collect()
}

#[test]
fn the_block_check_notices_what_a_block_may_not_do() {
    let member = |slug| MemberId::new(slug).unwrap();
    let tranche = Key::Tranche(TrancheId::new(2));
    let sold = Key::Tranche(TrancheId::new(4));
    let receivable = Key::Receivable(ReceivableId::new(1));
    let submitted = Key::Receivable(ReceivableId::new(2));
    let facility = Key::Facility(FacilityId::new(1));
    let cny = tally_contracts::types::Currency::new("CNY").unwrap();
    let deposit = Key::Deposit(Account { bank: member("east"), owner: member("alpha"), currency: cny });
    let amount = |minor| tally_contracts::types::Amount::new(minor, cny).unwrap();

    assert_eq!(block::<Tranche>(tranche, |it| it.depth = 1), "nothing");
    assert_eq!(block::<Tranche>(tranche, |it| it.face = amount(1)), "I1");
    assert_eq!(block::<Tranche>(tranche, |it| it.face = amount(0)), "I2");
    assert_eq!(block::<Tranche>(tranche, |it| it.face = amount(40_000)), "I2");
    assert_eq!(block::<Tranche>(tranche, |it| it.receivable = ReceivableId::new(2)), "I2");
    assert_eq!(block::<Tranche>(sold, |it| it.bought_under = None), "I9");
    assert_eq!(block::<Receivable>(receivable, |it| it.settled = amount(1)), "I1");
    assert_eq!(block::<Receivable>(receivable, |it| it.open_tranches = 9), "I1");
    assert_eq!(block::<Receivable>(receivable, |it| it.settled = amount(200_000)), "I2");
    assert_eq!(block::<Receivable>(submitted, |it| it.status = ReceivableStatus::Live), "I7");
    assert_eq!(block::<Receivable>(receivable, |it| it.status = ReceivableStatus::Confirmed), "I1");
    assert_eq!(block::<Facility>(facility, |it| it.used = amount(1)), "I9");
    assert_eq!(block::<Facility>(facility, |it| it.offering.limit = amount(49_999)), "I9");
    assert_eq!(block::<Deposit>(deposit, |it| it.balance += 1), "I5");
    assert_eq!(block::<ReceivableId>(fingerprint(), |it| *it = ReceivableId::new(7)), "I4");
    assert_eq!(block::<u64>(Key::Counter(CounterKind::Tranche), |it| *it = 3), "I3");
    let (dispute, note) = (Key::Dispute(DisputeId::new(1)), Key::CreditNote(CreditNoteId::new(1)));
    assert_eq!(block::<Receivable>(receivable, |it| it.diluted = amount(1)), "I1");
    assert_eq!(block::<Receivable>(receivable, |it| it.dispute = None), "I7");
    assert_eq!(block::<CreditNote>(note, |it| it.status = CreditNoteStatus::Open), "I7");
    assert_eq!(block::<Dispute>(dispute, |it| it.status = DisputeStatus::Excluded), "nothing");
}

fn fingerprint() -> Key {
    let keys: Vec<(Key, ReceivableId)> = rich().state.all();
    keys.into_iter().map(|(key, _)| key).find(|key| matches!(key, Key::Fingerprint(_))).expect("one")
}

#[test]
fn the_block_check_notices_numbers_that_come_back_and_changes_by_nobody() {
    let tranche: Tranche = rich().state.get(Key::Tranche(TrancheId::new(2))).unwrap();
    let back = RecordChange {
        key: Key::Tranche(TrancheId::new(1)),
        before: None,
        now: Some(Record::Tranche(Tranche { id: TrancheId::new(1), ..tranche.clone() }).into()),
        salt: [0; 16],
    };
    let gone = RecordChange {
        key: Key::Tranche(TrancheId::new(2)),
        before: Some(Record::Tranche(tranche.clone()).into()),
        now: None,
        salt: [0; 16],
    };
    let changes = Changes { records: vec![back, gone], index: Vec::new() };
    assert_eq!(broken(check_block(&changes, &receipts())), "I3");
    let change = RecordChange {
        key: Key::Tranche(TrancheId::new(2)),
        before: Some(Record::Tranche(tranche.clone()).into()),
        now: Some(Record::Tranche(Tranche { depth: 1, ..tranche }).into()),
        salt: [0; 16],
    };
    let changes = Changes { records: vec![change], index: Vec::new() };
    let end = receipts().split_off(1);
    assert_eq!(broken(check_block(&changes, &end)), "I8");
    assert_eq!(broken(check_block(&Changes::default(), &[])), "I8");
    let mut twice = receipts();
    twice.rotate_left(1);
    assert_eq!(broken(check_block(&Changes::default(), &twice)), "I8");
}
