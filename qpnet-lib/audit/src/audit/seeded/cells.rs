//! What is found of one method on one subgroup over its trainings.

use super::super::cell_audit::CellAudit;
use super::super::draws::{Draws, Strata};
use super::super::spread::Spread;
use super::super::{AuditError, AuditOptions};
use super::part::{Part, Share};
use crate::metrics::{Outcomes, WeightedAuc};
use crate::stats::crossed::{Crossed, SeedTest, crossed};

/// `None` where no outcome is known.
pub(super) fn cell(
    part: &Part<'_>,
    class: usize,
    options: &AuditOptions,
) -> Result<Option<CellAudit>, AuditError> {
    let (predictions, cells) = (part.predictions, part.cells(class));
    let Some(first) = cells.first().filter(|cell| !cell.labels.is_empty()) else { return Ok(None) };
    let outcomes = Outcomes::of(&first.labels);
    let Crossed { estimate: auc, test } = part.mean(&[class], options)?;
    let share =
        |name: &str, share: Share| Ok::<_, AuditError>(part.share(name, class, share, options)?.estimate);
    let sorted: Vec<WeightedAuc> =
        cells.iter().map(|cell| WeightedAuc::new(&cell.labels, &cell.scores)).collect::<Result<_, _>>()?;
    let draws = Draws::of(predictions, part.group, Strata::Outcomes, options)?;
    let precision =
        crossed(&draws.bootstrap(), cells.len(), "average precision", (0.0, 1.0), |at, drawn| {
            let own = |i: usize| drawn[draws.places[first.samples[i] as usize] as usize];
            let weights: Vec<f64> =
                (0..first.labels.len()).map(|i| f64::from(own(i)) * first.weights[i]).collect();
            sorted[at].real_average_precision(&weights)
        })?;
    let mut precision = precision.estimate;
    precision.n = first.labels.len();
    let values = || {
        let auc = |sorted: &WeightedAuc| sorted.at_real(&first.weights);
        sorted.iter().map(auc).collect::<Option<Vec<f64>>>()
    };
    let spread = |test: SeedTest| -> Option<Spread> {
        let (patients, seeds) = (test.patients.0, test.seeds.0);
        Some(Spread { trainings: cells.len(), values: values()?, patients, seeds })
    };
    let mut specificity = share("false positive rate", Share::FalsePositives)?;
    // One minus the false positive rate, ends turned round.
    (specificity.low, specificity.high) =
        (specificity.high.map(|x| 1.0 - x), specificity.low.map(|x| 1.0 - x));
    specificity.value = specificity.value.map(|x| 1.0 - x);
    specificity.method = specificity.method.replace("false positive rate", "specificity");
    let squares: f64 = first.weights.iter().map(|weight| weight * weight).sum();
    Ok(Some(CellAudit {
        method: part.method_name(),
        group: part.name(),
        class: predictions.classes.get(class).cloned(),
        samples: first.labels.len(),
        effective_samples: (predictions.weighted && squares > 0.0)
            .then(|| first.weights.iter().sum::<f64>().powi(2) / squares),
        patients: first.distinct_patients(),
        positives: outcomes.positives,
        auc: match outcomes.undefined() {
            Some(reason) => crate::stats::Estimate::undefined(auc.method, first.labels.len(), reason),
            None => auc,
        },
        average_precision: precision,
        sensitivity: share("sensitivity", Share::Sensitivity)?,
        specificity,
        positive_rate: share("positive rate", Share::Called)?,
        calibration: None,
        spread: test.and_then(spread),
        flag: outcomes.undefined().or(outcomes.flag()),
    }))
}
