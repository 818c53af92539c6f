//! Tables for terminals, documents and notebooks.

mod cka;
mod cka_words;
mod comparison;
mod format;
mod history;
mod provenance;
mod table;
mod verdict;

pub use cka::{cka_auc_table, cka_figure, cka_parts_table, cka_provenance_table, cka_table};
pub use cka_words::cka_words;
pub use comparison::{auc_figure, auc_table, counts_table, difference_table, disparity_figure};
pub use format::{estimate, p_value};
pub use history::{auc_curves, delta_curve, loss_curves};
pub use provenance::provenance_table;
pub use table::Table;
pub use verdict::quasi_pareto_words;
