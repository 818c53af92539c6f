//! A history as curves.

use crate::figure::{Figure, FigureError, Lines};
use crate::train::EpochRecord;

/// Validation AUC of both subgroups over the epochs of one model.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn auc_curves(history: &[EpochRecord], model: &str, name: &str) -> Result<Figure, FigureError> {
    let of = |value: fn(&EpochRecord) -> Option<f64>| series(history, model, value);
    let mut lines = Lines::new(name, format!("Validation AUC of {model}"))
        .x_label("epoch (0 = starting point)")
        .y_label("AUC")
        .series("dominant", of(|record| record.auc_dominant))
        .series("less-prevalent", of(|record| record.auc_less_prevalent));
    if let Some(kept) = history.iter().find(|record| record.model == model && record.selected) {
        lines = lines.mark(kept.epoch as f64, "kept");
    }
    lines.footer(footer(history)).draw()
}

/// Delta over the epochs of QP-Net (equations 13 and 14).
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn delta_curve(history: &[EpochRecord], model: &str, name: &str) -> Result<Figure, FigureError> {
    Lines::new(name, "Adaptive weight of the dominant subgroup")
        .x_label("epoch")
        .y_label("delta")
        .series("delta", series(history, model, |record| record.delta))
        .level(0.5, "as Mixed")
        .footer(footer(history))
        .draw()
}

/// The terms of the loss over the epochs of QP-Net.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn loss_curves(history: &[EpochRecord], model: &str, name: &str) -> Result<Figure, FigureError> {
    let of = |value: fn(&EpochRecord) -> Option<f64>| series(history, model, value);
    Lines::new(name, format!("Loss terms of {model}, mean over each epoch"))
        .x_label("epoch")
        .y_label("loss (before its gamma)")
        .series("class", of(|record| record.loss_class))
        .series("adversarial", of(|record| record.loss_adversarial))
        .series("MMD", of(|record| record.loss_mmd))
        .series("BSS", of(|record| record.loss_bss))
        .footer(footer(history))
        .draw()
}

fn series(history: &[EpochRecord], model: &str, value: fn(&EpochRecord) -> Option<f64>) -> Vec<(f64, f64)> {
    let of_model = history.iter().filter(|record| record.model == model);
    of_model.filter_map(|record| value(record).map(|value| (record.epoch as f64, value))).collect()
}

fn footer(history: &[EpochRecord]) -> String {
    history.first().map_or(String::new(), |record| format!("seed {}", record.seed))
}
