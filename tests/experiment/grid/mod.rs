//! `qpnet grid`: cells that are killed, stopped, shared, broken and collected.
#![cfg(unix)]

mod collected;
mod faults;
mod folds;
mod frontier;
mod harness;
mod killed;
mod performed;
mod plans;
mod shared;
mod speed;
mod stopped;
mod tables;
mod tuning;
