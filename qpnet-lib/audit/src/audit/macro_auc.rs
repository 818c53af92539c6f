//! The mean AUC over classes or findings: by subgroup, and between subgroups.

use serde::Serialize;

use super::compare::Tested;
use super::group::GroupAudit;
use super::{AuditError, AuditOptions, Predictions, inference};
use crate::stats::{Estimate, auc_inference};

/// One method on one subgroup, all classes together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MacroAudit {
    /// The method.
    pub method: String,
    /// The subgroup.
    pub group: String,
    /// Samples of the subgroup.
    pub samples: usize,
    /// Mean AUC over [`MacroAudit::counted`], each once.
    pub auc: Estimate,
    /// Classes that have both outcomes here.
    pub counted: Vec<String>,
    /// Classes that have not: they take no part.
    pub left_out: Vec<String>,
}

/// The dominant subgroup minus another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MacroGap {
    /// The method.
    pub method: String,
    /// The subgroup that is compared with the dominant one.
    pub group: String,
    /// Gap in the mean AUC over [`MacroGap::over`].
    pub auc: Tested,
    /// The classes that have both outcomes in both: means over different classes are different
    /// quantities.
    pub over: Vec<String>,
}

pub(super) fn of(
    predictions: &Predictions,
    method: usize,
    group: &GroupAudit,
    options: &AuditOptions,
) -> Result<MacroAudit, AuditError> {
    let counted = group.counted(method);
    let (own, out): (Vec<usize>, Vec<usize>) =
        (0..predictions.width()).partition(|class| counted.contains(class));
    let mean = inference::mean(predictions, method, group.group, &counted)?;
    Ok(MacroAudit {
        method: predictions.methods[method].clone(),
        group: predictions.groups[group.group as usize].clone(),
        samples: group.scored(),
        auc: inference::mean_estimate(predictions, mean.as_ref(), group.scored(), options.level)?,
        counted: names(predictions, &own),
        left_out: names(predictions, &out),
    })
}

pub(super) fn gap(
    predictions: &Predictions,
    method: usize,
    dominant: &GroupAudit,
    other: &GroupAudit,
    options: &AuditOptions,
) -> Result<MacroGap, AuditError> {
    let mut over = dominant.counted(method);
    let there = other.counted(method);
    over.retain(|class| there.contains(class));
    let mean = |group: &GroupAudit| inference::mean(predictions, method, group.group, &over);
    let (a, b) = (mean(dominant)?, mean(other)?);
    let estimate =
        |mean, group: &GroupAudit| inference::mean_estimate(predictions, mean, group.scored(), options.level);
    let (x, y) = (estimate(a.as_ref(), dominant)?, estimate(b.as_ref(), other)?);
    let sides = ((&x, a.as_ref()), (&y, b.as_ref()));
    let found = auc_inference::unpaired(&inference::name(predictions), sides.0, sides.1, options.level)?;
    Ok(MacroGap {
        method: predictions.methods[method].clone(),
        group: predictions.groups[other.group as usize].clone(),
        auc: Tested::of(found),
        over: names(predictions, &over),
    })
}

fn names(predictions: &Predictions, classes: &[usize]) -> Vec<String> {
    classes.iter().map(|&class| predictions.classes[class].clone()).collect()
}
