//! Tables for terminals, documents and notebooks.
//!
//! | room | shows |
//! |---|---|
//! | `data` | what there is to read, what it holds, who is in which part |
//! | `run` | one run |
//! | `schemes` | several subgrouping schemes beside each other |
//! | `repeats` | several seeds of training, the ablation grid, the sweep of sigma |
//! | `cka` | a CKA study |
//! | `grid` | what was collected of a grid |
//! | `decisive` | methods against the re-weighting frontier |
//!
//! Beside them stand what they share (colours, verdicts, provenance), and learning curves with the Pareto criterion.
//! Tables, documents, numbers in words and the report on an audit are the lower crate's.

mod cka;
mod colour;
mod curve;
mod data;
mod decisive;
mod error;
mod grid;
mod pareto;
mod provenance;
mod repeats;
mod run;
mod schemes;
mod verdict;

use qpnet_audit::report::format;
// What an audit and a run share; the audit's own ReportError has no run.
pub use qpnet_audit::report::{
    Document, FindingTable, Table, against_forest, against_table, audit_brief_tables, audit_brief_words,
    audit_document, audit_forest, audit_tables, audit_words, calibration_table, cells_table, classes_forest,
    density_figure, estimate, gaps_table, judged_curves_figure, judged_curves_table, judged_curves_words,
    macro_gaps_table, macro_table, method_words, p_value, reliability_figure, roc_figure, stamp_table,
    standardised_table, unknown_table,
};

pub use cka::{
    cka_auc_table, cka_difference_table, cka_figure, cka_parts_table, cka_provenance_table, cka_table,
    cka_words,
};
pub use curve::{curve_figure, curve_panel, curve_provenance_table, curve_table};
pub use data::{
    fetch_table, manifest_card, manifests_table, partition_table, received_words, split_audit_words,
    survey_table, training_share_words, verification_words,
};
pub use decisive::{
    MapAxes, decisive_words, frontier_figure, gain_along, gain_forest, verdict_counts_table, verdict_map,
};
pub use error::ReportError;
pub use grid::{grid_tables, latex};
pub use pareto::{isotonic_panel, pareto_table, pareto_words};
pub use provenance::provenance_table;
pub use repeats::{
    Study, control_figure, effect_figure, effect_words, grid_figure, kept_start_words, pilot_table,
    repeated_difference_figure, repeated_difference_table, repeats_figure, repeats_provenance_table,
    repeats_table, sigma_figure, sigma_table,
};
pub use run::{
    auc_curves, auc_figure, auc_table, brier_difference_table, brier_figure, brier_table, class_counts_table,
    class_figure, class_table, counted_words, counts_table, decisions_table, delta_curve, difference_table,
    disparity_figure, disparity_table, figure4, interval_table, kept_mixed_words, loss_curves,
    reversed_words,
};
pub use schemes::{
    disparities_figure, disparities_table, disparities_words, divide_figure, divide_table, divide_words,
    overview_brier_table, overview_counts_table, overview_figure, relative_table, schemes_auc_figure,
    schemes_disparity_figure,
};
pub use verdict::{quasi_pareto_words, repeats_words};
