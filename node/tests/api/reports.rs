//! Reports: figures that the test works out itself from the transactions it sent, and sums that always agree.
use crate::reader::Line;
use crate::rig::{REGULATOR, Rig, cny, in_time, member, text};
use std::collections::BTreeMap;
use tally_contracts::Action;
use tally_contracts::financing::DiscountTranche;
use tally_contracts::money::{CreditDeposit, MoveDeposit, RequestPayout};
use tally_contracts::pledge::{AcceptPledge, OfferPledge, PledgeTerms, RepayPledge};
use tally_contracts::settlement::PayReceivable;
use tally_contracts::tranche::{AcceptTransfer, Offer, OfferTransfer, Part, Recourse, SplitTranche};
use tally_contracts::types::{DayCount, Hash, Rate, ReceivableId, TrancheId};
use tally_proto::v1::common::Date;
use tally_proto::v1::money::ListDepositsRequest;
use tally_proto::v1::money::money_service_client::MoneyServiceClient;
use tally_proto::v1::report::report_entry::Entry;
use tally_proto::v1::report::report_service_client::ReportServiceClient;
use tally_proto::v1::report::{
    GetAgeingRequest, GetDailyRequest, GetDisclosureRequest, GetMaturityRequest, GetStatementRequest,
    ReportEntry, ReportLine,
};
use tally_proto::v1::tranche::ListTranchesRequest;
use tally_proto::v1::tranche::tranche_service_client::TrancheServiceClient;
use tonic::{Code, Status, Streaming};

/// A report, taken apart.
#[derive(Debug, Default)]
struct Told {
    lines: Vec<ReportLine>,
    figures: BTreeMap<String, i128>,
}

impl Told {
    fn figure(&self, name: &str) -> i128 {
        self.figures.get(name).copied().unwrap_or(0)
    }

    fn sum(&self, section: &str) -> i128 {
        let own = self.lines.iter().filter(|line| line.section == section);
        own.map(|line| line.minor_units.parse::<i128>().unwrap()).sum()
    }

    fn kinds(&self, section: &str) -> Vec<&str> {
        self.lines.iter().filter(|line| line.section == section).map(|line| line.kind.as_str()).collect()
    }
}

macro_rules! told {
    ($stream:expr) => {{
        let mut stream = in_time($stream).await?.into_inner();
        let mut told = Told::default();
        let mut is_complete = false;
        while let Some(part) = in_time(next(&mut stream)).await? {
            match part.entry.unwrap() {
                Entry::Line(line) => told.lines.push(line),
                Entry::Figure(figure) => {
                    assert!(figure.from_height <= figure.to_height, "{figure:?}");
                    told.figures.insert(figure.name, figure.value.parse().unwrap());
                }
                Entry::Progress(progress) => is_complete = progress.is_complete,
            }
        }
        assert!(is_complete, "a report says that it is complete");
        Ok(told)
    }};
}

trait Answer {
    fn entry(self) -> ReportEntry;
}

macro_rules! parts {
    ($($part:ident),*) => {
        $(impl Answer for tally_proto::v1::report::$part {
            fn entry(self) -> ReportEntry {
                self.entry.unwrap()
            }
        })*
    };
}

parts!(GetStatementResponse, GetAgeingResponse, GetMaturityResponse, GetDisclosureResponse, GetDailyResponse);

async fn next<P: Answer>(stream: &mut Streaming<P>) -> Result<Option<ReportEntry>, Status> {
    Ok(stream.message().await?.map(Answer::entry))
}

/// As `member` reads.
async fn client(rig: &Rig, member: &str) -> ReportServiceClient<Line> {
    ReportServiceClient::new(rig.line(member).await)
}

fn day(rig: &Rig, days: i32) -> Option<Date> {
    Some((&rig.today.plus_days(days)).into())
}

/// From one day after the rig's first day to another.
async fn statement(rig: &Rig, member: &str, from: i32, to: i32) -> Result<Told, Status> {
    let request = GetStatementRequest { member: member.to_owned(), from: day(rig, from), to: day(rig, to) };
    told!(client(rig, member).await.get_statement(request))
}

async fn disclosure(rig: &Rig, reader: &str, from: i32, to: i32) -> Result<Told, Status> {
    let member = "alpha".to_owned();
    let request = GetDisclosureRequest { member, from: day(rig, from), to: day(rig, to) };
    told!(client(rig, reader).await.get_disclosure(request))
}

