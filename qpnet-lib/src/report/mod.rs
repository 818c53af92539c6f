//! Tables for terminals, documents and notebooks.

mod ablation;
mod brier;
mod cka;
mod cka_words;
mod classes;
mod colour;
mod comparison;
mod curve;
mod data_set;
mod decisions;
mod disparity;
mod error;
mod fetch;
mod figure4;
mod history;
mod intervals;
mod kept_mixed;
mod overview;
mod pareto;
mod pilot;
mod provenance;
mod repeats;
mod schemes;
mod sigma;
mod split;
mod study;
mod survey;
mod verdict;

use qpnet_audit::report::format;
// What an audit and a run share; the audit's own ReportError has no run.
pub use qpnet_audit::report::{
    Document, FindingTable, Table, against_forest, against_table, audit_brief_tables, audit_brief_words,
    audit_document, audit_forest, audit_tables, audit_words, calibration_table, cells_table, classes_forest,
    density_figure, estimate, gaps_table, judged_curves_figure, judged_curves_table, judged_curves_words,
    macro_gaps_table, macro_table, method_words, p_value, reliability_figure, roc_figure, stamp_table,
    unknown_table,
};

pub use ablation::{control_figure, effect_figure, effect_words, grid_figure};
pub use brier::{brier_difference_table, brier_figure, brier_table};
pub use cka::{
    cka_auc_table, cka_difference_table, cka_figure, cka_parts_table, cka_provenance_table, cka_table,
};
pub use cka_words::cka_words;
pub use classes::{class_counts_table, class_figure, class_table, counted_words, reversed_words};
pub use comparison::{
    auc_figure, auc_table, counts_table, difference_table, disparity_figure, disparity_table,
};
pub use curve::{curve_figure, curve_panel, curve_provenance_table, curve_table};
pub use data_set::{manifest_card, manifests_table, verification_words};
pub use decisions::decisions_table;
pub use disparity::{disparities_figure, disparities_table, disparities_words, relative_table};
pub use error::ReportError;
pub use fetch::{fetch_table, received_words};
pub use figure4::figure4;
pub use history::{auc_curves, delta_curve, loss_curves};
pub use intervals::interval_table;
pub use kept_mixed::kept_mixed_words;
pub use overview::{
    divide_figure, divide_table, divide_words, overview_brier_table, overview_counts_table, overview_figure,
};
pub use pareto::{isotonic_panel, pareto_table, pareto_words};
pub use pilot::pilot_table;
pub use provenance::provenance_table;
pub use repeats::{
    kept_start_words, repeated_difference_figure, repeated_difference_table, repeats_figure,
    repeats_provenance_table, repeats_table,
};
pub use schemes::{schemes_auc_figure, schemes_disparity_figure};
pub use sigma::{sigma_figure, sigma_table};
pub use split::{partition_table, split_audit_words};
pub use study::Study;
pub use survey::{survey_table, training_share_words};
pub use verdict::{quasi_pareto_words, repeats_words};
