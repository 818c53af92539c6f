//! Measures of performance on plain slices: no tensors, no tables, no files.
//!
//! A measure that does not exist (an AUC of one class) is `None`, never 0 or 0.5; input that
//! makes no sense (lengths that differ, NaN) is an error that names the place.
//!
//! | question | function |
//! |---|---|
//! | how well are positives ranked above negatives | [`auc`]; under weights [`WeightedAuc`] |
//! | the same over several classes or findings | [`macro_auc`], [`one_vs_rest`] |
//! | how many of those called positive are | [`average_precision`]; at a threshold [`Confusion`] |
//! | which decisions are there to choose from | [`roc`], [`youden_threshold`]; by a rule under weights [`WeightedThreshold`] |
//! | how wrong are the probabilities | [`brier`], [`log_loss`]; comparable across prevalences [`brier_skill`] |
//! | is that miscalibration or lack of separation | [`murphy`], [`murphy_binned`] |
//! | are they too high, too low, too extreme | [`reliability`], [`calibration_error`], [`calibration_line`] |
//! | what would it say at another prevalence | [`prior_correction`] |
//! | what would it say were it bolder or more timid | [`temperature`], [`with_temperature`] |
//! | where do the scores of an outcome lie | [`density`] |
//! | how far apart are two subgroups | [`gap`] |
//! | how far apart are the best and the worst subgroup | [`disparity`] |
//! | which subgroup is ranked worst | [`auc_by_group`], [`worst_group_auc`] |
//! | are positives of one subgroup above negatives of another | [`cross_auc`] |
//! | do subgroups share error rates (equalised odds) | [`confusion_by_group`], [`RateGaps`] |
//! | are subgroups called positive alike | [`demographic_parity`] |
//! | does a column of the table tell the outcome by itself | [`category_auc`], [`number_auc`] |
//!
//! Intervals of all of them are in [`stats`](crate::stats).

mod auc;
mod average_precision;
mod bins;
mod brier;
mod calibration_line;
mod confusion;
mod cross_auc;
mod demographic_parity;
mod disparity;
mod error;
mod histogram;
mod log_loss;
mod macro_auc;
mod murphy;
mod one_step;
mod outcomes;
mod prior;
mod rank;
mod rate_gaps;
mod real_weights;
mod single_column;
mod temperature;
mod threshold_rule;
mod weight;
mod weighted_auc;
mod worst_group;

pub use auc::auc;
pub use average_precision::average_precision;
pub use bins::{ReliabilityBin, WeightedCalibrationError, calibration_error, reliability};
pub use brier::{brier, brier_skill};
pub use calibration_line::{CalibrationLine, WeightedCalibration, calibration_line};
pub use confusion::{Confusion, RocPoint, roc, youden_threshold};
pub use cross_auc::cross_auc;
pub use demographic_parity::demographic_parity;
pub use disparity::{Disparity, disparity, gap};
pub use error::MetricError;
pub use histogram::{DensityBin, density};
pub use log_loss::log_loss;
pub use macro_auc::{MacroAuc, WeightedMacroAuc, macro_auc, one_vs_rest};
pub use murphy::{Murphy, murphy, murphy_binned};
pub use one_step::CalibrationStep;
pub use outcomes::Outcomes;
pub use prior::prior_correction;
pub use rank::midranks;
pub use rate_gaps::{RateGaps, confusion_by_group};
pub use single_column::{categories, category_auc, number_auc, number_bins};
pub use temperature::{temperature, with_temperature};
pub use threshold_rule::{ThresholdRule, WeightedThreshold};
pub use weight::Weight;
pub use weighted_auc::WeightedAuc;
pub use worst_group::{auc_by_group, worst_group_auc};

pub(crate) use calibration_line::EDGE as CALIBRATION_EDGE;
pub(crate) use error::{check, finite};
pub(crate) use rank::sorted;
