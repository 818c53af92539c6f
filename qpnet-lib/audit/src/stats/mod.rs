//! Intervals and tests on plain slices.
//!
//! | question | samples independent | several images per patient or lesion |
//! |---|---|---|
//! | one AUC | [`delong::single`] | [`obuchowski::single`] |
//! | two models, same samples | [`delong::paired`] | [`obuchowski::paired`] |
//! | one model, two subgroups | [`delong::unpaired`] | [`obuchowski::unpaired`] |
//!
//! The left column covers too rarely on data of the right column: images of one lesion
//! repeat each other, and count as if they did not.
//!
//! | question | function |
//! |---|---|
//! | sensitivity, specificity, share called positive | [`proportion::single`], [`proportion::difference`] |
//! | a mean of two models on the same samples, or of two subgroups | [`clustered_mean::paired`], [`clustered_mean::unpaired`] |
//! | interval of any other measure, patients resampled | [`Bootstrap`], with [`Resampler`] |
//! | best minus worst subgroup, macro AUC, Brier score | [`Bootstrap::disparity`], [`Bootstrap::macro_auc`], [`Bootstrap::brier`] |
//! | the calibration error, which is biased | [`calibration_error`](fn@calibration_error) |
//! | two methods by another measure than AUC | [`Bootstrap::compare`] |
//! | the ROC curve with a band | [`roc_band`](fn@roc_band::roc_band) |
//! | an AUC, a sensitivity or calibration along an age | [`along`](fn@along::along) |
//! | a smooth calibration curve with its band | [`along::calibration_curve`] |
//! | an AUC at the mix of cases of another subgroup | [`standardised`](fn@standardised::standardised) |
//! | a rate at a threshold that other patients chose | [`proportion::Rate::chosen`], with [`Bootstrap::spread`] |
//! | what a comparison could have seen | [`power::detectable`], [`power::patients_needed`] |
//! | net benefit of deciding at a threshold | [`net_benefit`](fn@net_benefit::net_benefit) |
//! | the interval of the paper, for comparison | [`paper_ci`] |
//! | how much trainings with other seeds differ | [`seeds::seed_spread`] |
//! | the mean over seeds, and what is claimed of it | [`crossed::crossed`] |
//! | the same from what patients contribute to each training or reader | [`trainings`](fn@trainings::trainings) |
//! | how far a method is above the re-weighting frontier | [`frontier::gains`](fn@frontier::gains) |
//! | several tests at once | [`multiplicity::holm`], [`multiplicity::benjamini_hochberg`] |
//! | two methods over several data sets | [`signed_rank::signed_rank`] |
//! | several methods over several data sets | [`friedman::friedman`], then [`critical_difference::CriticalDifference`] |
//! | the quasi-Pareto claim | [`quasi_pareto::quasi_pareto`] |
//! | the Pareto fairness criterion of learning curves | [`pareto::Criterion::judge`] |

pub mod along;
pub mod auc_inference;
mod best_minus_worst;
pub mod bootstrap;
mod calibration_error;
pub mod clustered_mean;
mod comparison;
mod contributions;
pub mod critical_difference;
pub mod crossed;
pub mod delong;
mod error;
mod estimate;
pub mod friedman;
pub mod frontier;
pub mod interval;
mod inverted;
pub mod multiplicity;
pub mod net_benefit;
pub mod normal;
pub mod obuchowski;
pub mod pareto;
mod placement;
pub mod power;
pub mod proportion;
pub mod quasi_pareto;
pub mod roc_band;
pub mod seeds;
pub mod signed_rank;
mod square_and_add;
pub mod standardised;
pub mod student;
pub mod studentised;
pub mod trainings;

pub use best_minus_worst::best_minus_worst;
pub use bootstrap::{Bootstrap, Interval, Resampler, paper_ci};
pub use calibration_error::calibration_error;
pub(crate) use calibration_error::inverted_calibration_error;
pub use comparison::Comparison;
pub use contributions::Contributions;
pub use error::StatsError;
pub use estimate::Estimate;
pub use interval::Form;
pub use roc_band::BandPoint;
