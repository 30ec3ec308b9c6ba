//! What this machine can do at best, measured in the same run: signatures, hashes, synced writes.

use std::fs::{self, OpenOptions};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tally_proto::signing::{Claim, all_hold, public_key, sign_body, signing_bytes};

use super::cast::Cast;
use super::error::{BenchError, io};
use super::latency::Latencies;
use super::limits::{
    YARDSTICK_BATCH, YARDSTICK_HASH_BYTES, YARDSTICK_TIME, YARDSTICK_WRITE_BYTES, YARDSTICK_WRITES,
};
use super::procfs::thread_time;

/// Bytes of a body: a split-and-pay has about so many.
const BODY_BYTES: usize = 200;

/// Rates of one core, and latencies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Yardsticks {
    /// Signatures checked alone, a second.
    pub single_per_s: f64,
    /// Signatures checked in batches of [`YARDSTICK_BATCH`], a second, by as many keys as the run has.
    pub batch_per_s: f64,
    /// Signatures made, a second.
    pub sign_per_s: f64,
    /// MiB hashed, a second.
    pub sha256_mib_per_s: f64,
    /// Median of an appended and synced page, in milliseconds.
    pub synced_write_ms_p50: f64,
}

/// Measures for about a second. `folder` MUST lie where the nodes write.
pub fn measure(cast: &Cast, folder: &Path) -> Result<Yardsticks, BenchError> {
    let signed = sign_all(cast);
    let claims: Vec<Claim> = signed
        .iter()
        .map(|(key, signature, message)| Claim { key: *key, signature: *signature, message })
        .collect();
    let first = claims.first();
    let batch = f64::from(u32::try_from(claims.len()).unwrap_or(u32::MAX));
    let mut held = true;
    let single_per_s = per_s(|| held &= first.is_none_or(|claim| claim.verify().is_ok()));
    let batch_per_s = batch * per_s(|| held &= all_hold(&claims));
    debug_assert!(held, "what was just signed holds");
    let key = cast.keys().next();
    let body = [7; BODY_BYTES];
    let sign_per_s = per_s(|| {
        black_box(key.map(|key| sign_body(cast.chain_id(), black_box(&body), key)));
    });
    let bytes = vec![7; YARDSTICK_HASH_BYTES];
    let sha256_mib_per_s = per_s(|| {
        black_box(Sha256::digest(black_box(&bytes)));
    });
    let synced_write_ms_p50 = synced_writes(folder)?.percentile_ms(50.0);
    Ok(Yardsticks { single_per_s, batch_per_s, sign_per_s, sha256_mib_per_s, synced_write_ms_p50 })
}

type Signed = (tally_contracts::types::PublicKey, [u8; 64], Vec<u8>);

/// A batch as a block has it: other bytes in each, members in turn.
fn sign_all(cast: &Cast) -> Vec<Signed> {
    let keys: Vec<_> = cast.keys().collect();
    let signed = keys.iter().cycle().take(YARDSTICK_BATCH).enumerate().map(|(number, key)| {
        let mut body = vec![0; BODY_BYTES];
        body.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
        let signature = sign_body(cast.chain_id(), &body, key);
        (public_key(key), signature, signing_bytes(cast.chain_id(), &body))
    });
    signed.collect()
}

/// How often in a second of a core, which others may use meanwhile.
fn per_s(mut work: impl FnMut()) -> f64 {
    work();
    let (begun, ran) = (Instant::now(), thread_time());
    let mut times = 0_u32;
    while begun.elapsed() < YARDSTICK_TIME {
        work();
        times += 1;
    }
    let took = thread_time().zip(ran).and_then(|(now, then)| now.checked_sub(then));
    let took = took.filter(|took| !took.is_zero()).unwrap_or_else(|| begun.elapsed());
    f64::from(times) / took.as_secs_f64()
}

fn synced_writes(folder: &Path) -> Result<Latencies, BenchError> {
    let path = folder.join("yardstick.tmp");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(io(&path, "open"))?;
    let mut latencies = Latencies::default();
    for _ in 0..YARDSTICK_WRITES {
        let begun = Instant::now();
        file.write_all(&[7; YARDSTICK_WRITE_BYTES]).map_err(io(&path, "write"))?;
        file.sync_data().map_err(io(&path, "sync"))?;
        latencies.record(begun.elapsed().max(Duration::from_micros(1)));
    }
    fs::remove_file(&path).map_err(io(&path, "remove"))?;
    Ok(latencies)
}
