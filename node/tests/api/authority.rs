//! Governance, screening, attestations and simulated policies, as callers meet them.
use crate::rig::{Rig, cny, in_time, member, text};
use tally_contracts::Action;
use tally_contracts::genesis::Validator;
use tally_contracts::governance::{Change, SubmitProposal};
use tally_contracts::member::{AttestMember, KycLevel, KycTerms, MemberStatus};
use tally_contracts::policy::Policy;
use tally_contracts::types::{Hash, PublicKey};
use tally_proto::v1::governance::governance_service_client::GovernanceServiceClient;
use tally_proto::v1::governance::{GetProposalRequest, ListProposalsRequest, ProposalStatus};
use tally_proto::v1::member::GetMemberRequest;
use tally_proto::v1::member::member_service_client::MemberServiceClient;
use tally_proto::v1::policy::policy_service_client::PolicyServiceClient;
use tally_proto::v1::policy::simulate_policy_response::Message;
use tally_proto::v1::policy::{SimulatePolicyRequest, SimulationProgress, WouldRefuse};
use tonic::Code;

fn propose(change: Change) -> Action {
    Action::SubmitProposal(SubmitProposal { change, reason: text("agreed"), open_days: 7 })
}

/// What another policy would have refused from a height on.
async fn simulate(rig: &Rig, policy: &Policy, from_height: u64) -> (Vec<WouldRefuse>, SimulationProgress) {
    let mut client = PolicyServiceClient::new(rig.channel.clone());
    let request = SimulatePolicyRequest { policy: Some(policy.into()), from_height };
    let mut stream = in_time(client.simulate_policy(request)).await.unwrap().into_inner();
    let (mut refused, mut last) = (Vec::new(), None);
    while let Some(answer) = in_time(stream.message()).await.unwrap() {
        match answer.message.unwrap() {
            Message::WouldRefuse(one) => refused.push(one),
            Message::Progress(progress) => last = Some(progress),
        }
    }
    (refused, last.expect("a simulation ends with progress"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_read_with_its_differences_and_a_new_validator_counts_from_the_next_height() {
    let rig = Rig::start().await;
    let validators = rig.ledger.tip().validators.validators.len();
    let consensus_key = crate::rig::key_of("fifth machine").verifying_key().to_bytes();
    let peer_key = crate::rig::key_of("fifth peer").verifying_key().to_bytes();
    let validator = Validator {
        member: member("bank-a"),
        consensus_key: PublicKey(consensus_key),
        peer_key: PublicKey(peer_key),
        power: 1,
    };
    // one member operates every validator here, so that its proposal is passed by its own vote
    let passed = rig.apply("bank-a", propose(Change::SetValidator(validator))).await;
    let height = passed.position.unwrap().height;
    let at = |height| rig.ledger.validators_at(height).unwrap().unwrap().validators;
    assert_eq!(at(height).len(), validators);
    assert_eq!(at(height + 1).len(), validators + 1);
    assert!(at(height + 1).iter().any(|one| one.consensus_key.0 == consensus_key));
    assert_eq!(rig.ledger.tip().validators.validators.len(), validators + 1);

    let suspended = MemberStatus::Suspended;
    rig.apply("bank-a", propose(Change::SetMemberStatus { member: member("beta"), status: suspended })).await;
    let mut client = GovernanceServiceClient::new(rig.channel.clone());
    let proposal = in_time(client.get_proposal(GetProposalRequest { proposal: 2 })).await.unwrap();
    let proposal = proposal.into_inner().proposal.unwrap();
    assert_eq!(proposal.status(), ProposalStatus::Passed);
    let lines: Vec<String> = proposal
        .differences
        .iter()
        .map(|line| format!("{}: {} → {}", line.field, line.before, line.after))
        .collect();
    assert_eq!(lines, ["member beta status: Active → Suspended"]);
    let request = ListProposalsRequest { status: ProposalStatus::Open.into(), ..Default::default() };
    let open = in_time(client.list_proposals(request)).await.unwrap().into_inner();
    assert!(open.proposals.is_empty());
    let unknown = in_time(client.get_proposal(GetProposalRequest { proposal: 9 })).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_read_with_what_it_owes_and_who_vouches_for_it() {
    let rig = Rig::start().await;
    let limit = Change::SetAnchorLimit { anchor: member("alpha"), limit: cny(500_000) };
    rig.apply("bank-a", propose(limit)).await;
    rig.apply("alpha", rig.issue(1, 300_000, 60)).await;
    let terms =
        KycTerms { level: KycLevel::Standard, expires_on: rig.today.plus_days(30), evidence: Hash([7; 32]) };
    rig.apply("bank-a", Action::AttestMember(AttestMember { member: member("alpha"), terms })).await;
    let mut client = MemberServiceClient::new(rig.channel.clone());
    let request = GetMemberRequest { member: "alpha".to_owned() };
    let answer = in_time(client.get_member(request)).await.unwrap().into_inner();
    let exposure = &answer.exposures[0];
    assert_eq!((exposure.outstanding_minor_units, exposure.limit_minor_units), (300_000, Some(500_000)));
    assert_eq!(answer.attestations[0].issuer, "bank-a");
    assert!(answer.screened.is_empty() && answer.approval_rules.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_policy_lists_what_it_would_have_refused_and_what_built_on_it() {
    let rig = Rig::start().await;
    rig.accept_always().await;
    for (number, days) in [(1, 60), (2, 170), (3, 100)] {
        rig.apply("alpha", rig.issue(number, 100_000, days)).await;
    }
    let second = tally_contracts::receivable::CancelReceivable {
        receivable: tally_contracts::types::ReceivableId::new(2),
        reason: text("by mistake"),
    };
    rig.apply("beta", Action::CancelReceivable(second)).await;
    let shorter = Policy { tenor_hard_days: 90, tenor_soft_days: 90, ..Policy::rulebook() };
    let (refused, progress) = simulate(&rig, &shorter, 0).await;
    let told: Vec<(u64, &str, &str)> = refused
        .iter()
        .map(|one| {
            let reason = one.rejection.as_ref().map_or("follows", |rejection| rejection.reason.as_str());
            (one.height, one.action.as_str(), reason)
        })
        .collect();
    assert_eq!(
        told,
        [
            (3, "issue_receivable", "TENOR_EXCEEDS_CAP"),
            (4, "issue_receivable", "TENOR_EXCEEDS_CAP"),
            (5, "cancel_receivable", "follows")
        ]
    );
    assert_eq!(refused[2].follows_transaction_id, refused[0].transaction_id);
    let tip = rig.ledger.tip().height;
    let expected = SimulationProgress { height: tip, tip, judged: 5, refused: 2, following: 1 };
    assert_eq!(progress, expected);
    let (refused, _) = simulate(&rig, &shorter, 4).await;
    assert_eq!(refused.len(), 1, "from the fourth block on");
    let (refused, _) = simulate(&rig, &Policy::rulebook(), 0).await;
    assert_eq!(refused, [], "under the policy that judged");

    let mut client = PolicyServiceClient::new(rig.channel.clone());
    let bad = Policy { max_parts: 0, ..Policy::rulebook() };
    let request = SimulatePolicyRequest { policy: Some((&bad).into()), from_height: 0 };
    assert_eq!(in_time(client.simulate_policy(request)).await.unwrap_err().code(), Code::FailedPrecondition);
    let request = SimulatePolicyRequest { policy: Some((&shorter).into()), from_height: tip + 1 };
    assert_eq!(in_time(client.simulate_policy(request)).await.unwrap_err().code(), Code::OutOfRange);
}
