//! The API over real sockets, a real ledger and real signatures; a sequencer of a few lines stands in for
//! consensus.
#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test fails where it stands")]
mod access;
mod attacks;
mod authority;
mod certificates;
mod credit;
mod disputes;
mod documents;
mod edge;
mod errors;
mod financing;
mod floods;
mod many;
mod member_node;
mod reader;
mod reads;
mod reports;
mod rig;
mod sight;
mod stalls;
mod streams;
mod submissions;
mod tls;
mod tree;
