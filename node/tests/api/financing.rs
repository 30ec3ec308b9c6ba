//! Reads about financing: liens with what is owed today.
use crate::rig::{Rig, cny, in_time, member, text};
use tally_contracts::Action;
use tally_contracts::facility::SettlementMethod;
use tally_contracts::financing::{ConfirmDiscount, DiscountTranche};
use tally_contracts::pledge::{AcceptPledge, OfferPledge, PledgeTerms};
use tally_contracts::types::{DayCount, Rate, TrancheId};
use tally_proto::v1::financing::financing_service_client::FinancingServiceClient;
use tally_proto::v1::financing::{GetLienRequest, LienKind, ListLiensRequest, lien::Kind};
use tonic::Code;

async fn liens(rig: &Rig, party: &str, kind: LienKind) -> Vec<u64> {
    let request = ListLiensRequest { party: party.to_owned(), kind: kind.into(), ..Default::default() };
    let mut client = FinancingServiceClient::new(rig.channel.clone());
    let answer = in_time(client.list_liens(request)).await.unwrap().into_inner();
    answer.liens.iter().map(|lien| lien.tranche).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn reservations_and_pledges_are_listed_until_they_end() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 100_000, 60)).await;
    rig.apply("alpha", rig.issue(2, 50_000, 60)).await;
    let Action::OpenFacility(mut facility) = rig.open_facility("bank-b", 500_000, 36_000) else { panic!() };
    facility.offering.method = SettlementMethod::Instruction;
    rig.apply("bank-b", Action::OpenFacility(facility)).await;
    let (sold, pledged) = (TrancheId::new(1), TrancheId::new(2));
    let sale = DiscountTranche {
        tranche: sold,
        amount: cny(100_000),
        min_proceeds: cny(1),
        facility: None,
        allow_partial_fills: false,
    };
    rig.apply("beta", Action::DiscountTranche(sale)).await;
    let terms = PledgeTerms {
        advance_rate: Rate::from_ppm(700_000),
        interest: Rate::from_ppm(40_000),
        day_count: DayCount::Act360,
    };
    let offer = OfferPledge { tranche: pledged, funder: member("bank-a"), terms };
    rig.apply("beta", Action::OfferPledge(offer)).await;
    assert_eq!(liens(&rig, "beta", LienKind::Unspecified).await, [1, 2]);
    assert_eq!(liens(&rig, "bank-b", LienKind::Unspecified).await, [1]);
    assert_eq!(liens(&rig, "", LienKind::PledgeOffered).await, [2]);

    let accept = AcceptPledge { tranche: pledged, paying_bank: member("bank-a") };
    rig.apply("bank-a", Action::AcceptPledge(accept)).await;
    let confirm = ConfirmDiscount { tranche: sold, payment_reference: text("PAY-1") };
    rig.apply("bank-b", Action::ConfirmDiscount(confirm)).await;
    assert_eq!(liens(&rig, "", LienKind::Unspecified).await, [2]);

    let mut client = FinancingServiceClient::new(rig.channel.clone());
    let answer = in_time(client.get_lien(GetLienRequest { tranche: 2 })).await.unwrap().into_inner();
    let lien = answer.lien.unwrap();
    assert_eq!(lien.owed.unwrap().minor_units, 35_000, "nothing but the advance on the first day");
    assert!(matches!(lien.kind, Some(Kind::Pledged(_))));
    let none = in_time(client.get_lien(GetLienRequest { tranche: 1 })).await.unwrap_err();
    assert_eq!(none.code(), Code::NotFound);
}
