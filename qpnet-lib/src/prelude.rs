//! What a notebook needs, in one line: `use qpnet_lib::prelude::*;`.

pub use tch::{self, Device, Kind, Tensor, nn};

pub use crate::cka::{self, Spatial, over_seeds};
pub use crate::data::nested::restrict;
pub use crate::data::{Part, Population, SchemeInfo, Survey, SurveyCount, TaskKind, synthetic};
pub use crate::experiment::ablation::{Parts, SIGMAS, sigma_sweep, study_config};
pub use crate::experiment::cka_study::{
    CkaStudy, CkaStudyConfig, Claim, LayerResult, LayerTest, SecondStart, SeedStudy, Seen, Side, Start,
    TransferKind, TransferResult,
};
pub use crate::experiment::curve::{Curve, CurveConfig, CurvePoint, MethodJudgement, Regime};
pub use crate::experiment::{
    ClassGap, EPSILON_0, MainEffect, MethodKind, MethodSpec, MethodSummary, Prediction, Profile,
    RepeatedDifference, RepeatedMethod, Repeats, Run, RunConfig, RunError, Summary, case_mix, cka_study,
    class_gaps, compare, compare_repeatedly, configure, configure_cka, curve_config, is_present,
    learning_curve, measure_curve, population, pretrained_weights, survey,
};
pub use crate::figure::{
    BarAxis, BarGroup, Bars, Figure, Forest, Heat, HeatCell, HeatScale, LineStyle, Lines, Panels,
};
pub use crate::loss::{
    ClassLoss, DomainSettings, DomainTerms, Estimator, Gammas, Kernel, Mmd, Task, UNKNOWN, adaptive_delta,
    bss, class_loss, domain_loss, mmd, ramp, reverse_gradient, sample_loss, subgroup_accuracy, subgroup_loss,
};
pub use crate::metrics::{MacroAuc, macro_auc, one_vs_rest};
pub use crate::model::{GradientNorms, Mode, ModelConfig, QpNet, Stem};
pub use crate::report::{
    Table, auc_curves, auc_figure, auc_table, brier_difference_table, brier_figure, brier_table,
    cka_auc_table, cka_difference_table, cka_figure, cka_parts_table, cka_provenance_table, cka_table,
    cka_words, class_counts_table, class_figure, class_table, control_figure, counted_words, counts_table,
    curve_figure, curve_panel, curve_provenance_table, curve_table, delta_curve, difference_table,
    disparities_figure, disparities_table, disparities_words, disparity_figure, disparity_table,
    divide_figure, divide_table, divide_words, effect_figure, effect_words, figure4, grid_figure,
    interval_table, isotonic_panel, kept_start_words, loss_curves, overview_brier_table,
    overview_counts_table, overview_figure, pareto_table, pareto_words, pilot_table, provenance_table,
    quasi_pareto_words, relative_table, repeated_difference_figure, repeated_difference_table,
    repeats_figure, repeats_provenance_table, repeats_table, repeats_words, reversed_words,
    schemes_auc_figure, schemes_disparity_figure, sigma_figure, sigma_table, standardised_table,
    survey_table, training_share_words,
};
pub use crate::rng::Streams;
pub use crate::stats::Estimate;
pub use crate::stats::pareto::{Criterion, Finding, Judgement, LearningCurve, Verdict, isotonic, max_drop};
pub use crate::train::{Batch, CellSampler, EpochRecord, QpiConfig, Sampling, Selection, training_members};

/// The folder that notebooks save figures to: the variable `QPNET_FIGURES`, else `figures`.
pub fn figures() -> std::path::PathBuf {
    std::env::var_os("QPNET_FIGURES").map_or_else(|| "figures".into(), Into::into)
}

/// The folder of the plans that are shipped, and of what was collected of them: the variable `QPNET_GRIDS`, else that of
/// the checkout from which the library was built.
pub fn grids() -> std::path::PathBuf {
    let shipped = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../notebooks/grids");
    std::env::var_os("QPNET_GRIDS").map_or_else(shipped, Into::into)
}
