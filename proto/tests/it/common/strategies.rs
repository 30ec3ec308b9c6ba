//! Any transaction that the domain's types can hold.
use ed25519_dalek::SigningKey;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
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
use tally_contracts::financing::DiscountTranche;
use tally_contracts::guarantee::{AcceptGuarantee, ClaimGuarantee, GuaranteeTerms, OfferGuarantee, Scope};
use tally_contracts::limits::AMOUNT_MINOR_MAX;
use tally_contracts::member::{
    AddKey, KeyCapacity, KycLevel, KycTerms, PartyIdentifier, RegisterMember, RevokeKey, Role,
    SetStandingAcceptance,
};
use tally_contracts::money::{ConfirmPayout, CreditDeposit, MoveDeposit, RejectPayout, RequestPayout};
use tally_contracts::netting::{ConsentNetting, LegOrder, ProposeNetting, RefuseNetting};
use tally_contracts::pool::{
    ClaimFromPool, ClaimSubsidy, ContributeToPool, EnrolTranche, OpenPool, PoolTerms, SubsidyKind,
    SubsidyTerms,
};
use tally_contracts::receivable::{
    AcceptReceivable, CancelReceivable, ConfirmReceivable, DeclineReceivable, Invoice, InvoiceFormat,
    IssueReceivable, RejectCode, RejectReceivable, SubmitReceivable, Terms, WithdrawReceivable,
};
use tally_contracts::settlement::{AnswerCosts, ClaimCosts, PayForAnchor, PayReceivable, WriteOffTranche};
use tally_contracts::tranche::{
    AcceptTransfer, DeclineTransfer, MergeTranches, Offer, OfferTransfer, Part, Recourse, SplitTranche,
};
use tally_contracts::types::{
    Amount, BusinessDate, CreditNoteId, Currency, DayCount, DisputeId, FacilityId, GuaranteeId, Hash, Height,
    MemberId, NettingId, PayoutId, PoolId, PublicKey, Rate, ReceivableId, Text, Timestamp, TrancheId,
};
use tally_proto::TransactionDraft;

prop_compose! {
    pub fn any_draft()(
        request_id in any::<[u8; 16]>(),
        sender in member(),
        signers in btree_set(key(), 1..=8),
        valid_until in any::<u64>(),
        action in action(),
    ) -> TransactionDraft {
        let (signers, valid_until) = (signers.into_iter().collect(), Height::new(valid_until));
        TransactionDraft { request_id, sender, signers, valid_until, action }
    }
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        member_action(),
        money_action(),
        receivable_action(),
        tranche_action(),
        facility_action(),
        late_action(),
        help_action(),
        dispute_action(),
        netting_action(),
        case_action(),
        credit_action(),
        document_action(),
        misbehaviour_action(),
    ]
}

fn member() -> impl Strategy<Value = MemberId> {
    "[a-z0-9][a-z0-9-]{0,30}[a-z0-9]".prop_map(|slug| MemberId::new(&slug).unwrap())
}

fn text() -> impl Strategy<Value = Text> {
    "[ -~中é]{0,60}".prop_map(|text| Text::new(&text).unwrap())
}

fn amount() -> impl Strategy<Value = Amount> {
    (0..=AMOUNT_MINOR_MAX, "[A-Z]{3}")
        .prop_map(|(minor, code)| Amount::new(minor, Currency::new(&code).unwrap()).unwrap())
}

fn date() -> impl Strategy<Value = BusinessDate> {
    let last = BusinessDate::from_ymd(9999, 12, 31).unwrap().days();
    (0..=last).prop_map(BusinessDate::from_days)
}

fn hash() -> impl Strategy<Value = Hash> {
    prop_oneof![any::<[u8; 32]>().prop_map(Hash), Just(Hash::ZERO)]
}

fn key() -> impl Strategy<Value = PublicKey> {
    any::<[u8; 32]>().prop_map(|seed| PublicKey(SigningKey::from_bytes(&seed).verifying_key().to_bytes()))
}

fn capacity() -> impl Strategy<Value = KeyCapacity> {
    prop_oneof![Just(KeyCapacity::Maker), Just(KeyCapacity::Checker), Just(KeyCapacity::Both)]
}