async fn ageing(rig: &Rig, member: &str, on: Option<i32>) -> Result<Told, Status> {
    let request = GetAgeingRequest { member: String::new(), on: on.and_then(|on| day(rig, on)) };
    told!(client(rig, member).await.get_ageing(request))
}

async fn maturity(rig: &Rig, member: &str) -> Result<Told, Status> {
    let request = GetMaturityRequest { member: member.to_owned(), on: None };
    told!(client(rig, member).await.get_maturity(request))
}

async fn daily(rig: &Rig, reader: &str, on: i32) -> Result<Told, Status> {
    told!(client(rig, reader).await.get_daily(GetDailyRequest { on: day(rig, on) }))
}

fn credit(owner: &str, minor: u64, reference: &str) -> Action {
    let (owner, bank_reference) = (member(owner), text(reference));
    Action::CreditDeposit(CreditDeposit { owner, amount: cny(minor), bank_reference })
}

fn discount(tranche: u64, minor: u64) -> Action {
    Action::DiscountTranche(DiscountTranche {
        tranche: TrancheId::new(tranche),
        amount: cny(minor),
        min_proceeds: cny(1),
        facility: None,
        allow_partial_fills: false,
    })
}

fn split(tranche: u64, faces: &[(u64, Option<&str>)]) -> Action {
    let part = |(face, to): &(u64, Option<&str>)| Part {
        face: cny(*face),
        pay: to.map(|to| Offer {
            to: member(to),
            recourse: Recourse::None,
            trade_reference: Some(Hash([9; 32])),
        }),
    };
    Action::SplitTranche(SplitTranche {
        tranche: TrancheId::new(tranche),
        parts: faces.iter().map(part).collect(),
    })
}

