//! What an audit is asked, beside the table.

use super::AuditError;
use crate::metrics::ThresholdRule;

/// Settings of an audit, fixed before the numbers are seen.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditOptions {
    /// The method that others are compared with; the first of the table unless said.
    pub reference: Option<String>,
    /// The dominant subgroup; the one with most patients unless said.
    pub dominant: Option<String>,
    /// How much the dominant subgroup's AUC may lose at most ("non-inferior").
    pub margin: f64,
    /// Positive is who scores this or more; without one there are no rates of decisions.
    pub threshold: Option<f64>,
    /// Subgroups of fewer patients are named and not scored.
    pub smallest: usize,
    /// How often a difference is to be shown by the test of its comparison, such as 0.8; unless said what
    /// comparisons could have seen is left out.
    pub power: Option<f64>,
    /// The half-width of an interval for which patients are counted.
    pub half_width: f64,
    /// Probabilities at which net benefit is found; none: it is left out.
    pub decision_curve: Vec<f64>,
    /// The bandwidth along a continuous attribute; unless said it follows from the attribute's values.
    pub bandwidth: Option<f64>,
    /// Whether what was not estimated is listed, with the smallest and the largest gaps that it allows.
    pub ledger: bool,
    /// Further thresholds, whose rates are found beside those of the first.
    pub thresholds: Vec<f64>,
    /// How thresholds are chosen on the rows of [`Reading::threshold_from`](super::Reading::threshold_from).
    pub rules: Vec<ThresholdRule>,
    /// Whether each subgroup gets a threshold of its own, chosen on its own rows.
    pub threshold_per_group: bool,
    /// Confidence level of intervals; tests are at one minus it.
    pub level: f64,
    /// Bins of equal mass for the calibration error.
    pub bins: usize,
    /// Replicates of a bootstrap; fewer where a subgroup is large.
    pub replicates: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Whether scores are probabilities; if not, there is no calibration.
    pub probabilities: bool,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            reference: None,
            dominant: None,
            margin: 0.02,
            threshold: Some(0.5),
            smallest: 0,
            power: None,
            half_width: 0.05,
            decision_curve: Vec::new(),
            bandwidth: None,
            ledger: false,
            thresholds: Vec::new(),
            rules: Vec::new(),
            threshold_per_group: false,
            level: 0.95,
            bins: 10,
            replicates: 2000,
            seed: 1,
            probabilities: true,
        }
    }
}

/// Sample weights that all replicates of one bootstrap may draw together: some seconds of work.
const DRAWS: usize = 100_000_000;
/// However large a subgroup, so many replicates.
const FEWEST: usize = 200;

impl AuditOptions {
    /// Replicates for a bootstrap over `samples`.
    pub(super) fn replicates_for(&self, samples: usize) -> usize {
        self.replicates.min((DRAWS / samples.max(1)).max(FEWEST))
    }

    /// Check what the types cannot say.
    ///
    /// # Errors
    /// [`AuditError::Option`].
    pub fn check(&self) -> Result<(), AuditError> {
        let within = |what, found: f64, holds: bool, expected| {
            if holds { Ok(()) } else { Err(AuditError::Option { what, found, expected }) }
        };
        let Self { margin, threshold, level, .. } = *self;
        within("the margin", margin, (0.0..1.0).contains(&margin), "a number from 0 to below 1")?;
        for threshold in threshold.into_iter().chain(self.thresholds.iter().copied()) {
            within("the threshold", threshold, threshold.is_finite(), "a finite number")?;
        }
        for &at in &self.decision_curve {
            within(
                "a threshold of the decision curve",
                at,
                at > 0.0 && at < 1.0,
                "a probability between 0 and 1",
            )?;
            let scale = "probabilities, which --ranks says that scores are not";
            within("a threshold of the decision curve", at, self.probabilities, scale)?;
        }
        if let Some(power) = self.power {
            within("the power", power, power > 0.5 && power < 1.0, "a number between 0.5 and 1")?;
        }
        if let Some(width) = self.bandwidth {
            within("the bandwidth", width, width.is_finite() && width > 0.0, "a finite number above 0")?;
        }
        let half = self.half_width;
        within("the half-width", half, half > 0.0 && half < 1.0, "a number between 0 and 1")?;
        within("the level", level, level > 0.5 && level < 1.0, "a number between 0.5 and 1")?;
        within("the number of bins", self.bins as f64, self.bins > 1, "2 or more")?;
        within("the number of replicates", self.replicates as f64, self.replicates >= 100, "100 or more")
    }
}
