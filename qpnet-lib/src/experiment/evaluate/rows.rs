//! Predictions for tests.

use std::collections::HashMap;

use crate::experiment::Prediction;

/// A test sample of a patient of its own.
pub(super) fn row(subgroup: &str, number: usize, label: usize, score: f64) -> Prediction {
    Prediction {
        method: "mixed".into(),
        seed: 1,
        part: "test".into(),
        sample_id: format!("{subgroup}{number}"),
        patient_id: format!("{subgroup}{number}"),
        subgroup: subgroup.into(),
        role: String::new(),
        label,
        findings: Vec::new(),
        scores: vec![score],
    }
}

/// A number for the patient of each row.
pub(super) fn patients(rows: &[Prediction]) -> HashMap<&str, usize> {
    rows.iter().enumerate().map(|(at, row)| (row.patient_id.as_str(), at)).collect()
}
