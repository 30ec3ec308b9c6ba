//! One action of each kind, with every field in use.
use super::{CHAIN, cny, date, hash, key, member, secret, text};
use ed25519_dalek::Signer;
use std::collections::BTreeSet;
use tally_contracts::Action;
use tally_contracts::collection::{
    ApproveArrangement, Arrangement, ArrangementKind, AssignCases, Channel, EndMandate, Instalment,
    LogContact, ProposeArrangement, RefuseArrangement,
};
use tally_contracts::dilution::{
    AcceptCreditNote, IssueCreditNote, RefuseCreditNote, RuleCreditNote, WithdrawCreditNote,
};
use tally_contracts::dispute::{DisputeReceivable, RuleDispute, WithdrawDispute};
use tally_contracts::facility::{
    AmendFacility, CloseFacility, CurvePoint, Offering, OpenFacility, SettlementMethod,
};
use tally_contracts::financing::{ConfirmDiscount, DiscountTranche};
use tally_contracts::genesis::{Observer, Validator};
use tally_contracts::governance::{Admission, Change, SubmitProposal, VoteProposal};
use tally_contracts::guarantee::{AcceptGuarantee, ClaimGuarantee, GuaranteeTerms, OfferGuarantee, Scope};
use tally_contracts::member::{
    ActionClass, AddKey, ApprovalRule, AttestMember, KeyCapacity, KycLevel, KycTerms, MemberStatus,
    PartyIdentifier, RegisterMember, RevokeAttestation, RevokeKey, Role, SetApprovalPolicy,
    SetStandingAcceptance,
};
use tally_contracts::misbehaviour::{ReportMisbehaviour, Statement, StatementKind};
use tally_contracts::money::{ConfirmPayout, CreditDeposit, MoveDeposit, RejectPayout, RequestPayout};
use tally_contracts::netting::{ConsentNetting, LegOrder, ProposeNetting, RefuseNetting};
use tally_contracts::pledge::{AcceptPledge, DeclinePledge, OfferPledge, PledgeTerms, RepayPledge};
use tally_contracts::policy::Policy;
use tally_contracts::pool::{
    ClaimFromPool, ClaimSubsidy, ContributeToPool, EnrolTranche, OpenPool, PoolTerms, SubsidyKind,
    SubsidyTerms,
};
use tally_contracts::programme::{
    CloseProgramme, PostProgramme, ProgrammePricing, ProgrammeTerms, TakeEarlyPayment,
};
use tally_contracts::receivable::{
    AcceptReceivable, CancelReceivable, ConfirmReceivable, DeclineReceivable, Invoice, InvoiceFormat,
    IssueReceivable, RejectCode, RejectReceivable, SubmitReceivable, Terms, WithdrawReceivable,
};
use tally_contracts::recourse::{ClaimRecourse, PayRecourse};
use tally_contracts::registration::RegisterFinancing;
use tally_contracts::screening::{ClearParty, FreezeTranche, ScreenParty, UnfreezeTranche};
use tally_contracts::settlement::{AnswerCosts, ClaimCosts, PayForAnchor, PayReceivable, WriteOffTranche};
use tally_contracts::tranche::{
    AcceptTransfer, DeclineTransfer, MergeTranches, Offer, OfferTransfer, Part, Recourse, SplitTranche,
};
use tally_contracts::types::{
    CreditNoteId, DayCount, DisputeId, FacilityId, GuaranteeId, Hash, Height, NettingId, PayoutId, PoolId,
    ProgrammeId, ProposalId, Rate, ReceivableId, Timestamp, TrancheId,
};
use tally_proto::statement::Place;

pub fn every_action() -> Vec<Action> {
    let parts = [
        members(),
        money(),
        receivables(),
        tranches(),
        facilities(),
        cash(),
        governance(),
        authority(),
        late(),
        help(),
        disputes(),
        nettings(),
        cases(),
        liens(),
        programmes(),
        credit(),
        documents(),
        misbehaviour(),
    ];
    parts.concat()
}

