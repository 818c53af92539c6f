//! Input on which no interval can be computed.

use crate::metrics::MetricError;

/// Why an interval or a test refuses its input.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StatsError {
    /// Labels and scores do not fit.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// A confidence level outside (0, 1).
    #[error("a confidence level lies strictly between 0 and 1, for example 0.95; got {0}")]
    Level(f64),
    /// Too few replicates for any quantile.
    #[error("a bootstrap needs at least 2 replicates, better 2000; got {0}")]
    Replicates(usize),
}
