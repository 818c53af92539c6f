//! Why a report could not be made.

use crate::experiment::RunError;
use crate::figure::FigureError;
use crate::metrics::MetricError;
use crate::stats::StatsError;

/// Numbers that could not be computed, or a figure that could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The experiment's statistics failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A measure failed.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// A statistic failed.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// The drawing failed.
    #[error(transparent)]
    Figure(#[from] FigureError),
}
