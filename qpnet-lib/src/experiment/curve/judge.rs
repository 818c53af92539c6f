//! What a curve says: its points with intervals, and the Pareto criterion.

use super::Curve;
use crate::experiment::RunError;
use crate::experiment::evaluate::cell::{Statistic, TestCell};
use crate::experiment::evaluate::joint::Joint;
use crate::rng::Streams;
use crate::stats::Estimate;
use crate::stats::crossed::crossed;
use crate::stats::pareto::{Criterion, Judgement, LearningCurve};

/// Mean test AUC over seeds at one size.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePoint {
    /// The method's key.
    pub method: String,
    /// 0 dominant, 1 less-prevalent.
    pub subgroup: usize,
    /// Dominant training images.
    pub size: usize,
    /// AUC of each seed.
    pub seeds: Vec<f64>,
    /// Their mean; the interval is over seeds and patients.
    pub auc: Estimate,
}

/// The Pareto criterion for one method.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodJudgement {
    /// The method's key.
    pub method: String,
    /// The method's name.
    pub title: String,
    /// Both subgroups and the verdict.
    pub judgement: Judgement,
}

impl Curve {
    /// Every point of every method.
    ///
    /// # Errors
    /// [`RunError`] from the statistics.
    pub fn points(&self) -> Result<Vec<CurvePoint>, RunError> {
        let mut points = Vec::new();
        for (spec, cells) in self.config.base.methods.iter().zip(&self.cells) {
            for (subgroup, sizes) in cells.iter().enumerate() {
                for (&size, seeds) in self.sizes.iter().zip(sizes) {
                    points.push(self.point(&spec.key, subgroup, size, seeds)?);
                }
            }
        }
        Ok(points)
    }

    fn point(
        &self,
        method: &str,
        subgroup: usize,
        size: usize,
        seeds: &[TestCell],
    ) -> Result<CurvePoint, RunError> {
        let aucs: Vec<Statistic> = seeds.iter().map(TestCell::auc).collect::<Result<_, _>>()?;
        let joint = Joint::of(&[&seeds[0]])?;
        let (all, streams) = (vec![1; seeds[0].len()], self.streams());
        let at = |seed: usize, weights: &[u32]| aucs[seed].at(weights);
        let auc = crossed(&joint.bootstrap(&streams), seeds.len(), "AUC", (0.0, 1.0), at)?.estimate;
        Ok(CurvePoint {
            method: method.to_owned(),
            subgroup,
            size,
            seeds: aucs.iter().filter_map(|auc| auc.at(&all)).collect(),
            auc,
        })
    }

    /// The Pareto criterion for every method.
    ///
    /// # Errors
    /// [`RunError`] from the statistics: an AUC that is undefined at some size.
    pub fn judge(&self, criterion: &Criterion) -> Result<Vec<MethodJudgement>, RunError> {
        let judged = self.config.base.methods.iter().zip(&self.cells).map(|(spec, cells)| {
            let [dominant, less] = [self.learning_curve(&cells[0])?, self.learning_curve(&cells[1])?];
            let judgement = criterion.judge(&dominant, &less)?;
            Ok(MethodJudgement { method: spec.key.clone(), title: spec.title.clone(), judgement })
        });
        judged.collect()
    }

    fn learning_curve(&self, sizes: &[Vec<TestCell>]) -> Result<LearningCurve, RunError> {
        let sorted = |seeds: &Vec<TestCell>| seeds.iter().map(TestCell::auc).collect();
        let aucs: Vec<Vec<Statistic>> = sizes.iter().map(sorted).collect::<Result<_, RunError>>()?;
        let joint = Joint::of(&[&sizes[0][0]])?;
        let streams = self.streams();
        let bootstrap = joint.bootstrap(&streams);
        let measure = |size: usize, seed: usize, weights: &[u32]| aucs[size][seed].at(weights);
        Ok(LearningCurve::of_measure(&self.sizes, self.config.seeds.len(), &bootstrap, measure)?)
    }

    fn streams(&self) -> Streams {
        Streams::new(self.config.base.data_seed).below("curve")
    }
}
