//! How many patients, images and labels every part and subgroup has.

use std::collections::HashSet;

use serde::Serialize;

use crate::data::cohort::sample::Sample;
use crate::data::rule::part::Part;
use crate::data::rule::task::TaskKind;

/// One line of the subgroup table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellCount {
    /// The part.
    pub part: Part,
    /// The subgroup's index.
    pub subgroup: usize,
    /// Distinct patients.
    pub patients: usize,
    /// Images.
    pub images: usize,
    /// Images with label 1 (binary), or with any finding (multi-label); of a multi-class
    /// population those of class 1, which says little: see [`Self::per_class`].
    pub positives: usize,
    /// Images of each class; for a multi-label population images with each finding, where
    /// uncertain ones do not count.
    pub per_class: Vec<usize>,
    /// Images without each class or finding; uncertain ones do not count here either.
    pub against_class: Vec<usize>,
}

/// Does `sample` belong to `class`, or show that finding? `None`: not known.
pub(in crate::data) fn outcome(task: TaskKind, sample: &Sample, class: usize) -> Option<bool> {
    match task {
        TaskKind::Binary | TaskKind::MultiClass => Some(sample.label == class),
        TaskKind::MultiLabel => sample.findings.get(class).copied().flatten(),
    }
}

/// Patients, images, positives and classes of every part and subgroup.
pub(in crate::data) fn count(
    task: TaskKind,
    (subgroups, classes): (usize, usize),
    samples: &[Sample],
    parts: &[Option<Part>],
) -> Vec<CellCount> {
    let cell = |part: Part, subgroup: usize| {
        let inside: Vec<&Sample> = samples
            .iter()
            .zip(parts)
            .filter(|(sample, other)| **other == Some(part) && sample.subgroup == subgroup)
            .map(|(sample, _)| sample)
            .collect();
        let patients: HashSet<&str> = inside.iter().map(|sample| sample.patient_id.as_str()).collect();
        let number = |wanted: bool| -> Vec<usize> {
            let with =
                |class| inside.iter().filter(|sample| outcome(task, sample, class) == Some(wanted)).count();
            (0..classes).map(with).collect()
        };
        CellCount {
            part,
            subgroup,
            patients: patients.len(),
            images: inside.len(),
            positives: inside.iter().filter(|sample| sample.label == 1).count(),
            per_class: number(true),
            against_class: number(false),
        }
    };
    let cells = Part::ALL.into_iter().flat_map(|part| (0..subgroups).map(move |subgroup| (part, subgroup)));
    cells.map(|(part, subgroup)| cell(part, subgroup)).collect()
}
