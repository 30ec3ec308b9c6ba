//! The world that the table asks about: every kind of record, and a member for every part in it.
use crate::rig::{REGULATOR, Rig, cny, currency, member, text};
use tally_contracts::Action;
use tally_contracts::collection::AssignCases;
use tally_contracts::credit_profile::{ConsentTerms, GrantCreditConsent, Measure, Question, ReadCredit};
use tally_contracts::dilution::IssueCreditNote;
use tally_contracts::dispute::DisputeReceivable;
use tally_contracts::financing::DiscountTranche;
use tally_contracts::governance::{Change, SubmitProposal};
use tally_contracts::guarantee::{AcceptGuarantee, GuaranteeTerms, OfferGuarantee, Scope};
use tally_contracts::member::{
    AttestMember, KycLevel, KycTerms, PartyIdentifier, Role, SetStandingAcceptance,
};
use tally_contracts::money::{CreditDeposit, RequestPayout};
use tally_contracts::netting::{ConsentNetting, LegOrder, ProposeNetting};
use tally_contracts::pledge::{AcceptPledge, OfferPledge, PledgeTerms};
use tally_contracts::pool::{ContributeToPool, EnrolTranche, OpenPool, PoolTerms, SubsidyTerms};
use tally_contracts::programme::{PostProgramme, ProgrammePricing, ProgrammeTerms};
use tally_contracts::receivable::{AcceptReceivable, IssueReceivable};
use tally_contracts::screening::{FreezeTranche, ScreenParty};
use tally_contracts::tranche::{Offer, Part, Recourse, SplitTranche};
use tally_contracts::types::{
    Amount, DayCount, DisputeId, GuaranteeId, Hash, NettingId, PoolId, Rate, ReceivableId, TrancheId,
};

/// Members beside the rig's: for every role somebody who has to do with the records, and a stranger.
const OTHERS: [(&str, &[Role]); 7] = [
    ("omega", &[Role::Anchor]),
    ("delta", &[Role::Supplier]),
    ("trust", &[Role::Funder]),
    ("hedge", &[Role::Funder]),
    ("surety", &[Role::Guarantor]),
    ("warrant", &[Role::Guarantor]),
    ("gather", &[Role::CollectionAgent]),
];

/// R1 is beta's; it paid gamma with T3, kept T4, and sold that to bank-a. R2 is gamma's, and nothing to beta.
async fn trade(rig: &Rig) {
    for (supplier, of) in [("beta", "alpha"), ("gamma", "alpha"), ("gamma", "beta")] {
        let always = SetStandingAcceptance { counterparty: member(of), active: true };
        rig.apply(supplier, Action::SetStandingAcceptance(always)).await;
    }
    rig.apply("alpha", rig.issue(1, 1_000_000, 90)).await;
    rig.apply("alpha", issue(rig, 2, 500_000, 120, "gamma")).await;
    let order = Some(Hash::of(b"order"));
    let offer = Offer { to: member("gamma"), recourse: Recourse::None, trade_reference: order };
    let parts = vec![Part { face: cny(300_000), pay: Some(offer) }, Part { face: cny(700_000), pay: None }];
    rig.apply("beta", Action::SplitTranche(SplitTranche { tranche: TrancheId::new(1), parts })).await;
    rig.apply("bank-a", rig.open_facility("bank-a", 10_000_000, 40_000)).await;
    rig.apply("bank-b", rig.open_facility("bank-b", 10_000_000, 50_000)).await;
    let discount = DiscountTranche {
        tranche: TrancheId::new(4),
        amount: cny(700_000),
        min_proceeds: Amount::zero(currency()),
        facility: None,
        allow_partial_fills: false,
    };
    rig.apply("beta", Action::DiscountTranche(discount)).await;
    credit(rig, "bank-a", "alpha", 900_000, "W1").await;
    let payout = RequestPayout { bank: member("bank-a"), amount: cny(1_000), destination: text("account") };
    rig.apply("beta", Action::RequestPayout(payout)).await;
    crate::documents::file_invoice(rig).await;
}

/// A receivable of alpha's for another supplier.
fn issue(rig: &Rig, number: u32, minor: u64, days: i32, supplier: &str) -> Action {
    let Action::IssueReceivable(issue) = rig.issue(number, minor, days) else { panic!("an issue") };
    Action::IssueReceivable(IssueReceivable { supplier: member(supplier), ..issue })
}

async fn credit(rig: &Rig, bank: &str, owner: &str, minor: u64, reference: &str) {
    let credit = CreditDeposit { owner: member(owner), amount: cny(minor), bank_reference: text(reference) };
    rig.apply(bank, Action::CreditDeposit(credit)).await;
}

/// What a small test needs.
pub async fn trading() -> Rig {
    let rig = Rig::start().await;
    trade(&rig).await;
    rig
}

/// Every kind of record.
pub async fn whole() -> Rig {
    let rig = Rig::peopled(&OTHERS).await;
    trade(&rig).await;
    help(&rig).await;
    contest(&rig).await;
    vouch(&rig).await;
    circle(&rig).await;
    rig
}

