//! Tests of the store on real files.

mod checkpoint;
mod full_disk;
mod open;
mod rows;
mod shelf;

use std::path::Path;

use super::{Batch, Database, Identity, StorageError, Tip};

fn identity() -> Identity {
    Identity { chain_id: "tally-test".to_owned(), genesis_hash: [7; 32] }
}

fn open(directory: &Path) -> Database {
    Database::open(directory, &identity()).unwrap()
}

/// What opening says; `Database` itself has nothing to print.
fn refusal(directory: &Path) -> StorageError {
    Database::open(directory, &identity()).err().expect("the directory is refused")
}

fn tip(height: u64) -> Tip {
    Tip { height, block_id: [1; 32], state_root: [2; 32] }
}

/// A block of the given size and the tip it makes.
fn block_batch(height: u64, bytes: usize) -> Batch {
    let mut batch = Batch::new();
    let filling = u8::try_from(height % 251).unwrap();
    batch.put_block(height, &[filling; 32], vec![filling; bytes]);
    batch.put_decided(height, &[filling; 32]);
    batch.put_certificate(height, b"certificate".to_vec());
    batch.set_tip(&tip(height));
    batch
}
