//! Tables for terminals, documents and notebooks.

mod colour;
mod comparison;
mod curve;
mod disparity;
mod error;
mod format;
mod history;
mod overview;
mod pareto;
mod provenance;
mod table;
mod verdict;

pub use comparison::{auc_figure, auc_table, counts_table, difference_table, disparity_figure};
pub use curve::{curve_figure, curve_panel, curve_provenance_table, curve_table};
pub use disparity::{disparities_figure, disparities_table, disparities_words, relative_table};
pub use error::ReportError;
pub use format::{estimate, p_value};
pub use history::{auc_curves, delta_curve, loss_curves};
pub use overview::{
    divide_figure, divide_table, divide_words, overview_brier_table, overview_counts_table, overview_figure,
};
pub use pareto::{isotonic_panel, pareto_table, pareto_words};
pub use provenance::provenance_table;
pub use table::Table;
pub use verdict::quasi_pareto_words;
