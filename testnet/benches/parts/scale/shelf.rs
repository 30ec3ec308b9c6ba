//! The state tree alone, with many leaves and a limit of memory: what a block's updates cost, and what memory it takes.
use super::desk::database;
use super::{BenchFolder, memory_mib};
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tally_contracts::tree::{Leaf, StateTree, TreeBuilder, Update};
use tally_contracts::types::Hash;

/// Blocks that are measured.
const BLOCKS: u64 = 60;
/// Transactions of a block; each removes a leaf, adds two and changes one of the sixteen that all of them change.
const TRANSACTIONS: u64 = 1_000;
const HOT: u64 = 16;

#[derive(Args)]
pub struct Options {
    /// Leaves before the first block
    #[arg(long, default_value_t = 1_000_000)]
    leaves: u64,
    /// MiB of memory for the state tree [default: as much as it needs]
    #[arg(long, value_name = "MIB")]
    tree_memory: Option<usize>,
    /// Where the shelf lies while this runs [default: beside the build]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub fn run(options: &Options) {
    let folder = BenchFolder::new(options.folder.as_deref());
    let bytes = options.tree_memory.map_or(usize::MAX, |mib| mib.saturating_mul(1 << 20));
    let tree = database(&folder, bytes).empty_tree().expect("a folder of ours");
    let before = memory_mib();
    let begun = Instant::now();
    let mut tree = build(tree, options.leaves);
    let built = begun.elapsed();
    let (sum, longest) = apply(&mut tree, options.leaves);
    println!(
        "{} leaves, {} in memory: built in {:.1} s; {:.1} µs a transaction, the longest block {:.0} ms; {} MiB",
        tree.len(),
        tree.resident(),
        built.as_secs_f64(),
        sum.as_secs_f64() * 1e6 / (BLOCKS * TRANSACTIONS) as f64,
        longest.as_secs_f64() * 1e3,
        memory_mib().saturating_sub(before),
    );
}

/// Paths evenly apart, which is what hashes are on average, so that nothing need be sorted.
fn even(number: u64, of: u64) -> [u8; 32] {
    let mut path = [7; 32];
    path[..8].copy_from_slice(&(number * (u64::MAX / of)).to_be_bytes());
    path
}

fn build(tree: StateTree, leaves: u64) -> StateTree {
    let mut builder = TreeBuilder::new(tree, usize::try_from(leaves).expect("a count"));
    for number in 0..leaves {
        let leaf: Leaf = (even(number, leaves), [1; 32]);
        builder.push(leaf).expect("a healthy disk");
    }
    builder.finish().expect("a healthy disk")
}

/// The time of all blocks, and of the longest.
fn apply(tree: &mut StateTree, leaves: u64) -> (Duration, Duration) {
    let (mut sum, mut longest) = (Duration::ZERO, Duration::ZERO);
    for block in 0..BLOCKS {
        let updates = updates(block, leaves);
        let begun = Instant::now();
        drop(tree.apply(&updates).expect("a healthy disk"));
        sum += begun.elapsed();
        longest = longest.max(begun.elapsed());
    }
    (sum, longest)
}

fn updates(block: u64, leaves: u64) -> Vec<Update> {
    let of_one = |number: u64| {
        let new = |half: u64| (Hash::of(&(2 * number + half).to_be_bytes()).0, Some([2; 32]));
        // a large odd step meets old leaves in no order
        let old = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % leaves;
        [(even(old, leaves), None), new(0), new(1)]
    };
    let numbers = block * TRANSACTIONS..(block + 1) * TRANSACTIONS;
    let hot = (0..HOT).map(|number| {
        (Hash::of(&(u64::MAX - number).to_be_bytes()).0, Some(Hash::of(&block.to_be_bytes()).0))
    });
    let mut updates: Vec<Update> = numbers.flat_map(of_one).chain(hot).collect();
    updates.sort_unstable();
    updates
}
