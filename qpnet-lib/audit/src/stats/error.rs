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
    /// Degrees of freedom without a factor.
    #[error("Student's t needs at least 0.1 degrees of freedom; got {0}")]
    Freedom(f64),
    /// Too few replicates for any quantile.
    #[error("a bootstrap needs at least 2 replicates, better 2000; got {0}")]
    Replicates(usize),
    /// A p-value outside [0, 1].
    #[error("p-value {index} (counted from 0) is {value}: it lies in [0, 1]")]
    NotAProbability {
        /// Position in the slice, from 0.
        index: usize,
        /// The value found.
        value: f64,
    },
    /// A margin or tolerance that is no distance.
    #[error("a margin is a finite number, 0 or more, for example 0.02; got {0}")]
    Margin(f64),
    /// A learning curve whose parts do not fit.
    #[error("{what}: {got} where {expected} are expected")]
    Curve {
        /// Which part is wrong.
        what: &'static str,
        /// The number expected.
        expected: usize,
        /// The number found.
        got: usize,
    },
    /// A table of methods and data sets whose parts do not fit.
    #[error("{what}: {got} where {expected} are expected")]
    Table {
        /// Which part is wrong.
        what: &'static str,
        /// The number expected.
        expected: usize,
        /// The number found.
        got: usize,
    },
    /// A learning curve with a hole.
    #[error("the measure of size {size}, seed {seed} (counted from 0) is undefined: no curve")]
    Point {
        /// Position of the size, from 0.
        size: usize,
        /// Position of the seed, from 0.
        seed: usize,
    },
}
