//! Test scores of one training, or of the folds of a cross-fitting together.
//!
//! Models of two folds score on scales of their own, so no measure compares the scores of one with those of another: it
//! is computed within each fold and averaged, and patients are drawn within each.

use std::ops::Range;

use crate::experiment::RunError;
use crate::experiment::evaluate::cell::{Statistic, TestCell};
use crate::experiment::evaluate::joint::Joint;

/// The test scores of a method on a subgroup, fold by fold; no patient is in two folds.
pub(super) struct Folded(pub(super) Vec<TestCell>);

/// AUC within each fold, averaged.
pub(super) struct FoldedAuc(Vec<(Range<usize>, Statistic)>);

impl Folded {
    /// Whether there is nobody in a fold: the average is over all of them.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().any(TestCell::is_empty)
    }

    /// Samples of all folds.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(TestCell::len).sum()
    }

    /// The patients of all folds, drawn within each.
    pub(super) fn joint(&self) -> Result<Joint, RunError> {
        Self::together(&[self])
    }

    /// The patients of several subgroups, drawn together; the samples stand one subgroup after the other.
    pub(super) fn together(all: &[&Self]) -> Result<Joint, RunError> {
        Joint::of(&all.iter().flat_map(|folded| &folded.0).collect::<Vec<_>>())
    }

    /// Name of the subgroup.
    pub(super) fn subgroup(&self) -> &str {
        self.0.first().map_or("", |cell| &cell.subgroup)
    }

    pub(super) fn auc(&self) -> Result<FoldedAuc, RunError> {
        let mut begin = 0;
        let of = |cell: &TestCell| -> Result<(Range<usize>, Statistic), RunError> {
            let range = begin..begin + cell.len();
            begin = range.end;
            Ok((range, cell.auc()?))
        };
        Ok(FoldedAuc(self.0.iter().map(of).collect::<Result<_, _>>()?))
    }
}

impl FoldedAuc {
    /// With so many copies of every sample; `None` where that of a fold is undefined.
    pub(super) fn at(&self, weights: &[u32]) -> Option<f64> {
        let values = self.0.iter().map(|(range, auc)| auc.at(&weights[range.clone()]));
        let values: Vec<f64> = values.collect::<Option<_>>()?;
        Some(values.iter().sum::<f64>() / values.len() as f64)
    }
}