/// R2's T2 is pledged to trust, who pays from its deposit at bank-b; surety guarantees bank-a's T4 (B1) and manages the
/// pool that shares its loss (C1); alpha pays early (P1).
async fn help(rig: &Rig) {
    credit(rig, "bank-b", "trust", 1_000_000, "W2").await;
    let (advance_rate, interest) = (Rate::from_ppm(700_000), Rate::from_ppm(40_000));
    let terms = PledgeTerms { advance_rate, interest, day_count: DayCount::Act360 };
    let pledge = OfferPledge { tranche: TrancheId::new(2), funder: member("trust"), terms };
    rig.apply("gamma", Action::OfferPledge(pledge)).await;
    let accept = AcceptPledge { tranche: TrancheId::new(2), paying_bank: member("bank-b") };
    rig.apply("trust", Action::AcceptPledge(accept)).await;

    let terms = GuaranteeTerms {
        scope: Scope::Tranche(TrancheId::new(4)),
        share: Rate::from_ppm(600_000),
        cap: cny(400_000),
        fee: Amount::zero(currency()),
        applicant: member("beta"),
        bank: member("bank-a"),
        expires_on: rig.today.plus_days(300),
    };
    rig.apply("surety", Action::OfferGuarantee(OfferGuarantee { terms })).await;
    let guarantee = GuaranteeId::new(1);
    rig.apply("beta", Action::AcceptGuarantee(AcceptGuarantee { guarantee })).await;

    credit(rig, "bank-a", "bank-a", 200_000, "W3").await;
    let subsidy = SubsidyTerms { share: Rate::from_ppm(300_000), cap: cny(500_000) };
    let terms = PoolTerms {
        bank: member("bank-a"),
        share: Rate::from_ppm(600_000),
        share_with_guarantor: Rate::from_ppm(400_000),
        leverage: 10,
        cap: cny(500_000),
        interest_subsidy: subsidy,
        fee_subsidy: subsidy,
    };
    rig.apply("surety", Action::OpenPool(OpenPool { terms })).await;
    let (pool, tranche) = (PoolId::new(1), TrancheId::new(4));
    rig.apply("bank-a", Action::ContributeToPool(ContributeToPool { pool, amount: cny(100_000) })).await;
    rig.apply("bank-a", Action::EnrolTranche(EnrolTranche { pool, tranche, guarantee: None })).await;

    let terms = ProgrammeTerms {
        pricing: ProgrammePricing::Sliding { max: Rate::from_ppm(20_000) },
        budget: cny(500_000),
        valid_from: rig.today,
        valid_until: rig.today.plus_days(60),
    };
    rig.apply("alpha", Action::PostProgramme(PostProgramme { terms })).await;
}

/// R3: alpha disputes a part (D1), beta issues a credit note for it (N1), and its T5 is frozen.
async fn contest(rig: &Rig) {
    rig.apply("alpha", rig.issue(3, 200_000, 60)).await;
    let receivable = ReceivableId::new(3);
    let (evidence, reason) = (Hash([7; 32]), text("two crates were broken"));
    let dispute = DisputeReceivable { receivable, amount: cny(40_000), evidence, reason: reason.clone() };
    rig.apply("alpha", Action::DisputeReceivable(dispute)).await;
    let note = IssueCreditNote {
        receivable,
        number: text("CN-1"),
        issue_date: rig.today,
        amount: cny(25_000),
        document_hash: Hash([8; 32]),
        reason,
        dispute: Some(DisputeId::new(1)),
    };
    rig.apply("beta", Action::IssueCreditNote(note)).await;
    let freeze = FreezeTranche { tranche: TrancheId::new(5), case: text("case 7") };
    rig.apply(REGULATOR, Action::FreezeTranche(freeze)).await;
}

/// Who is listed, attested, limited, and who may ask about whom.
async fn vouch(rig: &Rig) {
    let identifier = PartyIdentifier { scheme: text("LEI"), value: text("warrant") };
    let screen = ScreenParty { identifier, reason: text("case 8") };
    rig.apply(REGULATOR, Action::ScreenParty(screen)).await;
    let terms =
        KycTerms { level: KycLevel::Standard, expires_on: rig.today.plus_days(30), evidence: Hash([6; 32]) };
    rig.apply("bank-a", Action::AttestMember(AttestMember { member: member("alpha"), terms })).await;
    let change = Change::SetAnchorLimit { anchor: member("alpha"), limit: cny(90_000_000) };
    let proposal = SubmitProposal { change, reason: text("agreed"), open_days: 7 };
    rig.apply("bank-a", Action::SubmitProposal(proposal)).await;
    let (measures, last_day) = (vec![Measure::SupplierVolume], rig.today.plus_days(30));
    let terms = ConsentTerms { measures, purpose: text("a facility"), last_day };
    let consent = GrantCreditConsent { reader: member("bank-b"), terms };
    rig.apply("beta", Action::GrantCreditConsent(consent)).await;
    let questions = vec![Question { measure: Measure::SupplierVolume, at_least: None }];
    let read = ReadCredit { member: member("beta"), currency: currency(), questions };
    rig.apply("bank-b", Action::ReadCredit(read)).await;
}

/// R4: crux owes duke; R5: duke owes crux. A part is netted (N1), the rest is overdue and a case, R4's with an agent.
async fn circle(rig: &Rig) {
    for (number, anchor, supplier, minor) in [(4, "crux", "duke", 100_000), (5, "duke", "crux", 60_000)] {
        rig.apply(anchor, issue(rig, number, minor, 2, supplier)).await;
        let receivable = ReceivableId::new(number.into());
        rig.apply(supplier, Action::AcceptReceivable(AcceptReceivable { receivable })).await;
    }
    rig.pass_days(2).await;
    let leg = |tranche| LegOrder { tranche: TrancheId::new(tranche), amount: cny(30_000) };
    rig.apply("crux", Action::ProposeNetting(ProposeNetting { legs: vec![leg(6), leg(7)] })).await;
    rig.apply("duke", Action::ConsentNetting(ConsentNetting { netting: NettingId::new(1) })).await;
    rig.pass_days(1).await;
    rig.pass_days(1).await;
    let mandate = AssignCases {
        cases: vec![ReceivableId::new(4)],
        agent: member("recover"),
        until: rig.today.plus_days(40),
        mandate: Hash([5; 32]),
    };
    rig.apply("duke", Action::AssignCases(mandate)).await;
}
