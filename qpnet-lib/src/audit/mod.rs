//! A fairness audit of anybody's predictions: how good every method is in every subgroup, how far
//! subgroups are apart, whether a method beats the reference, and the quasi-Pareto claim.
//!
//! A table goes in ([`Predictions`]), numbers with intervals come out ([`audit`]); nothing is
//! trained and no image is read. One yes-or-no question is audited at a time.
//!
//! A second kind of table, learning curves, is judged by [`CurveTable`].

mod cell;
mod columns;
mod compare;
mod curve_table;
mod error;
mod fields;
mod options;
mod table;
mod whole;

pub use cell::{Calibration, CellAudit};
pub use columns::Columns;
pub use compare::{ClaimAudit, GapAudit, MethodAudit, Tested};
pub use curve_table::{CurveColumns, CurveTable, JudgedCurve};
pub use error::AuditError;
pub use options::AuditOptions;
pub use table::{Predictions, Reading};
pub use whole::{Audit, Best, audit};
