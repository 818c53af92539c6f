//! The two sources of spread of several trainings.

use serde::Serialize;

/// The two errors of the AUC.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Trainings, or readers.
    pub trainings: usize,
    /// The AUC of each, in their order.
    pub values: Vec<f64>,
    /// Standard error by patients.
    pub patients: f64,
    /// Standard error by trainings: their standard deviation over the root of their number.
    pub seeds: f64,
}

/// The trainings of a method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainingsAudit {
    /// The method.
    pub method: String,
    /// The column that tells its trainings, or readers, apart.
    pub column: String,
    /// Their names there.
    pub names: Vec<String>,
}
