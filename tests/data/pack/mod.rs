//! Packs of decoded images.

mod harness;
mod origin;
mod program;
