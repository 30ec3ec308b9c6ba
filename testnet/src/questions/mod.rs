//! Everything that a member can ask a node, as raw bytes: what a curious member with a program of its own would do.

mod ask;
mod everything;
mod methods;

pub use ask::{Answer, AskError, Asker};
pub use everything::{Extent, Question, everything};
pub use methods::{NO_READS, all as all_methods, is_stream};