fn role() -> impl Strategy<Value = Role> {
    use Role::{Anchor, Bank, CollectionAgent, Funder, Guarantor, Regulator, Supplier};
    proptest::sample::select(vec![Anchor, Supplier, Funder, Bank, Guarantor, Regulator, CollectionAgent])
}

fn kyc() -> impl Strategy<Value = KycTerms> {
    use KycLevel::{Enhanced, Simplified, Standard};
    (proptest::sample::select(vec![Simplified, Standard, Enhanced]), date(), hash())
        .prop_map(|(level, expires_on, evidence)| KycTerms { level, expires_on, evidence })
}

fn member_action() -> impl Strategy<Value = Action> {
    let identifier = (text(), text()).prop_map(|(scheme, value)| PartyIdentifier { scheme, value });
    let parts = (
        member(),
        text(),
        vec(identifier, 0..4),
        btree_set(role(), 0..8),
        vec((key(), capacity()), 0..4),
        kyc(),
    );
    prop_oneof![
        parts.prop_map(|(member, legal_name, identifiers, roles, keys, attestation)| {
            Action::RegisterMember(RegisterMember {
                member,
                legal_name,
                identifiers,
                roles,
                keys,
                attestation,
            })
        }),
        (key(), capacity(), option::of(any::<u64>())).prop_map(|(key, capacity, last)| {
            Action::AddKey(AddKey { key, capacity, last_height: last.map(Height::new) })
        }),
        key().prop_map(|key| Action::RevokeKey(RevokeKey { key })),
        (member(), any::<bool>()).prop_map(|(counterparty, active)| {
            Action::SetStandingAcceptance(SetStandingAcceptance { counterparty, active })
        }),
    ]
}

fn money_action() -> impl Strategy<Value = Action> {
    let payout = || any::<u64>().prop_map(PayoutId::new);
    prop_oneof![
        (member(), amount(), text()).prop_map(|(owner, amount, bank_reference)| {
            Action::CreditDeposit(CreditDeposit { owner, amount, bank_reference })
        }),
        (member(), member(), amount(), text()).prop_map(|(bank, to, amount, note)| {
            Action::MoveDeposit(MoveDeposit { bank, to, amount, note })
        }),
        (member(), amount(), text()).prop_map(|(bank, amount, destination)| {
            Action::RequestPayout(RequestPayout { bank, amount, destination })
        }),
        (payout(), text()).prop_map(|(payout, bank_reference)| {
            Action::ConfirmPayout(ConfirmPayout { payout, bank_reference })
        }),
        (payout(), text()).prop_map(|(payout, reason)| Action::RejectPayout(RejectPayout { payout, reason })),
    ]
}

prop_compose! {
    fn invoice()(
        number in text(),
        issue_date in date(),
        amount in amount(),
        document_hash in hash(),
        format in proptest::sample::select(vec![
            InvoiceFormat::Ubl21, InvoiceFormat::ChinaEInvoice, InvoiceFormat::Csv, InvoiceFormat::Other,
        ]),
    ) -> Invoice {
        Invoice { number, issue_date, amount, document_hash, format }
    }
}

prop_compose! {
    fn terms()(
        face in amount(),
        due_date in date(),
        delivery_date in date(),
        invoices in vec(invoice(), 0..5),
        contract_reference in text(),
        settlement_bank in member(),
        tenor_justification in option::of(hash()),
        late_rate_ppm_per_day in option::of(any::<u32>()),
    ) -> Terms {
        Terms {
            face, due_date, delivery_date, invoices, contract_reference, settlement_bank, tenor_justification,
            late_rate_ppm_per_day,
        }
    }
}

