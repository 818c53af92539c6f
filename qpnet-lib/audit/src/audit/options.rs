//! What an audit is asked, beside the table.

use super::AuditError;

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
        let threshold = threshold.unwrap_or_default();
        within("the threshold", threshold, threshold.is_finite(), "a finite number")?;
        within("the level", level, level > 0.5 && level < 1.0, "a number between 0.5 and 1")?;
        within("the number of bins", self.bins as f64, self.bins > 1, "2 or more")?;
        within("the number of replicates", self.replicates as f64, self.replicates >= 100, "100 or more")
    }
}
