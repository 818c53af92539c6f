//! What is found of a method on a subgroup at one threshold.

use serde::Serialize;

use super::super::compare::Tested;
use crate::stats::Estimate;

/// A method on a subgroup at one threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionAudit {
    /// The method.
    pub method: String,
    /// The subgroup.
    pub group: String,
    /// The class or finding, against the rest; of one yes-or-no question none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// `given`, or the rule and the rows that chose: `youden on part=validation`.
    pub rule: String,
    /// Positive is who scores this or more; with limits over the patients who chose, where somebody did.
    pub threshold: Estimate,
    /// Samples whose outcome is known.
    pub samples: usize,
    /// Samples called positive.
    pub called: usize,
    /// Share of positives called positive. Of a chosen threshold intervals contain the choice, here and below.
    pub sensitivity: Estimate,
    /// Share of negatives called negative.
    pub specificity: Estimate,
    /// Share called positive.
    pub positive_rate: Estimate,
    /// Share of those called positive who are.
    pub positive_predictive_value: Estimate,
    /// Share of those called negative who are.
    pub negative_predictive_value: Estimate,
    /// Of a chosen threshold: the intervals of whoever keeps this very threshold, without the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    /// The dominant subgroup minus this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gaps: Option<DecisionGaps>,
}

/// Rates at a threshold that is kept whatever other data would have chosen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Given {
    /// Share of positives called positive.
    pub sensitivity: Estimate,
    /// Share of negatives called negative.
    pub specificity: Estimate,
}

/// The dominant subgroup minus another; Holm's p-value of a measure is over all its rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionGaps {
    /// Equal opportunity asks for 0.
    pub sensitivity: Tested,
    /// With the one above 0, equalised odds hold.
    pub false_positive_rate: Tested,
    /// Demographic parity asks for 0.
    pub positive_rate: Tested,
    /// Predictive parity asks for 0.
    pub positive_predictive_value: Tested,
    /// Of those called negative.
    pub negative_predictive_value: Tested,
}

impl DecisionGaps {
    /// In the order of [`NAMES`](super::rates::NAMES).
    pub(super) fn list(&mut self) -> [&mut Tested; 5] {
        let Self {
            sensitivity,
            false_positive_rate,
            positive_rate,
            positive_predictive_value,
            negative_predictive_value,
        } = self;
        [
            sensitivity,
            false_positive_rate,
            positive_rate,
            positive_predictive_value,
            negative_predictive_value,
        ]
    }
}
