//! The API over real sockets, a real ledger and real signatures; a sequencer of a few lines stands in for
//! consensus.
mod edge;
mod errors;
mod reads;
mod rig;
mod streams;
mod submissions;
mod tree;