fn members() -> Vec<Action> {
    let identifier = PartyIdentifier { scheme: text("USCC"), value: text("91350100M000100Y43") };
    vec![
        Action::RegisterMember(RegisterMember {
            member: member("alpha"),
            legal_name: text("阿尔法零部件有限公司"),
            identifiers: vec![identifier],
            roles: BTreeSet::from([Role::Supplier]),
            keys: vec![(key(2), KeyCapacity::Maker), (key(3), KeyCapacity::Checker)],
            attestation: attestation(),
        }),
        Action::AddKey(AddKey { key: key(4), capacity: KeyCapacity::Both, last_height: None }),
        Action::RevokeKey(RevokeKey { key: key(4) }),
        Action::SetStandingAcceptance(SetStandingAcceptance { counterparty: member("anchor"), active: true }),
    ]
}

fn money() -> Vec<Action> {
    let (bank, amount) = (member("bank-of-east"), cny(98_151_250));
    vec![
        Action::CreditDeposit(CreditDeposit {
            owner: member("anchor"),
            amount,
            bank_reference: text("E-2026-1"),
        }),
        Action::MoveDeposit(MoveDeposit { bank, to: member("beta"), amount, note: text("for steel") }),
        Action::RequestPayout(RequestPayout { bank, amount, destination: text("CN12 3456") }),
        Action::ConfirmPayout(ConfirmPayout { payout: PayoutId::new(1), bank_reference: text("E-2026-2") }),
        Action::RejectPayout(RejectPayout { payout: PayoutId::new(1), reason: text("account closed") }),
    ]
}

fn receivables() -> Vec<Action> {
    let receivable = ReceivableId::new(17);
    vec![
        Action::SubmitReceivable(SubmitReceivable { anchor: member("anchor"), terms: terms() }),
        Action::IssueReceivable(IssueReceivable {
            supplier: member("alpha"),
            terms: terms(),
            defences_waived: true,
            acknowledge_near_duplicates: true,
        }),
        Action::ConfirmReceivable(ConfirmReceivable {
            receivable,
            amount: cny(90_000_000),
            reason: text("two pieces broken"),
            defences_waived: true,
            acknowledge_near_duplicates: true,
        }),
        Action::RejectReceivable(RejectReceivable {
            receivable,
            code: RejectCode::AmountWrong,
            text: text("we owe half"),
        }),
        Action::WithdrawReceivable(WithdrawReceivable { receivable }),
        Action::AcceptReceivable(AcceptReceivable { receivable }),
        Action::DeclineReceivable(DeclineReceivable { receivable, reason: text("cash, please") }),
        Action::CancelReceivable(CancelReceivable { receivable, reason: text("goods returned") }),
    ]
}

fn terms() -> Terms {
    Terms {
        face: cny(100_000_000),
        due_date: date(2026, 6, 17),
        delivery_date: date(2026, 1, 10),
        invoices: vec![Invoice {
            number: text("INV-1"),
            issue_date: date(2026, 1, 12),
            amount: cny(100_000_000),
            document_hash: hash(0x11),
            format: InvoiceFormat::Ubl21,
        }],
        contract_reference: text("C-9"),
        settlement_bank: member("bank-of-east"),
        tenor_justification: Some(hash(0x22)),
        late_rate_ppm_per_day: Some(500),
    }
}

fn tranches() -> Vec<Action> {
    let tranche = TrancheId::new(5);
    let offer = Offer { to: member("beta"), recourse: Recourse::Full, trade_reference: Some(hash(0x33)) };
    let parts =
        vec![Part { face: cny(30_000_000), pay: Some(offer) }, Part { face: cny(70_000_000), pay: None }];
    vec![
        Action::SplitTranche(SplitTranche { tranche, parts }),
        Action::MergeTranches(MergeTranches { tranches: vec![TrancheId::new(6), TrancheId::new(300)] }),
        Action::OfferTransfer(OfferTransfer { tranche, offer }),
        Action::AcceptTransfer(AcceptTransfer { tranche }),
        Action::DeclineTransfer(DeclineTransfer { tranche }),
    ]
}

