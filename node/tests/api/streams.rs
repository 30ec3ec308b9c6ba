//! Streams: from the past, live, resumed, filtered.
use crate::rig::{Rig, cny, in_time, member, text};
use tally_contracts::Action;
use tally_contracts::money::CreditDeposit;
use tally_proto::convert::Cursor;
use tally_proto::v1::common::EventKind;
use tally_proto::v1::ledger::ledger_service_client::LedgerServiceClient;
use tally_proto::v1::ledger::watch_blocks_response::Message as BlockMessage;
use tally_proto::v1::ledger::watch_events_response::Message as EventMessage;
use tally_proto::v1::ledger::{
    WatchBlocksRequest, WatchBlocksResponse, WatchEventsRequest, WatchEventsResponse, watch_blocks_request,
    watch_events_request,
};
use tonic::{Code, Status, Streaming};
use tonic_types::StatusExt;

fn credit(reference: &str, owner: &str) -> Action {
    Action::CreditDeposit(CreditDeposit {
        owner: member(owner),
        amount: cny(7),
        bank_reference: text(reference),
    })
}

async fn events(rig: &Rig, request: WatchEventsRequest) -> Result<Streaming<WatchEventsResponse>, Status> {
    Ok(in_time(LedgerServiceClient::new(rig.channel.clone()).watch_events(request)).await?.into_inner())
}

async fn blocks(rig: &Rig, request: WatchBlocksRequest) -> Result<Streaming<WatchBlocksResponse>, Status> {
    Ok(in_time(LedgerServiceClient::new(rig.channel.clone()).watch_blocks(request)).await?.into_inner())
}

/// The cursor of the next event.
async fn next_event(stream: &mut Streaming<WatchEventsResponse>) -> String {
    loop {
        match in_time(stream.message()).await.unwrap().unwrap().message.unwrap() {
            EventMessage::Event(event) => return event.cursor,
            EventMessage::HeartbeatCursor(_) => {}
        }
    }
}

async fn next_heartbeat(stream: &mut Streaming<WatchEventsResponse>) -> String {
    loop {
        match in_time(stream.message()).await.unwrap().unwrap().message.unwrap() {
            EventMessage::Event(_) => {}
            EventMessage::HeartbeatCursor(cursor) => return cursor,
        }
    }
}

fn after(cursor: &str) -> WatchEventsRequest {
    WatchEventsRequest {
        start: Some(watch_events_request::Start::AfterCursor(cursor.to_owned())),
        ..Default::default()
    }
}

