//! The answer never arrives: the request is found by `tally tx get`, and sent again it takes effect once.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{Rig, credit, is_applied, request_id};
use tally_client::sdk::{Client, Verdict, Wait};
use tally_testnet::demo::{cast, tally};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// Passes on everything towards the node and nothing of what it answers.
async fn swallow_answers(node: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(node).await.unwrap();
            let (mut from_client, keep_open) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
            tokio::spawn(async move {
                let mut answer = vec![0; 64 * 1024];
                while from_server.read(&mut answer).await.is_ok_and(|read| read > 0) {}
                drop(keep_open);
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_acknowledgement_is_answered_by_tx_get() {
    let rig = Rig::started(4).await;
    let bank = rig.actor(cast::EAST);
    let signed = bank.sign(credit(cast::TIER_1, "lost")).await.unwrap();
    let node = rig.network.node(0).unwrap().addresses.api;
    let deaf = Client::new(&[format!("http://{}", swallow_answers(node).await)]).unwrap();
    let outcome = deaf.with_timeout(Duration::from_secs(3)).submit(&signed, Wait::Committed).await.unwrap();
    assert!(matches!(outcome.verdict, Verdict::Unknown { .. }), "{outcome:?}");

    let id = hex::encode(request_id(&signed));
    let arguments = ["tx", "get", "--request-id", &id].map(str::to_owned);
    let told = tally::run(&rig.network, cast::EAST, &arguments).await.unwrap();
    assert_eq!(told.code, 0, "{}", told.messages);
    assert!(told.result.to_string().contains("applied"), "{}", told.result);

    let again = bank.client().submit(&signed, Wait::Committed).await.unwrap();
    assert!(is_applied(&again), "{again:?}");
    assert_eq!(rig.balance(0, cast::EAST, cast::TIER_1).await, 1);
}
