//! Tables for terminals, documents and notebooks.

mod format;
mod table;

pub use format::{estimate, p_value};
pub use table::Table;
