//! One image with what is known about it.

use serde::Serialize;

use super::checked::Cohort;

/// One image with what is known about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Unique.
    pub sample_id: String,
    /// The unit that splits and resampling respect: patient, lesion or case.
    pub patient_id: String,
    /// The class: 0 or 1 for a binary task, 0 to C - 1 for a multi-class one. For a multi-label
    /// task the stratum used for balancing and splitting: 1 when any finding other than
    /// "No Finding" is present, else 0.
    pub label: usize,
    /// 0 dominant, 1 less-prevalent, 2.. others; an index into
    /// [`SchemeInfo::subgroups`](crate::data::SchemeInfo::subgroups).
    pub subgroup: usize,
    /// One entry per name in [`Population::classes`](crate::data::Population::classes) for a multi-label task, `None`
    /// where the finding is uncertain or not known; empty for every other task.
    pub findings: Vec<Option<bool>>,
}

/// The samples at these positions of the cohort, in this order.
pub(in crate::data) fn samples(cohort: &Cohort, subgroups: &[Option<usize>], rows: &[usize]) -> Vec<Sample> {
    let (ids, patients) = (cohort.own("sample_id"), cohort.own("patient_id"));
    let (labels, findings) = (cohort.labels(), cohort.findings());
    rows.iter()
        .map(|&row| Sample {
            sample_id: ids[row].to_owned(),
            patient_id: patients[row].to_owned(),
            label: labels[row],
            subgroup: subgroups[row].unwrap_or_default(),
            findings: findings.get(row).cloned().unwrap_or_default(),
        })
        .collect()
}
