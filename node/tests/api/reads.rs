//! Reads: pages, filters, quotes, blocks, proofs, money, settlement.
use crate::rig::{Rig, cny, in_time, member, text};
use tally_contracts::Action;
use tally_contracts::financing::DiscountTranche;
use tally_contracts::money::{CreditDeposit, RequestPayout};
use tally_contracts::state::Key;
use tally_contracts::types::{ReceivableId, TrancheId};
use tally_proto::v1::common::{Date, EventKind, receipt};
use tally_proto::v1::facility::facility_service_client::FacilityServiceClient;
use tally_proto::v1::facility::{FacilityStatus, GetFacilityRequest, ListFacilitiesRequest, QuoteRequest};
use tally_proto::v1::financing::facility_quote::Verdict;
use tally_proto::v1::ledger::ledger_service_client::LedgerServiceClient;
use tally_proto::v1::ledger::{
    CheckInvariantsRequest, GetBlockRequest, GetProofRequest, ListBlocksRequest, ListValidatorsRequest,
    RecordKey, record_key,
};
use tally_proto::v1::member::member_service_client::MemberServiceClient;
use tally_proto::v1::member::{GetMemberRequest, ListMembersRequest, Role};
use tally_proto::v1::money::money_service_client::MoneyServiceClient;
use tally_proto::v1::money::{
    GetBankTotalsRequest, GetPayoutRequest, ListDepositsRequest, ListPayoutsRequest, PayoutStatus,
};
use tally_proto::v1::node::GetStatusRequest;
use tally_proto::v1::node::node_service_client::NodeServiceClient;
use tally_proto::v1::policy::policy_service_client::PolicyServiceClient;
use tally_proto::v1::policy::{GetPolicyRequest, ListPoliciesRequest};
use tally_proto::v1::receivable::receivable_service_client::ReceivableServiceClient;
use tally_proto::v1::receivable::{GetReceivableRequest, ListReceivablesRequest, ReceivableStatus};
use tally_proto::v1::settlement::GetSettlementStatusRequest;
use tally_proto::v1::settlement::settlement_service_client::SettlementServiceClient;
use tally_proto::v1::tranche::tranche_service_client::TrancheServiceClient;
use tally_proto::v1::tranche::{GetTrancheRequest, ListTranchesRequest};
use tonic::{Code, Status};
use tonic_types::StatusExt;

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().expect("every refusal has an ErrorInfo").reason.clone()
}

/// 120 receivables in one block, numbers 1 to 120, due in 30 + number days; beta accepted those of `live`.
async fn with_receivables(rig: &Rig, live: bool) {
    if live {
        rig.accept_always().await;
    }
    let mut blocks = rig.ledger.watch();
    for number in 1..=120_u32 {
        let action = rig.issue(number, 100_000 + u64::from(number), 30 + i32::try_from(number).unwrap());
        in_time(rig.transactions().submit(rig.request("alpha", action))).await.unwrap();
    }
    let last = Key::Receivable(ReceivableId::new(120)).encode();
    let committed = async {
        while rig.ledger.view().record(&last).unwrap().is_none() {
            blocks.recv().await.unwrap();
        }
    };
    in_time(committed).await;
}

async fn list(rig: &Rig, request: ListReceivablesRequest) -> Result<(Vec<u64>, String), Status> {
    let mut client = ReceivableServiceClient::new(rig.channel.clone());
    let page = in_time(client.list_receivables(request)).await?.into_inner();
    assert!(page.position.is_some());
    Ok((page.receivables.iter().map(|receivable| receivable.id).collect(), page.next_page_token))
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_to_the_whole_list_also_while_blocks_are_committed() {
    let rig = Rig::start().await;
    with_receivables(&rig, false).await;
    let (mut seen, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let request = ListReceivablesRequest { page_size: 25, page_token: token, ..Default::default() };
        let (ids, next) = list(&rig, request).await.unwrap();
        seen.extend(ids);
        pages += 1;
        if next.is_empty() {
            break;
        }
        token = next;
        rig.apply(
            "bank-a",
            Action::CreditDeposit(CreditDeposit {
                owner: member("beta"),
                amount: cny(1),
                bank_reference: text(&format!("W{pages}")),
            }),
        )
        .await;
    }
    assert_eq!((seen, pages), ((1..=120).collect(), 5));
    let (first, token) = list(&rig, ListReceivablesRequest::default()).await.unwrap();
    assert_eq!((first.len(), token.is_empty()), (50, false));
    let (all, token) =
        list(&rig, ListReceivablesRequest { page_size: 120, ..Default::default() }).await.unwrap();
    assert_eq!((all.len(), token.as_str()), (120, ""));

    let other = ListReceivablesRequest {
        page_token: first_token(&rig).await,
        anchor: "alpha".to_owned(),
        ..Default::default()
    };
    let status = list(&rig, other).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::InvalidArgument, "PAGE_TOKEN_OF_OTHER_QUERY")
    );
    for (request, why) in [
        (
            ListReceivablesRequest { page_token: "nonsense".to_owned(), ..Default::default() },
            "PAGE_TOKEN_MALFORMED",
        ),
        (ListReceivablesRequest { page_size: 1_001, ..Default::default() }, "OVER_LIMIT"),
        (ListReceivablesRequest { anchor: "UPPER".to_owned(), ..Default::default() }, "FIELD_INVALID"),
        (ListReceivablesRequest { status: 99, ..Default::default() }, "FIELD_INVALID"),
    ] {
        assert_eq!(reason(&list(&rig, request).await.unwrap_err()), why);
    }
}

