//! Several thresholds, and thresholds that other rows than the judged ones have chosen.

mod apart;
mod choice;
mod decision;
mod judge;
mod judged;
mod rates;
mod tail;

pub(super) use apart::Apart;
pub use decision::{DecisionAudit, DecisionGaps, Given};
pub(super) use judge::judge;
