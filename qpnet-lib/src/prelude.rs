//! What a notebook needs, in one line: `use qpnet_lib::prelude::*;`.

pub use tch::{self, Device, Kind, Tensor, nn};

pub use crate::cka::{self, Spatial, over_seeds};
pub use crate::data::{Part, Population, SchemeInfo, synthetic};
pub use crate::experiment::ablation::{Parts, sigma_sweep};
pub use crate::experiment::cka_study::{
    CkaStudy, CkaStudyConfig, LayerResult, LayerTest, SecondStart, SeedStudy, Side, Start, TransferKind,
    TransferResult,
};
pub use crate::experiment::curve::{Curve, CurvePoint, MethodJudgement, Regime};
pub use crate::experiment::{
    EPSILON_0, MethodKind, MethodSpec, MethodSummary, Profile, RepeatedDifference, RepeatedMethod, Repeats,
    Run, RunConfig, RunError, Summary, cka_study, compare, compare_repeatedly, configure, configure_cka,
    is_present, learning_curve, population, pretrained_weights,
};
pub use crate::figure::{BarAxis, BarGroup, Forest, Heat, HeatCell, HeatScale, LineStyle, Panels};
pub use crate::figure::{Bars, Figure, Lines};
pub use crate::loss::{
    ClassLoss, DomainSettings, DomainTerms, Estimator, Gammas, Kernel, Mmd, Task, adaptive_delta, bss,
    class_loss, domain_loss, mmd, ramp, reverse_gradient, subgroup_accuracy, subgroup_loss,
};
pub use crate::model::{GradientNorms, Mode, ModelConfig, QpNet, Stem};
pub use crate::report::{
    Table, auc_curves, auc_figure, auc_table, counts_table, delta_curve, difference_table, disparity_figure,
    loss_curves, provenance_table, quasi_pareto_words,
};
pub use crate::report::{
    cka_auc_table, cka_figure, cka_parts_table, cka_provenance_table, cka_table, cka_words,
};
pub use crate::rng::Streams;
pub use crate::stats::Estimate;
pub use crate::train::{Batch, CellSampler, EpochRecord, QpiConfig, Sampling, training_members};

/// The folder that notebooks save figures to: the variable `QPNET_FIGURES`, else `figures`.
pub fn figures() -> std::path::PathBuf {
    std::env::var_os("QPNET_FIGURES").map_or_else(|| "figures".into(), Into::into)
}
