//! Nonces of signed reads, remembered as long as their signatures are valid.
use crate::limits::API_NONCES_MAX;
use std::collections::{BTreeSet, HashSet};
use std::sync::Mutex;
use tally_contracts::types::PublicKey;

type Used = (PublicKey, [u8; 16]);

/// See the module's description. Only members' signatures get here, so that nobody else can fill it.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    used: HashSet<Used>,
    by_end: BTreeSet<(u64, Used)>,
}

/// Whether a nonce may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    New,
    UsedAlready,
    /// Too many are remembered.
    Full,
}

impl Nonces {
    /// Takes a nonce whose signature is valid until `not_after_ms`.
    pub(super) fn take(&self, key: PublicKey, nonce: [u8; 16], not_after_ms: u64, now_ms: u64) -> Taken {
        let mut inner = self.0.lock().expect("nothing panics while it holds the nonces");
        while let Some((end, used)) = inner.by_end.first().copied().filter(|(end, _)| *end < now_ms) {
            inner.by_end.remove(&(end, used));
            inner.used.remove(&used);
        }
        let used = (key, nonce);
        if inner.used.contains(&used) {
            return Taken::UsedAlready;
        }
        if inner.used.len() >= API_NONCES_MAX {
            return Taken::Full;
        }
        inner.used.insert(used);
        inner.by_end.insert((not_after_ms, used));
        Taken::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_counts_once_for_each_key_until_its_signature_ended() {
        let nonces = Nonces::default();
        let (one, other) = (PublicKey([1; 32]), PublicKey([2; 32]));
        assert_eq!(nonces.take(one, [0; 16], 100, 50), Taken::New);
        assert_eq!(nonces.take(one, [0; 16], 100, 100), Taken::UsedAlready);
        assert_eq!(nonces.take(other, [0; 16], 100, 100), Taken::New);
        assert_eq!(
            nonces.take(one, [0; 16], 200, 101),
            Taken::New,
            "the first signature is refused by its end"
        );
        assert_eq!(nonces.0.lock().unwrap().used.len(), 1);
    }
}