fn facilities() -> Vec<Action> {
    let facility = FacilityId::new(3);
    let point = |days, ppm| CurvePoint { days, rate: Rate::from_ppm(ppm) };
    let offering = Offering {
        limit: cny(1_000_000_000),
        limit_per_seller: Some(cny(500_000_000)),
        tenor_days_min: 5,
        tenor_days_max: 360,
        curve: vec![point(30, 40_000), point(180, 43_500)],
        day_count: DayCount::Act360,
        fee: Rate::from_ppm(2_000),
        fee_minimum: cny(100),
        recourse: Recourse::None,
        method: SettlementMethod::Deposit,
        paying_bank: member("bank-of-east"),
        valid_until: date(2026, 12, 31),
    };
    let anchors = vec![member("anchor"), member("other-anchor")];
    vec![
        Action::OpenFacility(OpenFacility { anchors, offering: offering.clone() }),
        Action::AmendFacility(AmendFacility { facility, offering }),
        Action::CloseFacility(CloseFacility { facility }),
    ]
}

fn cash() -> Vec<Action> {
    vec![
        Action::DiscountTranche(DiscountTranche {
            tranche: TrancheId::new(5),
            amount: cny(100_000_000),
            min_proceeds: cny(98_000_000),
            facility: Some(FacilityId::new(3)),
            allow_partial_fills: true,
        }),
        Action::PayReceivable(PayReceivable { receivable: ReceivableId::new(17), amount: cny(1) }),
    ]
}

fn late() -> Vec<Action> {
    let (receivable, amount) = (ReceivableId::new(17), cny(250_000));
    vec![
        Action::PayForAnchor(PayForAnchor {
            receivable,
            amount,
            bank: member("bank-of-east"),
            take_claim: true,
        }),
        Action::ClaimCosts(ClaimCosts { receivable, amount, evidence: hash(0x44), note: text("lawyer") }),
        Action::AnswerCosts(AnswerCosts {
            receivable,
            claimant: member("beta"),
            allow: true,
            note: text("ruling 7"),
        }),
        Action::WriteOffTranche(WriteOffTranche { tranche: TrancheId::new(5), reason: text("hopeless") }),
    ]
}

fn credit() -> Vec<Action> {
    use tally_contracts::credit_profile::{
        ConsentTerms, GrantCreditConsent, Measure, Question, ReadCredit, RevokeCreditConsent,
    };
    let reader = member("bank-of-east");
    let terms = ConsentTerms {
        measures: vec![Measure::Exposure, Measure::OnTimeShare],
        purpose: text("a facility"),
        last_day: date(2027, 6, 30),
    };
    let question = |measure, at_least| Question { measure, at_least };
    vec![
        Action::GrantCreditConsent(GrantCreditConsent { reader, terms }),
        Action::RevokeCreditConsent(RevokeCreditConsent { reader }),
        Action::ReadCredit(ReadCredit {
            member: member("acme"),
            currency: cny(1).currency(),
            questions: vec![question(Measure::Exposure, None), question(Measure::OnTimeShare, Some(4))],
        }),
    ]
}

