//! One run: its tables, its figures, and what they rest on.

mod brier;
mod classes;
pub(super) mod comparison;
mod decisions;
mod figure4;
mod history;
mod intervals;
mod kept_mixed;

pub use brier::{brier_difference_table, brier_figure, brier_table};
pub use classes::{class_counts_table, class_figure, class_table, counted_words, reversed_words};
pub use comparison::{
    auc_figure, auc_table, counts_table, difference_table, disparity_figure, disparity_table,
};
pub use decisions::decisions_table;
pub use figure4::figure4;
pub use history::{auc_curves, delta_curve, loss_curves};
pub use intervals::interval_table;
pub use kept_mixed::kept_mixed_words;