async fn first_token(rig: &Rig) -> String {
    list(rig, ListReceivablesRequest { page_size: 2, ..Default::default() }).await.unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_leave_what_was_asked_for() {
    let rig = Rig::start().await;
    with_receivables(&rig, false).await;
    let date = |days: i32| Some(Date::from(&rig.today.plus_days(days)));
    let whole = ListReceivablesRequest { page_size: 1_000, ..Default::default() };
    let rows = [
        (ListReceivablesRequest { anchor: "alpha".to_owned(), ..whole.clone() }, 1..=120),
        (ListReceivablesRequest { supplier: "beta".to_owned(), ..whole.clone() }, 1..=120),
        (ListReceivablesRequest { due_from: date(130), ..whole.clone() }, 100..=120),
        (ListReceivablesRequest { due_to: date(40), ..whole.clone() }, 1..=10),
        (ListReceivablesRequest { due_from: date(40), due_to: date(50), ..whole.clone() }, 10..=20),
        (ListReceivablesRequest { status: ReceivableStatus::Confirmed.into(), ..whole.clone() }, 1..=120),
    ];
    for (request, expected) in rows {
        assert_eq!(list(&rig, request).await.unwrap().0, expected.collect::<Vec<u64>>());
    }
    for request in [
        ListReceivablesRequest { anchor: "beta".to_owned(), ..whole.clone() },
        ListReceivablesRequest { status: ReceivableStatus::Live.into(), ..whole.clone() },
    ] {
        assert!(list(&rig, request).await.unwrap().0.is_empty());
    }
    let mut client = ReceivableServiceClient::new(rig.channel.clone());
    let one =
        in_time(client.get_receivable(GetReceivableRequest { receivable: 7 })).await.unwrap().into_inner();
    assert_eq!(one.receivable.unwrap().supplier, "beta");
    let status = in_time(client.get_receivable(GetReceivableRequest { receivable: 121 })).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "RECEIVABLE_UNKNOWN"));
    assert_eq!(status.get_error_details().resource_info().unwrap().resource_name, "R121");
}

