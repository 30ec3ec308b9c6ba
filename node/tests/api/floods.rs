//! Floods: one caller asks without end, and the others keep their service.
use crate::access::reason;
use crate::rig::{Rig, in_time};
use std::time::{Duration, Instant};
use tally_proto::v1::ledger::WatchBlocksRequest;
use tally_proto::v1::ledger::ledger_service_client::LedgerServiceClient;
use tally_proto::v1::member::ListMembersRequest;
use tally_proto::v1::member::member_service_client::MemberServiceClient;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// The slowest of some reads one after the other.
async fn slowest(client: &mut MemberServiceClient<crate::reader::Line>, count: usize) -> Duration {
    let mut slowest = Duration::ZERO;
    for _ in 0..count {
        let begun = Instant::now();
        in_time(client.list_members(ListMembersRequest::default())).await.unwrap();
        slowest = slowest.max(begun.elapsed());
    }
    slowest
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_member_is_served_while_another_floods() {
    let rig = Rig::paused().await;
    let mut honest = MemberServiceClient::new(rig.line("beta").await);
    let quiet = slowest(&mut honest, 50).await;
    let flood = rig.own_connection("gamma").await;
    let begun = Instant::now();
    let floods: Vec<_> = (0..8)
        .map(|_| {
            let mut client = MemberServiceClient::new(flood.clone());
            tokio::spawn(async move {
                let (mut served, mut refused) = (0_u32, 0_u32);
                for _ in 0..1_000 {
                    match client.list_members(ListMembersRequest::default()).await {
                        Ok(_) => served += 1,
                        Err(status) if reason(&status) == "QUOTA_USED" => {
                            assert_eq!(status.code(), Code::ResourceExhausted);
                            refused += 1;
                        }
                        // who goes on after that is shown out, and the session ends with the connection
                        Err(_) => break,
                    }
                }
                (served, refused)
            })
        })
        .collect();
    let busy = slowest(&mut honest, 50).await;
    let (mut served, mut refused) = (0, 0);
    for flood in floods {
        let (answers, refusals) = in_time(flood).await.unwrap();
        (served, refused) = (served + answers, refused + refusals);
    }
    assert!(refused > 0, "a flood is told why, before it is shown out");
    // a burst and a rate, however fast this machine is
    let most = 2_000 + 500 * (begun.elapsed().as_secs() + 1);
    assert!(u64::from(served) <= most, "{served} of a flood were served, {most} may be");
    assert!(busy < quiet * 20 + Duration::from_millis(500), "quiet {quiet:?}, under the flood {busy:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_its_streams_in_nobodys_name_and_no_more() {
    let rig = Rig::paused().await;
    let mut client = HealthClient::new(rig.channel.clone());
    let watch = HealthCheckRequest { service: String::new() };
    let mut open = Vec::new();
    let status = loop {
        match in_time(client.watch(watch.clone())).await {
            Ok(stream) => open.push(stream),
            Err(status) => break status,
        }
    };
    assert_eq!((open.len(), reason(&status).as_str()), (8, "STREAMS_FULL"));
    assert!(in_time(client.check(watch.clone())).await.is_ok(), "what ends at once needs no place");
    open.pop();
    let freed = async { while client.watch(watch.clone()).await.is_err() {} };
    in_time(freed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_member_has_its_streams_and_no_more() {
    let rig = Rig::paused().await;
    let mut client = LedgerServiceClient::new(rig.line("gamma").await);
    let mut open = Vec::new();
    let status = loop {
        match in_time(client.watch_blocks(WatchBlocksRequest::default())).await {
            Ok(stream) => open.push(stream),
            Err(status) => break status,
        }
    };
    assert_eq!((open.len(), reason(&status).as_str()), (16, "STREAMS_FULL"));
    let mut other = LedgerServiceClient::new(rig.line("beta").await);
    assert!(in_time(other.watch_blocks(WatchBlocksRequest::default())).await.is_ok());
}
