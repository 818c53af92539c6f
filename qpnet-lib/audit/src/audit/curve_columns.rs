//! Which columns of a table of learning curves hold what.

use serde::Serialize;

/// Which column holds what. What is `None` is looked for under its usual name among the columns that have
/// no other role, but for the method; `none` means that no column has the role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CurveColumns {
    /// Size of the dominant training set.
    pub size: Option<String>,
    /// Seed of training.
    pub seed: Option<String>,
    /// Subgroup that was tested.
    pub group: Option<String>,
    /// Its performance: more is better.
    pub value: Option<String>,
    /// Method, where the table has several.
    pub method: Option<String>,
    /// Tell no role from a name.
    pub no_guess: bool,
}

/// Which column holds what. What is `None` is looked for under its usual name among the columns that have
/// no other role, but for patient and method; `none` means that no column has the role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurvePredictionColumns {
    /// Size of the dominant training set.
    pub size: Option<String>,
    /// Seed of training.
    pub seed: Option<String>,
    /// Subgroup of the sample.
    pub group: Option<String>,
    /// The test sample.
    pub sample: Option<String>,
    /// Its patient; without one samples count as independent.
    pub patient: Option<String>,
    /// Where the patient is not known, this makes the sample a unit of its own.
    pub patient_fallback: Option<String>,
    /// Its true outcome.
    pub label: Option<String>,
    /// Its score.
    pub score: String,
    /// Method, where the table has several.
    pub method: Option<String>,
    /// Tell no role from a name.
    pub no_guess: bool,
}