fn receivable_action() -> impl Strategy<Value = Action> {
    use RejectCode::{AlreadyPaid, AmountWrong, DateWrong, GoodsNotReceived, NotOurInvoice, Other};
    let codes = vec![GoodsNotReceived, AmountWrong, DateWrong, NotOurInvoice, AlreadyPaid, Other];
    let id = || any::<u64>().prop_map(ReceivableId::new);
    let flags = || any::<(bool, bool)>();
    prop_oneof![
        (member(), terms())
            .prop_map(|(anchor, terms)| Action::SubmitReceivable(SubmitReceivable { anchor, terms })),
        (member(), terms(), flags()).prop_map(|(supplier, terms, (waived, acknowledged))| {
            Action::IssueReceivable(IssueReceivable {
                supplier,
                terms,
                defences_waived: waived,
                acknowledge_near_duplicates: acknowledged,
            })
        }),
        (id(), amount(), text(), flags()).prop_map(|(receivable, amount, reason, (waived, acknowledged))| {
            Action::ConfirmReceivable(ConfirmReceivable {
                receivable,
                amount,
                reason,
                defences_waived: waived,
                acknowledge_near_duplicates: acknowledged,
            })
        }),
        (id(), proptest::sample::select(codes), text()).prop_map(|(receivable, code, text)| {
            Action::RejectReceivable(RejectReceivable { receivable, code, text })
        }),
        id().prop_map(|receivable| Action::WithdrawReceivable(WithdrawReceivable { receivable })),
        id().prop_map(|receivable| Action::AcceptReceivable(AcceptReceivable { receivable })),
        (id(), text()).prop_map(|(receivable, reason)| {
            Action::DeclineReceivable(DeclineReceivable { receivable, reason })
        }),
        (id(), text()).prop_map(|(receivable, reason)| {
            Action::CancelReceivable(CancelReceivable { receivable, reason })
        }),
        (id(), amount())
            .prop_map(|(receivable, amount)| Action::PayReceivable(PayReceivable { receivable, amount })),
    ]
}

fn recourse() -> impl Strategy<Value = Recourse> {
    prop_oneof![Just(Recourse::None), Just(Recourse::Full)]
}

fn offer() -> impl Strategy<Value = Offer> {
    (member(), recourse(), option::of(hash())).prop_map(|(to, recourse, trade_reference)| Offer {
        to,
        recourse,
        trade_reference,
    })
}

fn tranche_action() -> impl Strategy<Value = Action> {
    let id = || any::<u64>().prop_map(TrancheId::new);
    let part = (amount(), option::of(offer())).prop_map(|(face, pay)| Part { face, pay });
    let facility = option::of(any::<u64>().prop_map(FacilityId::new));
    prop_oneof![
        (id(), vec(part, 0..=64))
            .prop_map(|(tranche, parts)| Action::SplitTranche(SplitTranche { tranche, parts })),
        vec(id(), 0..=64).prop_map(|tranches| Action::MergeTranches(MergeTranches { tranches })),
        (id(), offer()).prop_map(|(tranche, offer)| Action::OfferTransfer(OfferTransfer { tranche, offer })),
        id().prop_map(|tranche| Action::AcceptTransfer(AcceptTransfer { tranche })),
        id().prop_map(|tranche| Action::DeclineTransfer(DeclineTransfer { tranche })),
        (id(), amount(), amount(), facility, any::<bool>()).prop_map(
            |(tranche, amount, min_proceeds, facility, allow_partial_fills)| {
                Action::DiscountTranche(DiscountTranche {
                    tranche,
                    amount,
                    min_proceeds,
                    facility,
                    allow_partial_fills,
                })
            }
        ),
    ]
}

prop_compose! {
    fn offering()(
        (limit, limit_per_seller, fee_minimum) in (amount(), option::of(amount()), amount()),
        (tenor_days_min, tenor_days_max, fee) in any::<(u32, u32, u32)>(),
        curve in vec(any::<(u32, u32)>(), 0..=32),
        day_count in proptest::sample::select(vec![
            DayCount::Act360, DayCount::Act365Fixed, DayCount::Thirty360, DayCount::Thirty360European,
        ]),
        recourse in recourse(),
        method in proptest::sample::select(vec![SettlementMethod::Deposit, SettlementMethod::Instruction]),
        paying_bank in member(),
        valid_until in date(),
    ) -> Offering {
        let point = |(days, ppm)| CurvePoint { days, rate: Rate::from_ppm(ppm) };
        let curve = curve.into_iter().map(point).collect();
        let fee = Rate::from_ppm(fee);
        Offering {
            limit, limit_per_seller, tenor_days_min, tenor_days_max, curve, day_count, fee, fee_minimum,
            recourse, method, paying_bank, valid_until,
        }
    }
}