fn help() -> Vec<Action> {
    let (guarantee, pool, tranche) = (GuaranteeId::new(3), PoolId::new(2), TrancheId::new(5));
    let subsidy = |share, cap| SubsidyTerms { share: Rate::from_ppm(share), cap: cny(cap) };
    let terms = GuaranteeTerms {
        scope: Scope::Receivable(ReceivableId::new(17)),
        share: Rate::from_ppm(400_000),
        cap: cny(50_000_000),
        fee: cny(1_000_000),
        applicant: member("beta"),
        bank: member("bank-of-east"),
        expires_on: date(2027, 6, 30),
    };
    vec![
        Action::OfferGuarantee(OfferGuarantee { terms }),
        Action::AcceptGuarantee(AcceptGuarantee { guarantee }),
        Action::ClaimGuarantee(ClaimGuarantee { guarantee, tranche }),
        Action::OpenPool(OpenPool {
            terms: PoolTerms {
                bank: member("bank-of-east"),
                share: Rate::from_ppm(600_000),
                share_with_guarantor: Rate::from_ppm(400_000),
                leverage: 10,
                cap: cny(200_000_000),
                interest_subsidy: subsidy(300_000, 50_000_000),
                fee_subsidy: subsidy(500_000, 20_000_000),
            },
        }),
        Action::ContributeToPool(ContributeToPool { pool, amount: cny(30_000_000) }),
        Action::EnrolTranche(EnrolTranche { pool, tranche, guarantee: Some(guarantee) }),
        Action::ClaimFromPool(ClaimFromPool { tranche }),
        Action::ClaimSubsidy(ClaimSubsidy {
            pool,
            receivable: ReceivableId::new(17),
            kind: SubsidyKind::GuaranteeFee,
        }),
    ]
}

/// Every kind of change, then a vote.
fn governance() -> Vec<Action> {
    let mut policy = Policy::rulebook();
    (policy.version, policy.effective_from) = (2, date(2026, 7, 1));
    policy.calendar.holidays.extend([date(2026, 10, 1), date(2026, 10, 2)]);
    policy.calendar.working_days.insert(date(2026, 10, 10));
    let admission = Admission {
        member: member("newco"),
        legal_name: text("Newco Ltd"),
        identifiers: vec![lei()],
        roles: BTreeSet::from([Role::Anchor, Role::Guarantor]),
        keys: vec![(key(5), KeyCapacity::Both)],
    };
    let validator = Validator { member: member("newco"), consensus_key: key(6), peer_key: key(7), power: 10 };
    let changes = [
        Change::AdmitMember(admission),
        Change::SetMemberStatus { member: member("anchor"), status: MemberStatus::Suspended },
        Change::SetRoles { member: member("anchor"), roles: BTreeSet::from([Role::Anchor]) },
        Change::SetValidator(validator),
        Change::RemoveValidator { consensus_key: key(6) },
        Change::SetObserver(Observer { member: member("newco"), peer_key: key(8) }),
        Change::RemoveObserver { peer_key: key(8) },
        Change::EnterPolicy(Box::new(policy)),
        Change::SetAnchorLimit { anchor: member("anchor"), limit: cny(1) },
        Change::RemoveAnchorLimit { anchor: member("anchor"), currency: cny(1).currency() },
        Change::ScreenParty { identifier: lei(), reason: text("list 7") },
        Change::ClearParty { identifier: lei(), reason: text("delisted") },
    ];
    let submit =
        |change| Action::SubmitProposal(SubmitProposal { change, reason: text("agreed"), open_days: 30 });
    let vote = VoteProposal { proposal: ProposalId::new(7), in_favour: true };
    changes.into_iter().map(submit).chain([Action::VoteProposal(vote)]).collect()
}

fn lei() -> PartyIdentifier {
    PartyIdentifier { scheme: text("LEI"), value: text("529900T8BM49AURSDO55") }
}

fn attestation() -> KycTerms {
    KycTerms { level: KycLevel::Standard, expires_on: date(2027, 1, 15), evidence: hash(9) }
}

