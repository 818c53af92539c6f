//! Audits and verdicts on learning curves: the library on tables, and the program.

#![allow(clippy::disallowed_methods, reason = "expected values may be the system's")]

mod along;
#[path = "../support/audit.rs"]
mod audit_support;
mod bad_input;
mod best;
mod consequences;
mod crossed;
mod forms;
mod ledger;
mod output;
mod pareto;
mod power;
#[path = "../support/predictions.rs"]
mod predictions;
mod real_tables;
mod seeds;
mod standard;
mod tables;
mod tasks;
mod thresholds;
mod weights;
