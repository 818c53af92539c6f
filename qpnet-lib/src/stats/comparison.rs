//! A difference with its test.

use super::Estimate;
use serde::{Deserialize, Serialize};

/// A difference of two AUCs with its interval and its two-sided test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// First minus second.
    pub difference: Estimate,
    /// The difference in standard errors; `None` when it has none.
    pub z: Option<f64>,
    /// Two-sided p-value of "no difference"; `None` when there is no test.
    pub p: Option<f64>,
}

impl Comparison {
    /// No difference, and why.
    pub fn undefined(method: impl Into<String>, n: usize, reason: impl Into<String>) -> Self {
        Self { difference: Estimate::undefined(method, n, reason), z: None, p: None }
    }
}
