//! The counts of a population, as numbers and as a frame.

use polars::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};

use super::loaded::Population;
use crate::data::rule::task::TaskKind;
use crate::data::split::counts::{self, CellCount};
use crate::data::split::enough::Counted;

impl Population {
    /// Patients, images, positives and classes of every part and subgroup.
    pub fn counts(&self) -> Vec<CellCount> {
        let sizes = (self.scheme.subgroups.len(), self.classes.len());
        counts::count(self.task, sizes, &self.samples, &self.parts)
    }

    /// The counts with what is asked of them.
    pub(super) fn counted(&self) -> Counted<'_> {
        let (scheme, classes) = (&self.scheme, &self.classes[..]);
        Counted { task: self.task, scheme, classes, counts: self.counts() }
    }

    /// Is sample `at` of `class`, or does it show that finding? `None`: not known.
    pub fn outcome(&self, at: usize, class: usize) -> Option<bool> {
        counts::outcome(self.task, &self.samples[at], class)
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
}
