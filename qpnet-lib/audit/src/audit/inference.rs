//! What patients contribute to the numbers of a cell: intervals and tests of AUCs and rates.

use super::cell::Cell;
use super::{AuditError, AuditOptions, AuditTask, Predictions};
use crate::metrics::Outcomes;
use crate::stats::auc_inference::{self, About};
use crate::stats::obuchowski::{self, Group};
use crate::stats::proportion::Rate;
use crate::stats::{Comparison, Contributions, Estimate};

/// The AUC and the rates of a cell, as far as differences need them.
pub(super) struct Known {
    pub(super) auc: Option<Contributions>,
    pub(super) sensitivity: Rate,
    pub(super) false_positive_rate: Rate,
    pub(super) positive_rate: Rate,
}

/// How an AUC is called in the method of its interval.
pub(super) fn name(predictions: &Predictions) -> String {
    let weighted = if predictions.weighted { "weighted " } else { "" };
    match predictions.task {
        AuditTask::Binary if !predictions.weighted => "Obuchowski".to_owned(),
        AuditTask::Binary => format!("{weighted}AUC, Obuchowski"),
        AuditTask::MultiClass | AuditTask::MultiLabel => format!("{weighted}macro AUC, Obuchowski"),
    }
}

impl Known {
    pub(super) fn of(cell: &Cell, weighted: bool, options: &AuditOptions) -> Result<Self, AuditError> {
        let share = |keep: &dyn Fn(usize) -> bool, hit: &dyn Fn(usize) -> bool| {
            let kept: Vec<usize> = (0..cell.labels.len()).filter(|&i| keep(i)).collect();
            if options.threshold.is_none() {
                return Ok(Rate::unknown(kept.len(), "no threshold was given (--threshold)"));
            }
            let hits: Vec<bool> = kept.iter().map(|&i| hit(i)).collect();
            let clusters: Vec<usize> = kept.iter().map(|&i| cell.patients[i]).collect();
            let weights: Vec<f64> = kept.iter().filter(|_| weighted).map(|&i| cell.weights[i]).collect();
            Rate::of(&hits, weighted.then_some(&weights), &clusters)
        };
        let called = |i: usize| options.threshold.is_some_and(|threshold| cell.scores[i] >= threshold);
        Ok(Self {
            auc: auc(cell, weighted)?,
            sensitivity: share(&|i| cell.labels[i], &called)?,
            false_positive_rate: share(&|i| !cell.labels[i], &called)?,
            positive_rate: share(&|_| true, &called)?,
        })
    }

    /// Where no patient has samples in another subgroup, whose they are need not be kept.
    pub(super) fn alone(self) -> Self {
        let Self { auc, sensitivity, false_positive_rate, positive_rate } = self;
        Self {
            auc: auc.map(Contributions::alone),
            sensitivity: sensitivity.alone(),
            false_positive_rate: false_positive_rate.alone(),
            positive_rate: positive_rate.alone(),
        }
    }
}

fn group(cell: &Cell) -> Group<'_> {
    Group { labels: &cell.labels, scores: &cell.scores, clusters: &cell.patients }
}

/// What patients contribute to the AUC of a cell; `None` where an outcome is missing.
pub(super) fn auc(cell: &Cell, weighted: bool) -> Result<Option<Contributions>, AuditError> {
    Ok(obuchowski::contributions(group(cell), weighted.then_some(&cell.weights))?)
}

/// The AUC of a cell.
pub(super) fn single(
    predictions: &Predictions,
    labels: &[bool],
    found: Option<&Contributions>,
    level: f64,
) -> Result<Estimate, AuditError> {
    let (area, name) = (
        found.map(Contributions::area),
        match predictions.weighted {
            true => "weighted AUC, Obuchowski",
            false => "Obuchowski",
        },
    );
    Ok(auc_inference::single(name, Outcomes::of(labels), area.as_ref(), level, Default::default())?)
}

/// The mean AUC of a method on a subgroup over `classes`, which all have one; `None` of none.
pub(super) fn mean(
    predictions: &Predictions,
    method: usize,
    group: u32,
    classes: &[usize],
) -> Result<Option<Contributions>, AuditError> {
    let of = |&class: &usize| auc(&Cell::of(predictions, method as u32, group, class), predictions.weighted);
    let found: Vec<Option<Contributions>> = classes.iter().map(of).collect::<Result<_, _>>()?;
    Ok(Contributions::mean(found))
}

/// A mean AUC of `n` samples as an estimate.
pub(super) fn mean_estimate(
    predictions: &Predictions,
    found: Option<&Contributions>,
    n: usize,
    level: f64,
) -> Result<Estimate, AuditError> {
    let about = About { n, undefined: Some("no class has both outcomes".to_owned()), flag: None };
    let area = found.map(Contributions::area);
    Ok(auc_inference::single(&name(predictions), about, area.as_ref(), level, Default::default())?)
}

/// `method` minus `reference` on a subgroup by AUC, or its mean over `classes`.
pub(super) fn paired(
    predictions: &Predictions,
    (method, reference): (usize, usize),
    group_: u32,
    classes: &[usize],
    options: &AuditOptions,
) -> Result<Comparison, AuditError> {
    let binary = predictions.task == AuditTask::Binary;
    let (mut found, mut about) = (Vec::new(), None);
    for &class in if binary { &[0][..] } else { classes } {
        let cell = |method: usize| Cell::of(predictions, method as u32, group_, class);
        let (own, then) = cell(method).shared(&cell(reference));
        let weights = predictions.weighted.then_some(own.weights.as_slice());
        found.push(obuchowski::change(group(&own), &then, weights)?);
        about = Some(Outcomes::of(&own.labels)).filter(|_| binary);
    }
    let area = Contributions::mean(found).map(|found| found.area());
    let about = about.map_or_else(
        || About { n: 0, undefined: Some("no class has both outcomes".to_owned()), flag: None },
        About::from,
    );
    Ok(auc_inference::paired(&name(predictions), about, area.as_ref(), options.level)?)
}
