//! Audits and verdicts on learning curves: the library on tables, and the program.

#[path = "../support/audit.rs"]
mod audit_support;
mod bad_input;
mod output;
mod pareto;
mod real_tables;
mod tables;
mod tasks;
mod weights;
