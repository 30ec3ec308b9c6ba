//! Skeleton.
pub mod merkle;
pub mod tree;
