//! Weighted sums of methods: what one part does on average over the others.

use super::ablation::{Part, Parts, find};
use super::evaluate::joint::Joint;
use super::repeats::statistics;
use super::{RepeatedDifference, Repeats, RunError};
use crate::stats::Estimate;
use crate::stats::crossed::{Crossed, crossed};
use crate::train::QpiConfig;

/// What switching on a part of QP-Net does to an AUC, mean over all settings of the other parts.
#[derive(Clone, Debug, PartialEq)]
pub struct MainEffect {
    /// The part.
    pub part: Part,
    /// 0 dominant, 1 less-prevalent.
    pub subgroup: usize,
    /// The change in AUC; its interval is over seeds and patients.
    pub auc: Estimate,
}

impl Repeats {
    /// A weighted sum of methods' test AUCs on a subgroup, mean over seeds. All methods are
    /// measured on the same drawn patients and seeds, so that what they share cancels where the
    /// weights add up to 0, as those of a difference or of a main effect do.
    ///
    /// # Formula
    /// `mean_s sum_m c_m A_m,s`, with the interval of [`crossed`] over seeds and patients.
    ///
    /// # Errors
    /// [`RunError::Method`] for a key that is no method of this experiment; [`RunError`] from the
    /// statistics.
    pub fn contrast(&self, terms: &[(&str, f64)], subgroup: usize) -> Result<Estimate, RunError> {
        Ok(self.named_contrast("contrast", terms, subgroup)?.estimate)
    }

    fn named_contrast(
        &self,
        name: &str,
        terms: &[(&str, f64)],
        subgroup: usize,
    ) -> Result<Crossed, RunError> {
        let none =
            |n, reason: String| Ok(Crossed { estimate: Estimate::undefined(name, n, reason), test: None });
        let mut weighted = Vec::new();
        for &(key, weight) in terms {
            let cells = &self.cells[self.place(key)?];
            match cells.get(subgroup).filter(|seeds| !seeds[0].is_empty()) {
                Some(seeds) => weighted.push((weight, seeds)),
                None => {
                    return none(0, format!("{key} has no scores for subgroup {subgroup}"));
                }
            }
        }
        let Some((_, first)) = weighted.first() else {
            return none(0, "a contrast of no methods".to_owned());
        };
        let (joint, streams) = (Joint::of(&[&first[0]])?, self.streams());
        let parts = weighted.iter().map(|(weight, seeds)| Ok((*weight, statistics(seeds)?)));
        let parts: Vec<_> = parts.collect::<Result<_, RunError>>()?;
        let sum = |seed: usize, weights: &[u32]| {
            parts.iter().try_fold(0.0, |sum, (weight, aucs)| Some(sum + weight * aucs[seed].at(weights)?))
        };
        // A sum of weights w moves between -sum |w| and sum |w|.
        let most: f64 = terms.iter().map(|(_, weight)| weight.abs()).sum();
        let most =
            if terms.iter().map(|(_, weight)| weight).sum::<f64>().abs() < 1e-9 { most / 2.0 } else { most };
        Ok(crossed(&joint.bootstrap(&streams), self.seeds.len(), name, (-most, most), sum)?)
    }

    /// `method` minus each of `references` on the dominant and the less-prevalent subgroup.
    ///
    /// # Errors
    /// As [`Repeats::contrast`].
    pub fn versus(&self, method: &str, references: &[&str]) -> Result<Vec<RepeatedDifference>, RunError> {
        let mut differences = Vec::new();
        for &reference in references {
            for subgroup in 0..2 {
                let terms = [(method, 1.0), (reference, -1.0)];
                let found = self.named_contrast("paired difference", &terms, subgroup)?;
                differences.push(RepeatedDifference {
                    method: method.to_owned(),
                    reference: reference.to_owned(),
                    subgroup,
                    auc: found.estimate,
                    test: found.test,
                });
            }
        }
        Ok(differences)
    }

    /// The main effect of every part on both subgroups, from the sixteen cells of the grid.
    ///
    /// # Formula
    /// `(1/8) (sum of A over cells with the part - sum of A over cells without it)`
    ///
    /// # Errors
    /// As [`Repeats::contrast`]; [`RunError::Method`] when a cell of the grid was not trained.
    pub fn main_effects(&self, full: QpiConfig) -> Result<Vec<MainEffect>, RunError> {
        let key = |parts: Parts| {
            let wanted = parts.method(full);
            let spec = find(&self.config.methods, wanted.method);
            Ok((parts, spec.ok_or_else(|| self.unknown(&wanted.key))?.key.as_str()))
        };
        let cells: Vec<(Parts, &str)> =
            Parts::grid().into_iter().map(key).collect::<Result<_, RunError>>()?;
        let half = cells.len() as f64 / 2.0;
        let mut effects = Vec::new();
        for subgroup in 0..2 {
            for part in Part::ALL {
                let sign = |parts: Parts| if part.is_on(parts) { 1.0 } else { -1.0 };
                let terms: Vec<(&str, f64)> =
                    cells.iter().map(|(parts, key)| (*key, sign(*parts) / half)).collect();
                let auc = self.named_contrast("main effect", &terms, subgroup)?.estimate;
                effects.push(MainEffect { part, subgroup, auc });
            }
        }
        Ok(effects)
    }
}
