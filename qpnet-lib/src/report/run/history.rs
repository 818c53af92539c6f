//! A history as curves.

use super::comparison::footer;
use crate::experiment::Run;
use crate::figure::{Figure, FigureError, Lines};
use crate::train::EpochRecord;

/// Validation AUC of both subgroups over the epochs of one model.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn auc_curves(run: &Run, model: &str, name: &str) -> Result<Figure, FigureError> {
    let of = |value: fn(&EpochRecord) -> Option<f64>| series(run, model, value);
    let mut lines = Lines::new(name, format!("Validation AUC of {model}"))
        .x_label("epoch (0 = starting point)")
        .y_label("AUC")
        .series("dominant", of(|record| record.auc_dominant))
        .series("less-prevalent", of(|record| record.auc_less_prevalent));
    if let Some(kept) = run.history.iter().find(|record| record.model == model && record.selected) {
        lines = lines.mark(kept.epoch as f64, "kept");
    }
    lines.footer(footer(&run.summary)).draw()
}

/// Delta over the epochs of QP-Net (equations 13 and 14).
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn delta_curve(run: &Run, model: &str, name: &str) -> Result<Figure, FigureError> {
    let of_model = run.history.iter().filter(|record| record.model == model);
    let point = |record: &EpochRecord| {
        let (value, se) = (record.delta?, record.delta_se.unwrap_or(0.0));
        Some((record.epoch as f64, value, value - se, value + se))
    };
    let band: Vec<_> = of_model.filter_map(point).collect();
    Lines::new(name, "Adaptive weight of the dominant subgroup")
        .x_label("epoch")
        .y_label("delta")
        .band("delta ± 1 SE", band)
        .footer(footer(&run.summary))
        .draw()
}

/// The terms of the loss over the epochs of QP-Net.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn loss_curves(run: &Run, model: &str, name: &str) -> Result<Figure, FigureError> {
    let of = |value: fn(&EpochRecord) -> Option<f64>| series(run, model, value);
    Lines::new(name, format!("Loss terms of {model}, mean over each epoch"))
        .x_label("epoch")
        .y_label("loss (before its gamma)")
        .series("class", of(|record| record.loss_class))
        .series("adversarial", of(|record| record.loss_adversarial))
        .series("MMD", of(|record| record.loss_mmd))
        .series("BSS", of(|record| record.loss_bss))
        .footer(footer(&run.summary))
        .draw()
}

fn series(run: &Run, model: &str, value: fn(&EpochRecord) -> Option<f64>) -> Vec<(f64, f64)> {
    let of_model = run.history.iter().filter(|record| record.model == model);
    of_model.filter_map(|record| value(record).map(|value| (record.epoch as f64, value))).collect()
}
