//! Decision curves: the net benefit of every method in every subgroup at the thresholds that were asked for.

use serde::Serialize;

use super::cell::Cell;
use super::compare::Tested;
use super::{AuditError, AuditOptions, Predictions};
use crate::stats::Estimate;
use crate::stats::net_benefit::{Forecast, net_benefit};
use crate::threads;

/// Net benefit at one threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetBenefitAudit {
    /// The method.
    pub method: String,
    /// The subgroup.
    pub group: String,
    /// The class or finding, against the rest; of one yes-or-no question none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Positive is whose probability is this or more; false positives count by its odds.
    pub threshold: f64,
    /// Of the method; calling nobody positive has 0.
    pub net_benefit: Estimate,
    /// Of calling everybody positive.
    pub everybody: Estimate,
    /// The method minus calling everybody positive.
    pub over_everybody: Tested,
}

/// Every method, class and subgroup of `order`, by ascending threshold.
pub(super) fn of(
    predictions: &Predictions,
    order: &[usize],
    options: &AuditOptions,
) -> Result<Vec<NetBenefitAudit>, AuditError> {
    let mut thresholds = options.decision_curve.clone();
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    let mut asked = Vec::new();
    for method in 0..predictions.methods.len() {
        for class in 0..predictions.width() {
            asked.extend(order.iter().map(|&group| (method, class, group)));
        }
    }
    if thresholds.is_empty() {
        return Ok(Vec::new());
    }
    let one = |&(method, class, group): &(usize, usize, usize)| {
        let cell = Cell::of(predictions, method as u32, group as u32, class);
        let forecast = Forecast {
            labels: &cell.labels,
            probabilities: &cell.scores,
            patients: &cell.patients,
            weights: predictions.weighted.then_some(&cell.weights),
        };
        let at = |&threshold: &f64| -> Result<NetBenefitAudit, AuditError> {
            let found = net_benefit(forecast, threshold, options.level)?;
            Ok(NetBenefitAudit {
                method: predictions.methods[method].clone(),
                group: predictions.groups[group].clone(),
                class: predictions.classes.get(class).cloned(),
                threshold,
                net_benefit: found.method,
                everybody: found.everybody,
                over_everybody: Tested::of(found.over_everybody),
            })
        };
        let scored = !cell.labels.is_empty();
        thresholds.iter().filter(|_| scored).map(at).collect::<Result<Vec<_>, _>>()
    };
    Ok(threads::try_map(&asked, one)?.into_iter().flatten().collect())
}
