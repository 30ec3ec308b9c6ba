//! The ports where only nodes belong: connections that say nothing, nonsense, or half a handshake.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;

use super::Attack;
use super::dial::ends;
use super::frames::noise;

/// How long such a connection is kept where the node does not end it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is said, by the number of the attacker: nothing, nonsense, the beginning of a negotiation, of a Noise handshake.
fn words(number: usize) -> Vec<u8> {
    match number % 4 {
        0 => Vec::new(),
        1 => noise(4_096, 9),
        2 => b"\x13/multistream/1.0.0\n\x07/noise\n".to_vec(),
        _ => [[0, 32].as_slice(), &noise(32, 10)].concat(),
    }
}

/// Again and again for as long as the attack lasts.
pub async fn run(attack: &Attack, port: SocketAddr, number: usize) {
    loop {
        attack.calling.turn().await;
        let Ok(mut stream) = attack.dialler.plain(port, number).await else { continue };
        attack.tally.one("calls at the ports of nodes");
        let _open = attack.tally.open();
        if stream.write_all(&words(number)).await.is_ok() && ends(&mut stream, PATIENCE).await {
            attack.tally.one("calls at the ports of nodes that were ended");
        }
    }
}
