//! A fairness audit of anybody's predictions: how good every method is in every subgroup, how far
//! subgroups are apart, whether a method beats the reference, and the quasi-Pareto claim.
//!
//! A table goes in ([`Predictions`]), numbers with intervals come out ([`audit`]); nothing is
//! trained and no image is read. A table asks one yes-or-no question, which of several classes, or
//! which of several findings ([`AuditTask`]); of the last two every class or finding is audited
//! against the rest, and methods are compared by the mean of their AUCs.
//!
//! A second kind of table, learning curves, is judged by [`CurveTable`] and [`CurvePredictions`].

mod alike;
mod along;
mod beside;
mod best;
mod calibration;
mod cell;
mod cell_audit;
mod columns;
mod companions;
mod compare;
mod crossed_trainings;
mod crossing;
mod curve_columns;
mod curve_fields;
mod curve_points;
mod curve_predictions;
mod curve_read;
mod curve_reading;
mod curve_rows;
mod curve_table;
mod cut;
mod decisions;
#[cfg(test)]
mod draw_tests;
mod draws;
mod error;
mod extremes;
mod fault;
mod fields;
mod finder;
mod forecasts;
mod found;
mod gaps;
mod group;
mod inference;
mod intake;
mod json_lines;
mod ledger;
mod levelling;
mod macro_auc;
mod names;
mod net_benefit;
mod notes;
mod number;
mod only;
mod options;
mod order;
mod packed;
mod passes;
mod pictures;
mod power;
mod predictions;
mod question;
mod ranking;
mod row;
mod samples;
mod scale;
mod seeded;
mod source;
mod spread;
mod standard;
mod sums;
mod table;
mod thresholds;
mod trainings;
mod unknown;
mod unplaced;
mod unscored;
mod vocabulary;
mod whole;

pub use along::{AlongAudit, AlongCurve, MEASURES};
pub use beside::TellingColumn;
pub use calibration::Calibration;
pub use cell_audit::CellAudit;
pub use columns::Columns;
pub use compare::{ClaimAudit, GapAudit, MethodAudit, Tested};
pub use curve_columns::{CurveColumns, CurvePredictionColumns};
pub use curve_points::{CurveAudit, CurveSummary, JudgedCurve};
pub use curve_predictions::CurvePredictions;
pub use curve_reading::CurveReading;
pub use curve_table::CurveTable;
pub use cut::Cut;
pub use error::AuditError;
pub use found::{Audit, Best};
pub use ledger::{Ledger, LedgerBound, LedgerEntry};
pub use levelling::LevellingAudit;
pub use macro_auc::{MacroAudit, MacroGap};
pub use net_benefit::NetBenefitAudit;
pub use options::AuditOptions;
pub use pictures::{ReliabilityPoint, calibration as smooth_calibration, densities, reliability, roc};
pub use power::{Power, PowerAudit};
pub use predictions::Predictions;
pub use question::AuditTask;
pub use scale::Scale;
pub use spread::{Spread, TrainingsAudit};
pub use standard::{StandardAudit, StratumLeftOut};
pub use table::Reading;
pub use thresholds::{DecisionAudit, DecisionGaps, Given};
pub use unknown::UnknownAudit;
pub use unscored::UnscoredAudit;
pub use vocabulary::{Unknown, Vocabulary};
pub use whole::audit;