fn facility_action() -> impl Strategy<Value = Action> {
    let id = || any::<u64>().prop_map(FacilityId::new);
    prop_oneof![
        (vec(member(), 0..=32), offering())
            .prop_map(|(anchors, offering)| Action::OpenFacility(OpenFacility { anchors, offering })),
        (id(), offering())
            .prop_map(|(facility, offering)| Action::AmendFacility(AmendFacility { facility, offering })),
        id().prop_map(|facility| Action::CloseFacility(CloseFacility { facility })),
    ]
}

fn late_action() -> impl Strategy<Value = Action> {
    let id = || any::<u64>().prop_map(ReceivableId::new);
    prop_oneof![
        (id(), amount(), member(), any::<bool>()).prop_map(|(receivable, amount, bank, take_claim)| {
            Action::PayForAnchor(PayForAnchor { receivable, amount, bank, take_claim })
        }),
        (id(), amount(), hash(), text()).prop_map(|(receivable, amount, evidence, note)| {
            Action::ClaimCosts(ClaimCosts { receivable, amount, evidence, note })
        }),
        (id(), member(), any::<bool>(), text()).prop_map(|(receivable, claimant, allow, note)| {
            Action::AnswerCosts(AnswerCosts { receivable, claimant, allow, note })
        }),
        (any::<u64>(), text()).prop_map(|(tranche, reason)| {
            Action::WriteOffTranche(WriteOffTranche { tranche: TrancheId::new(tranche), reason })
        }),
    ]
}

prop_compose! {
    fn guarantee_terms()(
        scope in prop_oneof![
            member().prop_map(Scope::Anchor),
            any::<u64>().prop_map(|id| Scope::Receivable(ReceivableId::new(id))),
            any::<u64>().prop_map(|id| Scope::Tranche(TrancheId::new(id))),
        ],
        ppm in any::<u32>(),
        (cap, fee) in (amount(), amount()),
        (applicant, bank) in (member(), member()),
        expires_on in date(),
    ) -> GuaranteeTerms {
        GuaranteeTerms { scope, share: Rate::from_ppm(ppm), cap, fee, applicant, bank, expires_on }
    }
}

prop_compose! {
    fn pool_terms()(
        bank in member(),
        (two, three, leverage) in any::<(u32, u32, u32)>(),
        cap in amount(),
        (interest, interest_cap) in (any::<u32>(), amount()),
        (fee, fee_cap) in (any::<u32>(), amount()),
    ) -> PoolTerms {
        PoolTerms {
            bank,
            share: Rate::from_ppm(two),
            share_with_guarantor: Rate::from_ppm(three),
            leverage,
            cap,
            interest_subsidy: SubsidyTerms { share: Rate::from_ppm(interest), cap: interest_cap },
            fee_subsidy: SubsidyTerms { share: Rate::from_ppm(fee), cap: fee_cap },
        }
    }
}

fn credit_action() -> impl Strategy<Value = Action> {
    use tally_contracts::credit_profile::{
        ConsentTerms, GrantCreditConsent, Measure, Question, ReadCredit, RevokeCreditConsent,
    };
    let measure = || proptest::sample::select(Measure::ALL.to_vec());
    let terms = (vec(measure(), 0..=12), text(), date());
    let terms = terms.prop_map(|(measures, purpose, last_day)| ConsentTerms { measures, purpose, last_day });
    let question = (measure(), option::of(any::<u8>()));
    let question = question.prop_map(|(measure, at_least)| Question { measure, at_least });
    let read = (member(), amount(), vec(question, 0..=12));
    prop_oneof![
        (member(), terms)
            .prop_map(|(reader, terms)| { Action::GrantCreditConsent(GrantCreditConsent { reader, terms }) }),
        member().prop_map(|reader| Action::RevokeCreditConsent(RevokeCreditConsent { reader })),
        read.prop_map(|(member, amount, questions)| {
            Action::ReadCredit(ReadCredit { member, currency: amount.currency(), questions })
        }),
    ]
}

