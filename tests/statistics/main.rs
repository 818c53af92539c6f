//! Measures and statistics beside closed forms, independent implementations and simulations.

#![allow(clippy::disallowed_methods, reason = "expected values may be the system's")]

mod along;
mod bootstrap;
mod coverage;
mod fairness;
mod frontier;
mod golden;
mod inference;
mod invariance;
mod operating;
mod oracle;
mod pareto;
mod simulated;
#[path = "../simulation/mod.rs"]
mod simulation;
mod standardised;
mod tails;
mod trainings;
