//! Centered Kernel Alignment beside an independent implementation, and the coverage of its intervals.

mod coverage;
mod golden;
#[path = "../support/mod.rs"]
mod support;