fn authority() -> Vec<Action> {
    let rule = |class, at_least, keys| ApprovalRule { class, at_least, keys, maker_checker: keys > 1 };
    let rules = vec![rule(ActionClass::Money, Some(cny(100)), 2), rule(ActionClass::Tranche, None, 1)];
    let tranche = TrancheId::new(5);
    vec![
        Action::AttestMember(AttestMember { member: member("alpha"), terms: attestation() }),
        Action::RevokeAttestation(RevokeAttestation { member: member("alpha"), reason: text("moved away") }),
        Action::SetApprovalPolicy(SetApprovalPolicy { rules }),
        Action::ScreenParty(ScreenParty { identifier: lei(), reason: text("list 7") }),
        Action::ClearParty(ClearParty { identifier: lei(), reason: text("delisted") }),
        Action::FreezeTranche(FreezeTranche { tranche, case: text("2026-7") }),
        Action::UnfreezeTranche(UnfreezeTranche { tranche, case: text("2026-7") }),
    ]
}

fn disputes() -> Vec<Action> {
    let (dispute, credit_note) = (DisputeId::new(3), CreditNoteId::new(4));
    let (reference, award) = (text("CIETAC-2026-7"), hash(9));
    vec![
        Action::DisputeReceivable(DisputeReceivable {
            receivable: ReceivableId::new(17),
            amount: cny(30_000),
            evidence: hash(8),
            reason: text("two crates were broken"),
        }),
        Action::WithdrawDispute(WithdrawDispute { dispute }),
        Action::RuleDispute(RuleDispute {
            dispute,
            upheld: cny(10_000),
            reference: reference.clone(),
            award,
        }),
        Action::IssueCreditNote(IssueCreditNote {
            receivable: ReceivableId::new(17),
            number: text("CN-2026-1"),
            issue_date: date(2026, 3, 1),
            amount: cny(10_000),
            document_hash: hash(7),
            reason: text("two crates were broken"),
            dispute: Some(dispute),
        }),
        Action::AcceptCreditNote(AcceptCreditNote { credit_note, loss_max: cny(5_000) }),
        Action::RefuseCreditNote(RefuseCreditNote { credit_note, reason: text("nothing was broken") }),
        Action::WithdrawCreditNote(WithdrawCreditNote { credit_note }),
        Action::RuleCreditNote(RuleCreditNote { credit_note, reference, award }),
    ]
}

fn nettings() -> Vec<Action> {
    let netting = NettingId::new(5);
    let leg = |number| LegOrder { tranche: TrancheId::new(number), amount: cny(6_000) };
    vec![
        Action::ProposeNetting(ProposeNetting { legs: vec![leg(1), leg(2), leg(3)] }),
        Action::ConsentNetting(ConsentNetting { netting }),
        Action::RefuseNetting(RefuseNetting { netting, reason: text("we need the cash") }),
    ]
}

fn cases() -> Vec<Action> {
    let case = ReceivableId::new(17);
    let until = date(2027, 1, 31);
    let instalment = |month| Instalment { on: date(2026, month, 1), amount: cny(50_000) };
    let arrangement = Arrangement {
        kind: ArrangementKind::Restructuring { observed_until: until },
        instalments: vec![instalment(9), instalment(10)],
    };
    vec![
        Action::AssignCases(AssignCases {
            cases: vec![case, ReceivableId::new(18)],
            agent: member("recover"),
            until,
            mandate: hash(6),
        }),
        Action::EndMandate(EndMandate { case, reason: text("nothing to find") }),
        Action::LogContact(LogContact {
            case,
            at: Timestamp::from_ms(1_781_654_400_000),
            channel: Channel::Phone,
            outcome: text("promised to pay"),
        }),
        Action::ProposeArrangement(ProposeArrangement { case, arrangement, note: text("new terms") }),
        Action::ApproveArrangement(ApproveArrangement { case }),
        Action::RefuseArrangement(RefuseArrangement { case, reason: text("too slow") }),
    ]
}

