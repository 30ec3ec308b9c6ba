//! Events: what happened, each with its place in the order of everything; history from storage, then live.
mod feed;
mod stored;

pub use feed::{Feed, FeedError, Follower};
pub use stored::{HappenedBlock, StoredBlock};
