//! How many patients, images and labels every part and subgroup has, and whether they suffice.

use std::collections::HashSet;

use polars::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};
use serde::Serialize;

use crate::data::error::DataError;
use crate::data::population::loaded::{Population, Sample};
use crate::data::rule::part::Part;
use crate::data::rule::scheme::{DOMINANT, LESS_PREVALENT};
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

impl Population {
    /// Patients, images, positives and classes of every part and subgroup.
    pub fn counts(&self) -> Vec<CellCount> {
        let sizes = (self.scheme.subgroups.len(), self.classes.len());
        count(self.task, sizes, &self.samples, &self.parts)
    }

    /// Is sample `at` of `class`, or does it show that finding? `None`: not known.
    pub fn outcome(&self, at: usize, class: usize) -> Option<bool> {
        outcome(self.task, &self.samples[at], class)
    }

    /// [`Self::counts`] as a frame: `part, subgroup, patients, images`, then for a binary task
    /// `positives, prevalence`, for a multi-class one a column per class, for a multi-label one
    /// `positives, prevalence` and a column per finding.
    ///
    /// # Errors
    /// None in practice; polars checks the columns' lengths and names.
    pub fn table(&self) -> PolarsResult<DataFrame> {
        let counts = self.counts();
        let number =
            |of: fn(&CellCount) -> usize| counts.iter().map(|count| of(count) as u32).collect::<Vec<_>>();
        let parts: Vec<&str> = counts.iter().map(|count| count.part.as_str()).collect();
        let subgroups: Vec<&str> =
            counts.iter().map(|count| self.scheme.subgroups[count.subgroup].as_str()).collect();
        let mut columns: Vec<Column> = vec![
            Series::new("part".into(), parts).into(),
            Series::new("subgroup".into(), subgroups).into(),
            Series::new("patients".into(), number(|count| count.patients)).into(),
            Series::new("images".into(), number(|count| count.images)).into(),
        ];
        if self.task != TaskKind::MultiClass {
            let share =
                |count: &CellCount| (count.images > 0).then(|| count.positives as f64 / count.images as f64);
            let prevalence: Vec<Option<f64>> = counts.iter().map(share).collect();
            columns.push(Series::new("positives".into(), number(|count| count.positives)).into());
            columns.push(Series::new("prevalence".into(), prevalence).into());
        }
        if self.task != TaskKind::Binary {
            for (class, name) in self.classes.iter().enumerate() {
                let images: Vec<u32> = counts.iter().map(|count| count.per_class[class] as u32).collect();
                columns.push(Series::new(name.as_str().into(), images).into());
            }
        }
        DataFrame::new(counts.len(), columns)
    }

    /// Does every part of the two main subgroups have what an AUC needs, and the training part
    /// every class? `may_be_empty` names cells that were asked to be empty.
    pub(crate) fn check_classes(&self, may_be_empty: &[(Part, usize)]) -> Result<(), DataError> {
        let counts = self.counts();
        let main = |count: &&CellCount| [DOMINANT, LESS_PREVALENT].contains(&count.subgroup);
        let excused =
            |count: &CellCount| count.images == 0 && may_be_empty.contains(&(count.part, count.subgroup));
        for count in counts.iter().filter(main).filter(|count| !excused(count)) {
            self.check_cell(count)?;
        }
        if self.task == TaskKind::MultiClass {
            let train = || counts.iter().filter(main).filter(|count| count.part == Part::Train);
            // A training set that was asked to be empty cannot hold every class.
            let untrained =
                |class: &usize| !train().any(excused) && train().all(|count| count.per_class[*class] == 0);
            let missing: Vec<String> =
                (0..self.classes.len()).filter(untrained).map(|class| self.classes[class].clone()).collect();
            if !missing.is_empty() {
                return Err(DataError::Untrained { scheme: self.scheme.name.clone(), classes: missing });
            }
        }
        Ok(())
    }

    fn check_cell(&self, count: &CellCount) -> Result<(), DataError> {
        let (scheme, subgroup) = (self.scheme.name.clone(), self.scheme.subgroups[count.subgroup].clone());
        let part = count.part.as_str();
        let both = |class: usize| count.per_class[class] > 0 && count.against_class[class] > 0;
        match self.task {
            TaskKind::Binary if !both(1) => Err(DataError::OneClass {
                scheme,
                subgroup,
                part,
                positives: count.positives,
                negatives: count.images - count.positives,
            }),
            TaskKind::MultiClass if count.per_class.iter().filter(|&&images| images > 0).count() < 2 => {
                let present =
                    |(class, name): (usize, &String)| (count.per_class[class] > 0).then(|| name.clone());
                let found = self.classes.iter().enumerate().filter_map(present).collect();
                Err(DataError::FewClasses { scheme, subgroup, part, found, images: count.images })
            }
            TaskKind::MultiLabel if !(0..self.classes.len()).any(both) => {
                Err(DataError::NoOutcome { scheme, subgroup, part, images: count.images })
            }
            _ => Ok(()),
        }
    }
}