/// alpha owes beta 1,000.00 (R1, 60 days) and 500.00 (R2, 30 days); beta sold 400.00 of R1 and paid gamma with
/// 100.00; R2 was paid on its day, R1 is overdue.
async fn story() -> Rig {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("bank-a", rig.open_facility("bank-a", 1_000_000, 36_000)).await;
    rig.apply("alpha", rig.issue(1, 100_000, 60)).await;
    rig.apply("alpha", rig.issue(2, 50_000, 30)).await;
    rig.apply("beta", discount(1, 40_000)).await;
    rig.apply("beta", split(4, &[(10_000, Some("gamma")), (50_000, None)])).await;
    rig.apply("gamma", Action::AcceptTransfer(AcceptTransfer { tranche: TrancheId::new(5) })).await;
    rig.settle("beta", split(6, &[(1, None), (2, None)])).await;
    rig.pass_to_day(29).await;
    rig.apply("bank-a", credit("alpha", 50_000, "REF 1")).await;
    rig.pass_to_day(33).await;
    rig.pass_to_day(66).await;
    rig.pass_to_day(70).await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_says_what_was_held_earned_and_paid() -> Result<(), Status> {
    let rig = story().await;
    // 400.00 at 3.6 % for 60 days on 360
    let discount = 40_000 * 36_000 * 60 / (360 * 1_000_000);
    let first = statement(&rig, "beta", 0, 0).await?;
    assert_eq!(first.figure("opening holdings"), 0);
    assert_eq!(first.figure("closing holdings"), 100_000 + 50_000 - 40_000 - 10_000);
    assert_eq!(first.figure("closing money"), 40_000 - discount);
    assert_eq!((first.figure("income"), first.figure("cost")), (0, discount));
    let apr = (discount * 365 * 1_000_000 * 2 + (40_000 - discount) * 60) / ((40_000 - discount) * 60 * 2);
    assert_eq!(first.figure("apr of sales, ppm on 365"), apr);
    let cost = first.lines.iter().find(|line| line.section == "cost").unwrap();
    assert_eq!((cost.kind.as_str(), cost.counterparty.as_str()), ("tranche_discounted", "bank-a"));
    assert_eq!((cost.receivable, cost.apr_ppm.map(i128::from)), (Some(1), Some(apr)));
    let id: [u8; 32] = cost.transaction_id[..].try_into().unwrap();
    let sale = rig.ledger.view().transaction(&id).unwrap();
    assert!(sale.is_some(), "a line names the transaction that it comes from");
    assert_eq!(first.kinds("closing holding").len(), 2);

    let second = statement(&rig, "beta", 1, 70).await?;
    assert_eq!(second.figure("opening holdings"), first.figure("closing holdings"));
    assert_eq!(second.figure("opening money"), first.figure("closing money"));
    assert_eq!(second.figure("closing holdings"), 50_000);
    assert_eq!(second.figure("decrease of holdings"), 50_000);
    assert_eq!(second.figure("increase of money"), 50_000);
    assert_eq!((second.figure("income"), second.figure("cost")), (0, 0));
    assert!(second.lines.iter().all(|line| line.section != "money" || line.transaction_id.is_empty()));

    let bank = statement(&rig, "bank-a", 0, 0).await?;
    assert_eq!(bank.figure("closing holdings"), 40_000);
    assert_eq!(bank.figure("closing deposits owed"), 40_000 - discount);
    assert_eq!((bank.figure("income"), bank.figure("cost")), (discount, 0));
    let anchor = statement(&rig, "alpha", 0, 70).await?;
    assert_eq!(
        (anchor.figure("increase of payables"), anchor.figure("closing payables")),
        (150_000, 100_000)
    );
    assert_eq!((anchor.figure("closing money"), anchor.figure("cost")), (0, 0));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_advance_only_the_interest_is_a_cost() -> Result<(), Status> {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 100_000, 60)).await;
    let (tranche, bank) = (TrancheId::new(1), member("bank-a"));
    let (advance_rate, interest) = (Rate::from_ppm(800_000), Rate::from_ppm(36_000));
    let terms = PledgeTerms { advance_rate, interest, day_count: DayCount::Act360 };
    rig.apply("beta", Action::OfferPledge(OfferPledge { tranche, funder: bank, terms })).await;
    rig.apply("bank-a", Action::AcceptPledge(AcceptPledge { tranche, paying_bank: bank })).await;
    rig.pass_to_day(30).await;
    // 800.00 at 3.6 % for 30 days on 360 are 2.40; with them 300.00 are paid back
    rig.apply("beta", Action::RepayPledge(RepayPledge { tranche, bank, amount: cny(30_240) })).await;
    let first = statement(&rig, "beta", 0, 40).await?;
    assert_eq!((first.figure("income"), first.figure("cost")), (0, 240));
    assert_eq!(first.kinds("cost"), ["pledge_repaid"]);
    assert_eq!(first.kinds("advances taken"), ["tranche_pledged", "pledge_repaid"]);
    assert_eq!(first.figure("closing advances taken"), 50_000);
    assert_eq!(first.figure("closing money"), 80_000 - 30_240);

    // the anchor's payment pays the rest of the advance first
    rig.apply("bank-a", credit("alpha", 100_000, "REF 1")).await;
    rig.pass_to_day(66).await;
    let second = statement(&rig, "beta", 41, 70).await?;
    let cost = second.lines.iter().find(|line| line.section == "cost").unwrap();
    let settled = statement(&rig, "alpha", 41, 70).await?.figure("decrease of payables");
    assert_eq!((settled, cost.kind.as_str()), (100_000, "settlement_distributed"));
    let interest = second.figure("cost");
    assert!(
        (50_000 * 30 / 10_000..=50_000 * 36 / 10_000).contains(&interest),
        "{interest} for 30 to 36 days"
    );
    assert_eq!(second.figure("closing money"), 80_000 - 30_240 + 50_000 - interest);
    assert_eq!((second.figure("closing holdings"), second.figure("closing advances taken")), (0, 0));
    let bank = statement(&rig, "bank-a", 0, 70).await?;
    assert_eq!((bank.figure("income"), bank.figure("cost")), (240 + interest, 0));
    assert_eq!(bank.figure("closing advances given"), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_stands_by_age_and_by_due_date() -> Result<(), Status> {
    let rig = story().await;
    let now = ageing(&rig, "beta", None).await?;
    assert_eq!((now.figure("receivable 8-30 days"), now.figure("receivable in all")), (50_000, 50_000));
    assert_eq!(now.lines.len(), 1);
    assert_eq!((now.lines[0].tranche, now.lines[0].counterparty.as_str()), (Some(6), "alpha"));
    let before = ageing(&rig, "beta", Some(0)).await?;
    assert_eq!(before.figure("receivable not due"), 100_000);
    let owed = ageing(&rig, "alpha", None).await?;
    assert_eq!(owed.figure("payable 8-30 days"), 100_000);
    let due = maturity(&rig, "alpha").await?;
    let name = format!("payable {}", rig.today.plus_days(60));
    assert_eq!((due.figure(&name), due.figure("payable in all")), (100_000, 100_000));
    assert_eq!(maturity(&rig, "bank-a").await?.figure("receivable in all"), 40_000);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_discloses_what_it_owes_and_what_was_financed() -> Result<(), Status> {
    let rig = story().await;
    let first = disclosure(&rig, "alpha", 0, 0).await?;
    assert_eq!((first.figure("closing liability"), first.figure("closing financed")), (150_000, 40_000));
    assert_eq!((first.figure("confirmed"), first.figure("financed in the period")), (150_000, 40_000));
    assert_eq!(first.figure("closing shortest term financed, days"), 60);
    assert_eq!(first.figure("closing longest term not financed, days"), 30);
    let second = disclosure(&rig, "alpha", 1, 70).await?;
    assert_eq!((second.figure("opening liability"), second.figure("opening financed")), (150_000, 40_000));
    assert_eq!((second.figure("settled"), second.figure("closing liability")), (-50_000, 100_000));
    assert!(second.lines.iter().all(|line| line.counterparty == "beta"), "no funder is named");
    let stranger = disclosure(&rig, "beta", 0, 0).await.unwrap_err();
    assert_eq!(stranger.code(), Code::PermissionDenied);
    assert_eq!(disclosure(&rig, REGULATOR, 0, 0).await?.figure("closing liability"), 150_000);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regulator_reads_a_day_and_nobody_else_does() -> Result<(), Status> {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 100_000, 60)).await;
    rig.apply("bank-a", credit("alpha", 70_000, "REF 1")).await;
    rig.settle("bank-a", credit("alpha", 70_000, "REF 1")).await;
    rig.pass_to_day(1).await;
    let pay = PayReceivable { receivable: ReceivableId::new(1), amount: cny(30_000) };
    rig.apply("alpha", Action::PayReceivable(pay)).await;
    let first = daily(&rig, REGULATOR, 0).await?;
    assert_eq!(
        (first.figure("opening debts of alpha"), first.figure("closing debts of alpha")),
        (0, 100_000)
    );
    assert_eq!(first.figure("credited deposits at bank-a"), 70_000);
    assert_eq!(first.figure("refused BANK_REFERENCE_USED"), 1);
    assert_eq!(first.figure("applied transactions"), 3);
    let second = daily(&rig, REGULATOR, 1).await?;
    assert_eq!(second.figure("settled debts of alpha"), -30_000);
    assert_eq!(second.figure("closing debts of alpha"), 70_000);
    assert_eq!(second.figure("events settlement_distributed"), 1);
    for stranger in ["alpha", "bank-a"] {
        assert_eq!(daily(&rig, stranger, 0).await.unwrap_err().code(), Code::PermissionDenied, "{stranger}");
    }
    let upside_down = statement(&rig, "beta", 1, 0).await.unwrap_err();
    assert_eq!(upside_down.code(), Code::InvalidArgument);
    Ok(())
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) % limit
    }
}

