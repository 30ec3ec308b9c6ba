//! Credit profiles over the wire: consent, banded answers, and files that only their member reads.
use crate::rig::{REGULATOR, Rig, cny, currency, in_time, member, text};
use tally_contracts::Action;
use tally_contracts::credit_profile::{
    ConsentTerms, GrantCreditConsent, Measure, Question, ReadCredit, RevokeCreditConsent,
};
use tally_contracts::financing::DiscountTranche;
use tally_contracts::types::TrancheId;
use tally_proto::v1::common::receipt::Outcome;
use tally_proto::v1::credit::credit_answer::Answer;
use tally_proto::v1::credit::credit_service_client::CreditServiceClient;
use tally_proto::v1::credit::{
    GetCreditFileRequest, ListConsentsRequest, ListCreditReadsRequest, ListMeasuresRequest,
};
use tally_proto::v1::transaction::TransactionResult;
use tonic::Code;

fn grant(rig: &Rig, reader: &str, measures: Vec<Measure>) -> Action {
    let terms = ConsentTerms { measures, purpose: text("a facility"), last_day: rig.today.plus_days(30) };
    Action::GrantCreditConsent(GrantCreditConsent { reader: member(reader), terms })
}

fn ask(about: &str, questions: &[(Measure, Option<u8>)]) -> Action {
    let question =
        |(measure, at_least): &(Measure, Option<u8>)| Question { measure: *measure, at_least: *at_least };
    let questions = questions.iter().map(question).collect();
    Action::ReadCredit(ReadCredit { member: member(about), currency: currency(), questions })
}

fn reason(result: &TransactionResult) -> String {
    match &result.receipt.as_ref().unwrap().outcome {
        Some(Outcome::Refused(rejection)) => rejection.reason.clone(),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_learns_bands_under_consent_and_the_read_stays_on_the_ledger() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("bank-a", rig.open_facility("bank-a", 1_000_000, 36_000)).await;
    rig.apply("alpha", rig.issue(1, 150_000, 60)).await;
    let sale = DiscountTranche {
        tranche: TrancheId::new(1),
        amount: cny(50_000),
        min_proceeds: cny(1),
        facility: None,
        allow_partial_fills: false,
    };
    rig.apply("beta", Action::DiscountTranche(sale)).await;
    let volume = [(Measure::SupplierVolume, None)];
    assert_eq!(reason(&rig.settle("bank-b", ask("beta", &volume)).await), "CONSENT_NONE");
    rig.apply("beta", grant(&rig, "bank-b", vec![Measure::SupplierVolume, Measure::DiscountRate])).await;
    let beyond = [(Measure::Exposure, None)];
    assert_eq!(reason(&rig.settle("bank-b", ask("beta", &beyond)).await), "CONSENT_SCOPE");
    assert_eq!(reason(&rig.settle("bank-a", ask("beta", &volume)).await), "CONSENT_NONE");
    let read = rig
        .apply("bank-b", ask("beta", &[(Measure::SupplierVolume, None), (Measure::DiscountRate, Some(3))]))
        .await;
    rig.apply("beta", Action::RevokeCreditConsent(RevokeCreditConsent { reader: member("bank-b") })).await;
    assert_eq!(reason(&rig.settle("bank-b", ask("beta", &volume)).await), "CONSENT_NONE");

    for reader in ["beta", "bank-b", REGULATOR] {
        let mut client = CreditServiceClient::new(rig.line(reader).await);
        let request = ListCreditReadsRequest::default();
        let reads = in_time(client.list_credit_reads(request)).await.unwrap().into_inner().reads;
        assert_eq!(reads.len(), 1, "{reader}");
        let one = &reads[0];
        assert_eq!((one.reader.as_str(), one.member.as_str()), ("bank-b", "beta"));
        assert_eq!(
            (one.purpose.as_str(), one.height),
            ("a facility", read.position.as_ref().unwrap().height)
        );
        // 1,500.00 supplied: between 1,000.00 and 10,000.00; sold at 3.6 % on 360, 3.65 % on 365: under 4 %
        let Some(Answer::Band(band)) = &one.answers[0].answer else { panic!("{one:?}") };
        assert_eq!((band.from.as_str(), band.below.as_str()), ("100000", "1000000"));
        assert_eq!(one.answers[1].answer, Some(Answer::IsReached(false)));
    }
    let mut client = CreditServiceClient::new(rig.line("gamma").await);
    let request = ListCreditReadsRequest::default();
    assert!(in_time(client.list_credit_reads(request)).await.unwrap().into_inner().reads.is_empty());

    let mut client = CreditServiceClient::new(rig.line("bank-b").await);
    let request = ListConsentsRequest::default();
    let consents = in_time(client.list_consents(request)).await.unwrap().into_inner().consents;
    assert_eq!((consents.len(), consents[0].revoked_at.is_some()), (1, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_for_its_member_alone_and_measures_are_for_all() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    rig.apply("alpha", rig.issue(1, 150_000, 60)).await;
    let request = || GetCreditFileRequest { member: "alpha".to_owned() };
    let mut client = CreditServiceClient::new(rig.line("alpha").await);
    let own = in_time(client.get_credit_file(request())).await.unwrap().into_inner().files;
    let anchor = own[0].anchor.as_ref().unwrap();
    assert_eq!((own.len(), anchor.outstanding_minor_units.as_str()), (1, "150000"));
    assert_eq!(anchor.tenor_minor_unit_days, (150_000 * 60).to_string());
    for stranger in ["beta", "bank-a"] {
        let mut stranger_client = CreditServiceClient::new(rig.line(stranger).await);
        let refused = in_time(stranger_client.get_credit_file(request())).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{stranger}");
    }
    let measures = in_time(client.list_measures(ListMeasuresRequest {})).await.unwrap().into_inner().measures;
    assert_eq!(measures.len(), Measure::ALL.len());
    assert!(
        measures.iter().all(|one| one.bands[0].from == "0" && one.bands.last().unwrap().below.is_empty())
    );
}
