//! Tables for terminals, documents and notebooks.

mod classes;
mod colour;
mod comparison;
mod curve;
mod error;
mod format;
mod history;
mod pareto;
mod provenance;
mod schemes;
mod survey;
mod table;
mod verdict;

pub use classes::{class_counts_table, class_figure, class_table, counted_words, reversed_words};
pub use comparison::{auc_figure, auc_table, counts_table, difference_table, disparity_figure};
pub use curve::{curve_figure, curve_panel, curve_provenance_table, curve_table};
pub use error::ReportError;
pub use format::{estimate, p_value};
pub use history::{auc_curves, delta_curve, loss_curves};
pub use pareto::{isotonic_panel, pareto_table, pareto_words};
pub use provenance::provenance_table;
pub use schemes::{schemes_auc_figure, schemes_disparity_figure};
pub use survey::{survey_table, training_share_words};
pub use table::Table;
pub use verdict::quasi_pareto_words;
