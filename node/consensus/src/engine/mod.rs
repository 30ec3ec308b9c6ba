//! Everything that names the engine; nothing outside of this folder and `start.rs` does.

pub mod assemble;
pub mod certificates;
pub mod codec;
pub mod commit;
pub mod context;
pub mod desk;
pub mod history;
pub mod messages;
pub mod network;
pub mod part;
pub mod proposals;
pub mod signer;
pub mod split;
pub mod wire;
