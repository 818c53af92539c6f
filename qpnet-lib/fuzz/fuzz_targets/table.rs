//! Any bytes as the tables of a data set.

#![no_main]

#[path = "../bodies.rs"]
mod bodies;

thread_local!(static TABLES: bodies::Tables = bodies::Tables::new());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| TABLES.with(|tables| tables.check(bytes)));
