//! Packs of decoded images.

mod harness;
mod origin;
mod program;
#[path = "../support/toy.rs"]
mod toy;
