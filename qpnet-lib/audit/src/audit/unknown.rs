//! Outcomes that a table does not state plainly, by subgroup: that they are not equally many is itself a
//! finding.

use serde::Serialize;

use super::compare::Tested;
use super::question::AuditTask;
use super::{AuditError, AuditOptions, Predictions};
use crate::stats::Estimate;
use crate::stats::multiplicity::holm;
use crate::stats::proportion::Rate;

/// How many outcomes of a subgroup are not stated plainly (blank, missing, uncertain), whatever became
/// of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnknownAudit {
    /// The finding; of one label none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The subgroup.
    pub group: String,
    /// Samples.
    pub samples: usize,
    /// Samples whose outcome is not stated plainly.
    pub unknown: usize,
    /// The share of these, with Wilson's interval at the effective number of patients.
    pub rate: Estimate,
    /// The dominant subgroup minus this one; Holm's p-value is over all findings and subgroups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<Tested>,
}

/// Every finding that has such outcomes, in the subgroups of `order`, the dominant one first.
pub(super) fn of(
    predictions: &Predictions,
    order: &[usize],
    options: &AuditOptions,
) -> Result<Vec<UnknownAudit>, AuditError> {
    let Predictions { samples, groups, classes, .. } = predictions;
    let width = predictions.width();
    let mut open: Vec<Vec<usize>> = vec![Vec::new(); width];
    for &place in &samples.open {
        open[place % width].push(place / width);
    }
    let mut found: Vec<UnknownAudit> = Vec::new();
    for (class, places) in open.into_iter().enumerate().filter(|(_, places)| !places.is_empty()) {
        let mut unknown = vec![false; samples.len()];
        places.into_iter().for_each(|sample| unknown[sample] = true);
        let mut dominant: Option<Rate> = None;
        for &group in order {
            let own = (0..samples.len()).filter(|&sample| samples.groups[sample] as usize == group);
            let (hits, patients): (Vec<bool>, Vec<usize>) =
                own.map(|sample| (unknown[sample], samples.patients[sample] as usize)).unzip();
            let own = Rate::of(&hits, None, &patients)?;
            let rate = own.estimate("rate of unknown outcomes", options.level)?;
            let minus = |most: &Rate| most.minus(&own, "gap in the rate of unknown outcomes", options.level);
            let gap = dominant.as_ref().map(minus).transpose()?.map(Tested::of);
            dominant.get_or_insert(own);
            found.push(UnknownAudit {
                class: (predictions.task == AuditTask::MultiLabel).then(|| classes[class].clone()),
                group: groups[group].clone(),
                samples: hits.len(),
                unknown: hits.iter().filter(|&&hit| hit).count(),
                rate,
                gap,
            });
        }
    }
    let p: Vec<Option<f64>> = found.iter().filter_map(|entry| entry.gap.as_ref().map(|gap| gap.p)).collect();
    let gaps = found.iter_mut().filter_map(|entry| entry.gap.as_mut());
    gaps.zip(holm(&p)?).for_each(|(gap, p)| gap.p_holm = p);
    Ok(found)
}
