//! XML from strangers: read into a small tree within limits, without DTD, entities or surprises.

mod decode;
mod element;
mod read;

pub(super) use element::{Element, RootKind};
pub(super) use read::read;