fn misbehaviour_action() -> impl Strategy<Value = Action> {
    use tally_contracts::misbehaviour::{ReportMisbehaviour, Statement, StatementKind};
    use tally_contracts::types::Height;
    let kinds = vec![StatementKind::Proposal, StatementKind::Prevote, StatementKind::Precommit];
    let statement = || {
        let signature = vec(any::<u8>(), 64).prop_map(|bytes| <[u8; 64]>::try_from(bytes).unwrap());
        (option::of(hash()), option::of(any::<u32>()), signature)
            .prop_map(|(block, valid_round, signature)| Statement { block, valid_round, signature })
    };
    let place = (key(), proptest::sample::select(kinds), any::<u64>(), any::<u32>());
    (place, statement(), statement()).prop_map(|((validator, kind, height, round), first, second)| {
        let height = Height::new(height);
        Action::ReportMisbehaviour(ReportMisbehaviour { validator, kind, height, round, first, second })
    })
}

fn help_action() -> impl Strategy<Value = Action> {
    let guarantee = || any::<u64>().prop_map(GuaranteeId::new);
    let pool = || any::<u64>().prop_map(PoolId::new);
    let tranche = || any::<u64>().prop_map(TrancheId::new);
    let kinds = vec![SubsidyKind::Interest, SubsidyKind::GuaranteeFee];
    prop_oneof![
        guarantee_terms().prop_map(|terms| Action::OfferGuarantee(OfferGuarantee { terms })),
        guarantee().prop_map(|guarantee| Action::AcceptGuarantee(AcceptGuarantee { guarantee })),
        (guarantee(), tranche()).prop_map(|(guarantee, tranche)| {
            Action::ClaimGuarantee(ClaimGuarantee { guarantee, tranche })
        }),
        pool_terms().prop_map(|terms| Action::OpenPool(OpenPool { terms })),
        (pool(), amount())
            .prop_map(|(pool, amount)| Action::ContributeToPool(ContributeToPool { pool, amount })),
        (pool(), tranche(), option::of(guarantee())).prop_map(|(pool, tranche, guarantee)| {
            Action::EnrolTranche(EnrolTranche { pool, tranche, guarantee })
        }),
        tranche().prop_map(|tranche| Action::ClaimFromPool(ClaimFromPool { tranche })),
        (pool(), any::<u64>(), proptest::sample::select(kinds)).prop_map(|(pool, receivable, kind)| {
            Action::ClaimSubsidy(ClaimSubsidy { pool, receivable: ReceivableId::new(receivable), kind })
        }),
    ]
}
fn dispute_action() -> impl Strategy<Value = Action> {
    let receivable = || any::<u64>().prop_map(ReceivableId::new);
    let dispute = || any::<u64>().prop_map(DisputeId::new);
    let note = || any::<u64>().prop_map(CreditNoteId::new);
    prop_oneof![
        (receivable(), amount(), hash(), text()).prop_map(|(receivable, amount, evidence, reason)| {
            Action::DisputeReceivable(DisputeReceivable { receivable, amount, evidence, reason })
        }),
        dispute().prop_map(|dispute| Action::WithdrawDispute(WithdrawDispute { dispute })),
        (dispute(), amount(), text(), hash()).prop_map(|(dispute, upheld, reference, award)| {
            Action::RuleDispute(RuleDispute { dispute, upheld, reference, award })
        }),
        (receivable(), text(), date(), amount(), hash(), text(), option::of(dispute())).prop_map(
            |(receivable, number, issue_date, amount, document_hash, reason, dispute)| {
                Action::IssueCreditNote(IssueCreditNote {
                    receivable,
                    number,
                    issue_date,
                    amount,
                    document_hash,
                    reason,
                    dispute,
                })
            }
        ),
        (note(), amount()).prop_map(|(credit_note, loss_max)| {
            Action::AcceptCreditNote(AcceptCreditNote { credit_note, loss_max })
        }),
        (note(), text()).prop_map(|(credit_note, reason)| {
            Action::RefuseCreditNote(RefuseCreditNote { credit_note, reason })
        }),
        note().prop_map(|credit_note| Action::WithdrawCreditNote(WithdrawCreditNote { credit_note })),
        (note(), text(), hash()).prop_map(|(credit_note, reference, award)| {
            Action::RuleCreditNote(RuleCreditNote { credit_note, reference, award })
        }),
    ]
}

