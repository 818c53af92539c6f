//! An audit and a verdict on learning curves in tables, sentences, figures and documents.

mod audit;
mod document;
mod error;
mod findings;
pub mod format;
mod pareto;
mod pareto_words;
mod stamp;
mod table;

pub use audit::{
    against_forest, against_table, along_figure, along_table, audit_brief_tables, audit_brief_words,
    audit_document, audit_forest, audit_tables, audit_words, calibration_figure, calibration_table,
    cells_table, classes_forest, decision_curve_figure, decision_tables, density_figure, gaps_table,
    ledger_tables, macro_gaps_table, macro_table, model_card, net_benefit_table, power_table,
    reliability_figure, roc_figure, spread_table, standardised_table, unknown_table, unscored_table,
};
pub use document::Document;
pub use error::ReportError;
pub use findings::FindingTable;
pub use format::{estimate, p_value};
pub use pareto::{judged_curves_figure, judged_curves_table, judged_curves_words};
pub use pareto_words::method_words;
pub use stamp::stamp_table;
pub use table::Table;
