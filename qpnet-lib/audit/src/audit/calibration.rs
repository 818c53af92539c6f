//! How good the probabilities of a cell are, with intervals.

use serde::Serialize;

use super::AuditError;
use super::forecasts::Forecast;
use crate::stats::{Bootstrap, Estimate, inverted_calibration_error};

/// How good the probabilities are. Intervals come from draws of all patients of the subgroup alike, since
/// the number of positives is uncertain too; percentiles, but for the calibration error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// Mean squared error.
    pub brier: Estimate,
    /// What is saved of the error of "always say the prevalence".
    pub skill: Estimate,
    /// Expected calibration error. It is biased upwards in small subgroups and may lie above its interval,
    /// which is that of [`calibration_error`](fn@crate::stats::calibration_error), also under weights.
    pub error: Estimate,
    /// 1 is right, below 1 the probabilities are too extreme. Scores of exactly 0 or 1 have no logit and are
    /// taken for 1e-12 and 1 - 1e-12: the slope of a table that has some depends on that choice. The audit
    /// notes how many there are.
    pub slope: Estimate,
    /// 0 is right, above 0 the probabilities are too low on the whole.
    pub in_the_large: Estimate,
}

impl Calibration {
    /// Of so many samples, from the data and every replicate of `bootstrap`.
    pub(super) fn of(
        found: &Forecast,
        replicates: &[Forecast],
        bootstrap: &Bootstrap<'_>,
        samples: usize,
    ) -> Result<Self, AuditError> {
        let estimate = |name: &str, of: fn(&Forecast) -> f64| {
            let value = Some(of(found)).filter(|value| value.is_finite());
            let column: Vec<f64> = replicates.iter().map(of).collect();
            let mut found = bootstrap.summarise(name, value, &column)?;
            found.n = samples;
            Ok::<_, AuditError>(found)
        };
        let share = || {
            let (value, column) = (Some(found.brier), replicates.iter().map(|of| of.brier));
            let value = value.filter(|value| value.is_finite());
            let found = bootstrap.share("Brier score", value, &column.collect::<Vec<f64>>())?;
            Ok::<_, AuditError>(Estimate { n: samples, ..found })
        };
        let gaps: Vec<&[f64]> = replicates.iter().map(|replicate| replicate.gaps.as_slice()).collect();
        Ok(Self {
            brier: share()?,
            skill: estimate("Brier skill", |found| found.skill)?,
            error: inverted_calibration_error(bootstrap, &found.gaps, &gaps, samples)?,
            slope: estimate("calibration slope", |found| found.slope)?,
            in_the_large: estimate("calibration in the large", |found| found.in_the_large)?,
        })
    }
}