fn netting_action() -> impl Strategy<Value = Action> {
    let netting = || any::<u64>().prop_map(NettingId::new);
    let leg = (any::<u64>().prop_map(TrancheId::new), amount());
    let leg = leg.prop_map(|(tranche, amount)| LegOrder { tranche, amount });
    prop_oneof![
        vec(leg, 0..=64).prop_map(|legs| Action::ProposeNetting(ProposeNetting { legs })),
        netting().prop_map(|netting| Action::ConsentNetting(ConsentNetting { netting })),
        (netting(), text())
            .prop_map(|(netting, reason)| Action::RefuseNetting(RefuseNetting { netting, reason })),
    ]
}

fn arrangement() -> impl Strategy<Value = Arrangement> {
    let kind = prop_oneof![
        Just(ArrangementKind::Plan),
        Just(ArrangementKind::Extension),
        date().prop_map(|observed_until| ArrangementKind::Restructuring { observed_until }),
    ];
    let instalment = (date(), amount()).prop_map(|(on, amount)| Instalment { on, amount });
    (kind, vec(instalment, 0..=12)).prop_map(|(kind, instalments)| Arrangement { kind, instalments })
}

fn case_action() -> impl Strategy<Value = Action> {
    use Channel::{Letter, Message, Phone, Visit};
    let case = || any::<u64>().prop_map(ReceivableId::new);
    let channel = proptest::sample::select(vec![Phone, Message, Letter, Visit]);
    prop_oneof![
        (vec(case(), 0..=64), member(), date(), hash()).prop_map(|(cases, agent, until, mandate)| {
            Action::AssignCases(AssignCases { cases, agent, until, mandate })
        }),
        (case(), text()).prop_map(|(case, reason)| Action::EndMandate(EndMandate { case, reason })),
        (case(), any::<u64>(), channel, text()).prop_map(|(case, at, channel, outcome)| {
            Action::LogContact(LogContact { case, at: Timestamp::from_ms(at), channel, outcome })
        }),
        (case(), arrangement(), text()).prop_map(|(case, arrangement, note)| {
            Action::ProposeArrangement(ProposeArrangement { case, arrangement, note })
        }),
        case().prop_map(|case| Action::ApproveArrangement(ApproveArrangement { case })),
        (case(), text())
            .prop_map(|(case, reason)| Action::RefuseArrangement(RefuseArrangement { case, reason })),
    ]
}

fn document_action() -> impl Strategy<Value = Action> {
    use tally_contracts::document::{DocumentKind, Payload, RegisterDocument, ShareDocument, ShredDocument};
    use tally_contracts::governance::RotateConsensusKey;
    use tally_contracts::member::SetEncryptionKey;
    use tally_contracts::types::{DocumentId, X25519Key};
    let kinds =
        vec![DocumentKind::Invoice, DocumentKind::Contract, DocumentKind::DeliveryNote, DocumentKind::Other];
    let payload = (hash(), hash(), any::<u64>());
    let payload =
        payload.prop_map(|(commitment, ciphertext, bytes)| Payload { commitment, ciphertext, bytes });
    let document = || any::<u64>().prop_map(DocumentId::new);
    let (tranche, replaces) = (option::of(any::<u64>()), option::of(document()));
    let register = (any::<u64>(), tranche, proptest::sample::select(kinds), payload, replaces);
    prop_oneof![
        any::<[u8; 32]>().prop_map(|key| Action::SetEncryptionKey(SetEncryptionKey { key: X25519Key(key) })),
        (key(), key()).prop_map(|(from, to)| Action::RotateConsensusKey(RotateConsensusKey { from, to })),
        register.prop_map(|(receivable, tranche, kind, payload, replaces)| {
            Action::RegisterDocument(RegisterDocument {
                receivable: ReceivableId::new(receivable),
                tranche: tranche.map(TrancheId::new),
                kind,
                payload,
                replaces,
            })
        }),
        (document(), member())
            .prop_map(|(document, with)| Action::ShareDocument(ShareDocument { document, with })),
        document().prop_map(|document| Action::ShredDocument(ShredDocument { document })),
    ]
}