fn liens() -> Vec<Action> {
    let (tranche, bank) = (TrancheId::new(5), member("bank-of-east"));
    let terms = PledgeTerms {
        advance_rate: Rate::from_ppm(800_000),
        interest: Rate::from_ppm(43_500),
        day_count: DayCount::Act365Fixed,
    };
    vec![
        Action::ConfirmDiscount(ConfirmDiscount { tranche, payment_reference: text("PAY-7") }),
        Action::OfferPledge(OfferPledge { tranche, funder: bank, terms }),
        Action::AcceptPledge(AcceptPledge { tranche, paying_bank: bank }),
        Action::DeclinePledge(DeclinePledge { tranche }),
        Action::RepayPledge(RepayPledge { tranche, bank, amount: cny(80_000_000) }),
        Action::ClaimRecourse(ClaimRecourse { tranche, transferor: member("alpha") }),
        Action::PayRecourse(PayRecourse { tranche, bank, amount: cny(98_000_000) }),
        Action::RegisterFinancing(RegisterFinancing {
            tranche,
            registry_number: text("0123-2026"),
            registered_at: Timestamp::from_ms(1_768_467_600_000),
        }),
    ]
}

fn programmes() -> Vec<Action> {
    let programme = ProgrammeId::new(2);
    let terms = |pricing| ProgrammeTerms {
        pricing,
        budget: cny(500_000_000),
        valid_from: date(2026, 1, 15),
        valid_until: date(2026, 12, 31),
    };
    let apr = ProgrammePricing::Apr { rate: Rate::from_ppm(60_000), day_count: DayCount::Act360 };
    let sliding = ProgrammePricing::Sliding { max: Rate::from_ppm(20_000) };
    vec![
        Action::PostProgramme(PostProgramme { terms: terms(apr) }),
        Action::PostProgramme(PostProgramme { terms: terms(sliding) }),
        Action::CloseProgramme(CloseProgramme { programme }),
        Action::TakeEarlyPayment(TakeEarlyPayment {
            programme,
            tranche: TrancheId::new(5),
            amount: cny(100_000_000),
            min_proceeds: cny(99_000_000),
        }),
    ]
}

/// Documents and the keys behind them.
fn documents() -> Vec<Action> {
    use tally_contracts::document::{DocumentKind, Payload, RegisterDocument, ShareDocument, ShredDocument};
    use tally_contracts::governance::RotateConsensusKey;
    use tally_contracts::member::SetEncryptionKey;
    use tally_contracts::types::{DocumentId, X25519Key};
    let payload = Payload { commitment: hash(1), ciphertext: hash(2), bytes: 4_112 };
    vec![
        Action::SetEncryptionKey(SetEncryptionKey { key: X25519Key([9; 32]) }),
        Action::RotateConsensusKey(RotateConsensusKey { from: key(1), to: key(2) }),
        Action::RegisterDocument(RegisterDocument {
            receivable: ReceivableId::new(7),
            tranche: Some(TrancheId::new(3)),
            kind: DocumentKind::DeliveryNote,
            payload,
            replaces: Some(DocumentId::new(4)),
        }),
        Action::ShareDocument(ShareDocument { document: DocumentId::new(5), with: member("acme") }),
        Action::ShredDocument(ShredDocument { document: DocumentId::new(5) }),
    ]
}

/// Signed by key 5, since nodes check it.
fn misbehaviour() -> Vec<Action> {
    let (validator, height, round) = (key(5), Height::new(7), 2);
    let report = |kind, first: (Option<Hash>, Option<u32>), second: (Option<Hash>, Option<u32>)| {
        let place = Place { chain_id: CHAIN, kind, height, round, validator };
        let statement = |(block, valid_round)| {
            let signature = secret(5).sign(&place.signed_bytes(block, valid_round)).to_bytes();
            Statement { block, valid_round, signature }
        };
        let (first, second) = (statement(first), statement(second));
        Action::ReportMisbehaviour(ReportMisbehaviour { validator, kind, height, round, first, second })
    };
    vec![
        report(StatementKind::Precommit, (Some(hash(1)), None), (None, None)),
        report(StatementKind::Proposal, (Some(hash(1)), Some(1)), (Some(hash(2)), None)),
    ]
}
