//! The tests of this crate from outside, in one binary so that it links once.
mod blocks;
mod canonical;
mod certificates;
mod common;
mod descriptors;
mod fields;
mod golden;
mod proofs;
mod records;
mod signatures;
