//! Tables for terminals, documents and notebooks.

mod comparison;
mod format;
mod table;

pub use comparison::{auc_figure, auc_table, counts_table};
pub use format::{estimate, p_value};
pub use table::Table;
