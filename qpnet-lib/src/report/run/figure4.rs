//! The four panels of Fig 4 on one sheet.

use super::brier::brier_bars;
use super::comparison::{auc_bars, disparity_bars, footer};
use crate::experiment::Summary;
use crate::figure::{Figure, FigureError, Lines, Panels};

/// AUC, Brier score, disparity and the learning curve as panels a to d.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn figure4(summary: &Summary, learning_curve: Lines) -> Result<Figure, FigureError> {
    let name = format!("fig4_{}_{}", summary.data.name, summary.config.scheme);
    Panels::new(name, "QPI against Mixed training")
        .panel(auc_bars(summary, "Test AUC by subgroup and method"))
        .panel(brier_bars(summary, "Brier score by subgroup and method"))
        .panel(disparity_bars(summary, "Disparity in test AUC"))
        .panel(learning_curve)
        .footer(footer(summary))
        .caption("After the paper's Fig. 4.")
        .draw()
}