#[tokio::test(flavor = "multi_thread")]
async fn tranches_are_found_by_holder_and_by_receivable_in_pages() {
    let rig = Rig::start().await;
    with_receivables(&rig, true).await;
    let mut client = TrancheServiceClient::new(rig.channel.clone());
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let request = ListTranchesRequest {
            page_size: 50,
            page_token: token,
            holder: "beta".to_owned(),
            ..Default::default()
        };
        let page = in_time(client.list_tranches(request)).await.unwrap().into_inner();
        seen.extend(page.tranches.iter().map(|tranche| tranche.id));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, (1..=120).collect::<Vec<u64>>());
    let of_one = ListTranchesRequest { receivable: Some(5), ..Default::default() };
    let page = in_time(client.list_tranches(of_one)).await.unwrap().into_inner();
    assert_eq!(page.tranches.len(), 1);
    assert_eq!(page.tranches[0].face.as_ref().unwrap().minor_units, 100_005);
    let none = ListTranchesRequest { receivable: Some(5), holder: "gamma".to_owned(), ..Default::default() };
    assert!(in_time(client.list_tranches(none)).await.unwrap().into_inner().tranches.is_empty());
    let status = in_time(client.get_tranche(GetTrancheRequest { tranche: 999 })).await.unwrap_err();
    assert_eq!(reason(&status), "TRANCHE_UNKNOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_is_what_the_discount_then_pays() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("bank-a", rig.open_facility("bank-a", 600_000, 43_500)).await;
    rig.apply("bank-b", rig.open_facility("bank-b", 10_000_000, 50_000)).await;
    rig.apply("alpha", rig.issue(1, 1_000_000, 150)).await;

    let mut client = FacilityServiceClient::new(rig.channel.clone());
    let quote = QuoteRequest { tranche: 1, amount: None, facility: None, allow_partial_fills: false };
    let quoted = in_time(client.quote(quote)).await.unwrap().into_inner();
    let rates: Vec<_> = quoted
        .facilities
        .iter()
        .map(|one| match one.verdict.as_ref().unwrap() {
            Verdict::Price(price) => price.rate_ppm,
            Verdict::Ineligible(why) => panic!("{why:?}"),
        })
        .collect();
    assert_eq!(rates, [43_500, 50_000]);
    let best = quoted.best_execution.unwrap();
    assert_eq!((best.fills.len(), best.unfilled.as_ref().unwrap().minor_units), (2, 0));
    let promised = best.proceeds.as_ref().unwrap().minor_units;

    let action = DiscountTranche {
        tranche: TrancheId::new(1),
        amount: cny(1_000_000),
        min_proceeds: cny(promised),
        facility: None,
        allow_partial_fills: false,
    };
    let result = rig.apply("beta", Action::DiscountTranche(action)).await;
    let Some(receipt::Outcome::Applied(applied)) = result.receipt.unwrap().outcome else { panic!("applied") };
    let paid: u64 = applied
        .events
        .iter()
        .filter(|event| event.kind() == EventKind::TrancheDiscounted)
        .map(|event| event.proceeds.as_ref().unwrap().minor_units)
        .sum();
    assert_eq!(paid, promised);

    let mut money = MoneyServiceClient::new(rig.channel.clone());
    let deposits =
        in_time(money.list_deposits(ListDepositsRequest { owner: "beta".to_owned(), ..Default::default() }))
            .await;
    assert_eq!(deposits.unwrap().into_inner().deposits.len(), 2);
    let facility =
        in_time(client.get_facility(GetFacilityRequest { facility: 1 })).await.unwrap().into_inner().facility;
    assert_eq!(facility.unwrap().used.unwrap().minor_units, 600_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_says_what_cannot_be_sold_and_who_does_not_buy() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("bank-a", rig.open_facility("bank-a", 600_000, 43_500)).await;
    rig.apply("alpha", rig.issue(1, 1_000_000, 150)).await;
    let mut client = FacilityServiceClient::new(rig.channel.clone());
    let quote = QuoteRequest { tranche: 1, amount: None, facility: None, allow_partial_fills: false };
    let whole = in_time(client.quote(quote.clone())).await.unwrap().into_inner();
    assert!(whole.best_execution.is_none());
    let partly = QuoteRequest { allow_partial_fills: true, ..quote.clone() };
    let best = in_time(client.quote(partly)).await.unwrap().into_inner().best_execution.unwrap();
    assert_eq!((best.face.unwrap().minor_units, best.unfilled.unwrap().minor_units), (600_000, 400_000));
    for (request, code, why) in [
        (QuoteRequest { tranche: 9, ..quote.clone() }, Code::NotFound, "TRANCHE_UNKNOWN"),
        (QuoteRequest { facility: Some(9), ..quote.clone() }, Code::NotFound, "FACILITY_UNKNOWN"),
        (
            QuoteRequest { amount: Some((&cny(1_000_001)).into()), ..quote.clone() },
            Code::FailedPrecondition,
            "AMOUNT_EXCEEDS_FACE",
        ),
        (
            QuoteRequest { amount: Some((&cny(0)).into()), ..quote.clone() },
            Code::InvalidArgument,
            "FIELD_INVALID",
        ),
    ] {
        let status = in_time(client.quote(request)).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (code, why));
    }
    let open = ListFacilitiesRequest {
        anchor: "alpha".to_owned(),
        status: FacilityStatus::Open.into(),
        ..Default::default()
    };
    assert_eq!(in_time(client.list_facilities(open)).await.unwrap().into_inner().facilities.len(), 1);
    let others = ListFacilitiesRequest { funder: "bank-b".to_owned(), ..Default::default() };
    assert!(in_time(client.list_facilities(others)).await.unwrap().into_inner().facilities.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_listed_by_owner_and_bank_and_sums_to_the_totals() {
    let rig = Rig::start().await;
    for (reference, owner) in [("W1", "beta"), ("W2", "gamma"), ("W3", "beta")] {
        let credit =
            CreditDeposit { owner: member(owner), amount: cny(500), bank_reference: text(reference) };
        rig.apply("bank-a", Action::CreditDeposit(credit)).await;
    }
    let payout = RequestPayout { bank: member("bank-a"), amount: cny(300), destination: text("IBAN") };
    rig.apply("beta", Action::RequestPayout(payout)).await;

    let mut client = MoneyServiceClient::new(rig.channel.clone());
    let at_a = ListDepositsRequest { bank: "bank-a".to_owned(), ..Default::default() };
    let deposits = in_time(client.list_deposits(at_a)).await.unwrap().into_inner().deposits;
    let owners: Vec<_> =
        deposits.iter().map(|deposit| deposit.account.as_ref().unwrap().owner.as_str()).collect();
    assert_eq!(owners, ["beta", "gamma"]);
    let at_b = ListDepositsRequest { bank: "bank-b".to_owned(), ..Default::default() };
    assert!(in_time(client.list_deposits(at_b)).await.unwrap().into_inner().deposits.is_empty());
    let totals = GetBankTotalsRequest { bank: "bank-a".to_owned(), currency: String::new() };
    assert_eq!(in_time(client.get_bank_totals(totals)).await.unwrap().into_inner().totals.len(), 1);
    let requested = ListPayoutsRequest {
        status: PayoutStatus::Requested.into(),
        owner: "beta".to_owned(),
        ..Default::default()
    };
    assert_eq!(in_time(client.list_payouts(requested)).await.unwrap().into_inner().payouts.len(), 1);
    assert!(in_time(client.get_payout(GetPayoutRequest { payout: 1 })).await.is_ok());
    let status = in_time(client.get_payout(GetPayoutRequest { payout: 2 })).await.unwrap_err();
    assert_eq!(reason(&status), "PAYOUT_UNKNOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_policies_and_settlement_are_read() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 1_000_000, 150)).await;
    let mut members = MemberServiceClient::new(rig.channel.clone());
    let suppliers = ListMembersRequest { role: Role::Supplier.into(), ..Default::default() };
    let found = in_time(members.list_members(suppliers)).await.unwrap().into_inner().members;
    assert_eq!(
        found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
        ["beta", "crux", "duke", "gamma"]
    );
    assert!(in_time(members.get_member(GetMemberRequest { member: "alpha".to_owned() })).await.is_ok());
    let status =
        in_time(members.get_member(GetMemberRequest { member: "nobody".to_owned() })).await.unwrap_err();
    assert_eq!(reason(&status), "MEMBER_UNKNOWN");

    let mut policies = PolicyServiceClient::new(rig.channel.clone());
    let in_force = in_time(policies.get_policy(GetPolicyRequest { version: 0 })).await.unwrap().into_inner();
    assert!(in_force.in_force && in_force.policy.unwrap().version == 1);
    let listed = in_time(policies.list_policies(ListPoliciesRequest::default())).await.unwrap().into_inner();
    assert_eq!((listed.policies.len(), listed.version_in_force), (1, 1));
    let status = in_time(policies.get_policy(GetPolicyRequest { version: 7 })).await.unwrap_err();
    assert_eq!(reason(&status), "POLICY_UNKNOWN");

    let credit = CreditDeposit { owner: member("alpha"), amount: cny(250_000), bank_reference: text("W9") };
    rig.apply("bank-a", Action::CreditDeposit(credit)).await;
    let mut settlement = SettlementServiceClient::new(rig.channel.clone());
    let status =
        in_time(settlement.get_settlement_status(GetSettlementStatusRequest { receivable: 1 })).await;
    let status = status.unwrap().into_inner();
    assert_eq!(status.status(), ReceivableStatus::Live);
    assert_eq!(status.outstanding.unwrap().minor_units, 1_000_000);
    assert_eq!(status.available.unwrap().minor_units, 250_000);
    assert_eq!(status.claims.len(), 1);
    assert!(status.settlement_date.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_validators_and_the_node_itself_are_read() {
    let rig = Rig::start().await;
    let mut ledger = LedgerServiceClient::new(rig.channel.clone());
    let status = in_time(ledger.get_block(GetBlockRequest { height: 1 })).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "BLOCK_UNKNOWN"));
    for number in 1..=7 {
        let credit = CreditDeposit {
            owner: member("beta"),
            amount: cny(number),
            bank_reference: text(&format!("W{number}")),
        };
        rig.apply("bank-a", Action::CreditDeposit(credit)).await;
    }
    let newest =
        in_time(ledger.get_block(GetBlockRequest { height: 0 })).await.unwrap().into_inner().block.unwrap();
    assert_eq!(newest.header.as_ref().unwrap().height, 7);
    assert_eq!(newest.transactions.len(), 1);
    assert_eq!(newest.transactions[0].sender, "bank-a");
    assert!(newest.block_end.is_none());
    let first = in_time(ledger.list_blocks(ListBlocksRequest { page_size: 4, ..Default::default() }))
        .await
        .unwrap()
        .into_inner();
    let heights = |headers: &[tally_proto::v1::ledger::BlockHeader]| {
        headers.iter().map(|one| one.height).collect::<Vec<_>>()
    };
    assert_eq!(heights(&first.headers), [7, 6, 5, 4]);
    let rest = ListBlocksRequest { page_size: 4, page_token: first.next_page_token, ..Default::default() };
    let rest = in_time(ledger.list_blocks(rest)).await.unwrap().into_inner();
    assert_eq!((heights(&rest.headers), rest.next_page_token.as_str()), (vec![3, 2, 1], ""));
    let low = ListBlocksRequest { to_height: 2, ..Default::default() };
    assert_eq!(heights(&in_time(ledger.list_blocks(low)).await.unwrap().into_inner().headers), [2, 1]);

    let validators =
        in_time(ledger.list_validators(ListValidatorsRequest { height: 0 })).await.unwrap().into_inner();
    assert_eq!((validators.validators.len(), validators.height), (2, 8));
    assert_eq!(validators.validators_hash, newest.header.unwrap().validators_hash);
    let status = in_time(ledger.list_validators(ListValidatorsRequest { height: 9 })).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::OutOfRange, "BEYOND_TIP"));

    let checked = in_time(ledger.check_invariants(CheckInvariantsRequest {})).await.unwrap().into_inner();
    assert_eq!(checked.results.len(), 10);
    assert!(checked.results.iter().all(|result| result.holds));

    let mut node = NodeServiceClient::new(rig.channel.clone());
    let status = in_time(node.get_status(GetStatusRequest {})).await.unwrap().into_inner();
    assert_eq!((status.chain_id.as_str(), status.position.unwrap().height, status.peers), ("api-test", 7, 3));
    assert_eq!(status.genesis_hash, rig.ledger.genesis().hash().0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_shows_a_record_and_its_absence_under_the_headers_root() {
    let rig = Rig::start().await;
    let mut ledger = LedgerServiceClient::new(rig.channel.clone());
    let key = |slug: &str| Some(RecordKey { key: Some(record_key::Key::Member(slug.to_owned())) });
    let status = in_time(ledger.get_proof(GetProofRequest { key: key("beta") })).await.unwrap_err();
    assert_eq!(reason(&status), "NO_BLOCK_YET");
    rig.accept_always().await;
    for (slug, is_there) in [("beta", true), ("nobody", false)] {
        let answer =
            in_time(ledger.get_proof(GetProofRequest { key: key(slug) })).await.unwrap().into_inner();
        assert_eq!(answer.present, is_there);
        let raw = answer.key.as_ref().unwrap();
        let path = tally_contracts::tree::path(u8::try_from(raw.r#type).unwrap(), &raw.key);
        let root = answer.header.as_ref().unwrap().state_root.clone().try_into().unwrap();
        let proof = tally_contracts::tree::Proof::try_from(answer.proof.as_ref().unwrap()).unwrap();
        let expected = match is_there {
            true => {
                let salt = answer.salt.clone().try_into().unwrap();
                tally_contracts::tree::Presence::Present(tally_contracts::tree::value_hash(
                    &salt,
                    &answer.record,
                ))
            }
            false => tally_contracts::tree::Presence::Absent,
        };
        assert_eq!(proof.verify(&root, &path).unwrap(), expected);
    }
    let status = in_time(ledger.get_proof(GetProofRequest { key: None })).await.unwrap_err();
    assert_eq!(reason(&status), "FIELD_INVALID");
}
