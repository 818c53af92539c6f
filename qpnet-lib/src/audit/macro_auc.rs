//! The mean AUC over classes or findings: by subgroup, and between subgroups.

use serde::Serialize;

use super::compare::Tested;
use super::group::GroupAudit;
use super::{AuditError, AuditOptions, Predictions};
use crate::stats::{Estimate, proportion};

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

const NAME: &str = "macro AUC";

pub(super) fn of(
    predictions: &Predictions,
    method: usize,
    group: &GroupAudit,
) -> Result<MacroAudit, AuditError> {
    let counted = group.counted(method);
    let (own, out): (Vec<usize>, Vec<usize>) =
        (0..predictions.width()).partition(|class| counted.contains(class));
    Ok(MacroAudit {
        method: predictions.methods[method].clone(),
        group: predictions.groups[group.group as usize].clone(),
        samples: group.scored(),
        auc: group.estimate(NAME, method, &counted)?,
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
    let [a, b] = [dominant, other].map(|group| group.estimate(NAME, method, &over));
    let found = proportion::difference("gap in macro AUC", &a?, &b?, options.level)?;
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