/// Something that somebody may or may not be allowed to do.
fn random(rig: &Rig, dice: &mut Dice, number: u32) -> (&'static str, Action) {
    const ANYONE: [&str; 5] = ["alpha", "bank-a", "bank-b", "beta", "gamma"];
    let mut one_of = |names: &[&'static str]| names[usize::try_from(dice.below(names.len() as u64)).unwrap()];
    let (holder, anyone) = (one_of(&["beta", "beta", "gamma", "bank-a"]), one_of(&ANYONE));
    let tranche = 1 + dice.below(u64::from(number) + 2);
    let minor = 100 * (1 + dice.below(400));
    let receivable = ReceivableId::new(1 + dice.below(8));
    match dice.below(10) {
        0 | 1 => ("alpha", rig.issue(100 + number, minor, 20 + i32::try_from(dice.below(60)).unwrap())),
        2 => ("bank-a", credit(anyone, minor, &format!("REF {number}"))),
        3 | 4 => (holder, discount(tranche, minor)),
        5 => (holder, split(tranche, &[(minor, None), (minor * 3, None)])),
        6 => {
            let offer =
                Offer { to: member(anyone), recourse: Recourse::None, trade_reference: Some(Hash([3; 32])) };
            (holder, Action::OfferTransfer(OfferTransfer { tranche: TrancheId::new(tranche), offer }))
        }
        7 => (anyone, Action::AcceptTransfer(AcceptTransfer { tranche: TrancheId::new(tranche) })),
        8 => ("alpha", Action::PayReceivable(PayReceivable { receivable, amount: cny(minor) })),
        _ if minor.is_multiple_of(200) => {
            let (bank, to, amount, note) = (member("bank-a"), member(anyone), cny(minor / 10), text(""));
            (holder, Action::MoveDeposit(MoveDeposit { bank, to, amount, note }))
        }
        _ => {
            let (bank, destination) = (member("bank-a"), text("IBAN"));
            let request = RequestPayout { bank, amount: cny(minor / 10), destination };
            (holder, Action::RequestPayout(request))
        }
    }
}

/// What a member holds and has, as the other services say.
async fn found(rig: &Rig, slug: &str) -> (i128, i128) {
    let request = ListTranchesRequest { holder: slug.to_owned(), page_size: 1_000, ..Default::default() };
    let mut tranches = TrancheServiceClient::new(rig.channel.clone());
    let tranches = in_time(tranches.list_tranches(request)).await.unwrap().into_inner().tranches;
    let faces = tranches.iter().map(|one| i128::from(one.face.as_ref().unwrap().minor_units)).sum();
    let request = ListDepositsRequest { owner: slug.to_owned(), page_size: 1_000, ..Default::default() };
    let mut money = MoneyServiceClient::new(rig.channel.clone());
    let deposits = in_time(money.list_deposits(request)).await.unwrap().into_inner().deposits;
    let whole = |one: &tally_proto::v1::money::Deposit| {
        one.balance_minor_units.parse::<i128>().unwrap() + one.locked_minor_units.parse::<i128>().unwrap()
    };
    (faces, deposits.iter().map(whole).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_and_movements_are_closing_whatever_members_do() -> Result<(), Status> {
    for seed in [1, 2, 3] {
        let mut dice = Dice(seed);
        let rig = Rig::start().await;
        rig.accept_always().await;
        rig.apply("bank-a", rig.open_facility("bank-a", 1_000_000, 36_000)).await;
        rig.apply("bank-b", rig.open_facility("bank-b", 50_000, 24_000)).await;
        for number in 0..60_u32 {
            if number == 30 {
                rig.pass_to_day(25).await;
            }
            let (sender, action) = random(&rig, &mut dice, number);
            rig.settle(sender, action).await;
        }
        rig.pass_to_day(90).await;
        for slug in ["alpha", "beta", "gamma", "bank-a", "bank-b"] {
            let (early, late) = (statement(&rig, slug, 0, 24).await?, statement(&rig, slug, 25, 100).await?);
            for told in [&early, &late] {
                for account in
                    ["holdings", "payables", "money", "deposits owed", "advances given", "advances taken"]
                {
                    let moved = told.figure(&format!("increase of {account}"))
                        - told.figure(&format!("decrease of {account}"));
                    let (opening, closing) = (format!("opening {account}"), format!("closing {account}"));
                    assert_eq!(
                        told.figure(&opening) + moved,
                        told.figure(&closing),
                        "{seed} {slug} {account}"
                    );
                    assert_eq!(told.sum(account), moved, "{seed} {slug} {account}: the lines");
                }
                assert_eq!(told.sum("income"), told.figure("income"), "{seed} {slug}");
                assert_eq!(told.sum("cost"), told.figure("cost"), "{seed} {slug}");
            }
            assert_eq!(early.figure("closing holdings"), late.figure("opening holdings"), "{seed} {slug}");
            let (faces, money) = found(&rig, slug).await;
            assert_eq!(
                (late.figure("closing holdings"), late.figure("closing money")),
                (faces, money),
                "{seed} {slug}"
            );
            assert_eq!(late.sum("closing holding"), faces, "{seed} {slug}");
        }
    }
    Ok(())
}