fn from(height: u64) -> WatchEventsRequest {
    WatchEventsRequest { start: Some(watch_events_request::Start::FromHeight(height)), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_from_history_to_live_and_resumes_without_gap_or_duplicate() {
    let rig = Rig::start().await;
    for number in 0..20 {
        rig.apply("bank-a", credit(&format!("old {number}"), "beta")).await;
    }
    let mut stream = events(&rig, from(1)).await.unwrap();
    let mut whole = Vec::new();
    for number in 0..40 {
        if number < 20 {
            rig.apply("bank-a", credit(&format!("new {number}"), "beta")).await;
        }
        whole.push(next_event(&mut stream).await);
    }
    let expected: Vec<String> = (1..=40).map(|height| format!("{height}.0.0")).collect();
    assert_eq!(whole, expected);

    for cut in [0, 1, 19, 20, 38] {
        let mut resumed = events(&rig, after(&whole[cut])).await.unwrap();
        for cursor in &whole[cut + 1..] {
            assert_eq!(next_event(&mut resumed).await, *cursor);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_without_a_start_begins_with_the_next_block_and_says_where_it_is() {
    let rig = Rig::start().await;
    rig.apply("bank-a", credit("W1", "beta")).await;
    let mut stream = events(&rig, WatchEventsRequest::default()).await.unwrap();
    let place: Cursor = next_heartbeat(&mut stream).await.parse().unwrap();
    assert_eq!(place.height.number(), 1);
    rig.apply("bank-a", credit("W2", "beta")).await;
    assert_eq!(next_event(&mut stream).await, "2.0.0");
    let heartbeat = next_heartbeat(&mut stream).await;
    rig.apply("bank-a", credit("W3", "beta")).await;
    let mut resumed = events(&rig, after(&heartbeat)).await.unwrap();
    assert_eq!(next_event(&mut resumed).await, "3.0.0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_lets_only_its_own_through_and_heartbeats_go_on() {
    let rig = Rig::start().await;
    let mut of_gamma =
        events(&rig, WatchEventsRequest { member: "gamma".to_owned(), ..from(1) }).await.unwrap();
    let mut payouts =
        events(&rig, WatchEventsRequest { kinds: vec![EventKind::PayoutRequested.into()], ..from(1) })
            .await
            .unwrap();
    for number in 0..5 {
        let owner = if number == 3 { "gamma" } else { "beta" };
        rig.apply("bank-a", credit(&format!("W{number}"), owner)).await;
    }
    assert_eq!(next_event(&mut of_gamma).await, "4.0.0");
    let seen =
        async { while next_heartbeat(&mut payouts).await.parse::<Cursor>().unwrap().height.number() < 5 {} };
    in_time(seen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_come_in_order_with_heartbeats_in_between() {
    let rig = Rig::start().await;
    for number in 0..3 {
        rig.apply("bank-a", credit(&format!("W{number}"), "beta")).await;
    }
    let start = Some(watch_blocks_request::Start::AfterHeight(1));
    let mut stream = blocks(&rig, WatchBlocksRequest { start }).await.unwrap();
    let mut heights = Vec::new();
    let mut idle_at = None;
    while idle_at.is_none() || heights.len() < 3 {
        match in_time(stream.message()).await.unwrap().unwrap().message.unwrap() {
            BlockMessage::Header(header) => heights.push(header.height),
            BlockMessage::Heartbeat(position) if heights.len() == 2 && idle_at.is_none() => {
                idle_at = Some(position.height);
                rig.apply("bank-a", credit("W9", "beta")).await;
            }
            BlockMessage::Heartbeat(position) => assert_eq!(Some(&position.height), heights.last()),
        }
    }
    assert_eq!((heights, idle_at), (vec![2, 3, 4], Some(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_out_of_sight_is_refused_and_so_are_too_many_streams() {
    let rig = Rig::start().await;
    let refused = async |request| {
        let status = events(&rig, request).await.unwrap_err();
        let reason = status.get_error_details().error_info().unwrap().reason.clone();
        (status.code(), reason)
    };
    assert_eq!(refused(from(1_000_000)).await, (Code::OutOfRange, "BEYOND_TIP".to_owned()));
    assert_eq!(refused(after("1.2")).await, (Code::InvalidArgument, "FIELD_INVALID".to_owned()));
    let unknown = WatchEventsRequest { kinds: vec![99], ..from(1) };
    assert_eq!(refused(unknown).await, (Code::InvalidArgument, "FIELD_INVALID".to_owned()));

    let settings = tally_node::api::ApiSettings { streams_max: 1, ..Default::default() };
    let rig = Rig::with(settings, crate::rig::now()).await;
    let first = events(&rig, from(1)).await.unwrap();
    let status = events(&rig, from(1)).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(status.get_error_details().error_info().unwrap().reason, "STREAMS_FULL");
    drop(first);
    let freed = async {
        while events(&rig, from(1)).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    in_time(freed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_ends_streams_with_the_cursor_to_resume_after() {
    let mut rig = Rig::start().await;
    rig.apply("bank-a", credit("W1", "beta")).await;
    let mut stream = events(&rig, from(1)).await.unwrap();
    assert_eq!(next_event(&mut stream).await, "1.0.0");
    rig.stop().await.unwrap();
    let status = loop {
        match in_time(stream.message()).await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the stream ended without a reason"),
            Err(status) => break status,
        }
    };
    assert_eq!(status.code(), Code::Unavailable);
    let cursor: Cursor = status.get_error_details().error_info().unwrap().metadata["cursor"].parse().unwrap();
    assert_eq!(cursor.height.number(), 1);
}
