//! The score of one sample by one method: the interface to every later analysis.

use serde::{Deserialize, Serialize};

use crate::data::{Part, Population};

/// One row of `predictions.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The method's key: `mixed`, `dc`, `qpi` …
    pub method: String,
    /// Root seed.
    pub seed: u64,
    /// `validation` or `test`.
    pub part: String,
    /// Sample.
    pub sample_id: String,
    /// Patient or lesion.
    pub patient_id: String,
    /// The subgroup's name.
    pub subgroup: String,
    /// 0 or 1.
    pub label: usize,
    /// Probability of class 1.
    pub score: f64,
}

impl Prediction {
    /// The row of the sample at `position`.
    pub(super) fn of(
        method: &str,
        seed: u64,
        part: Part,
        population: &Population,
        position: usize,
        score: f64,
    ) -> Self {
        let sample = &population.samples[position];
        Self {
            method: method.to_owned(),
            seed,
            part: part.to_string(),
            sample_id: sample.sample_id.clone(),
            patient_id: sample.patient_id.clone(),
            subgroup: population.scheme.subgroups[sample.subgroup].clone(),
            label: sample.label,
            score,
        }
    }
}
