//! Training: a [`Method`] says what is minimised and on which batches, [`fit`] does it.
//!
//! | method | starts from | batches | loss |
//! |---|---|---|---|
//! | Mixed (eq 5) | initial weights | class-balanced within subgroup | cross-entropy |
//! | Divide-and-conquer (eqs 6, 7) | initial weights, once a subgroup | the same, of one subgroup | cross-entropy |
//! | QPI (eqs 1–3) | Mixed | equal subgroup x label cells | `L_y + L_DA` |
//! | DANN, MMD, BSS | Mixed | as QPI | QPI's with delta one half and a single term |
//! | ERM+ (control) | Mixed | as Mixed | cross-entropy |
//! | [`GroupBalanced`] | Mixed | as QPI | cross-entropy |
//! | [`GroupDro`] | Mixed | as QPI | cross-entropy, the worse subgroup weighs more |
//! | [`Subg`] | Mixed | as QPI, of a balanced subset | cross-entropy |
//! | [`Rwg`] | Mixed | with replacement, by `N / n_gy` | cross-entropy |
//! | [`Reweighted`] | Mixed | as the data are | cross-entropy, weighted by `N / n_gy` |
//! | [`Focal`], [`Flsd`], [`Dwb`] | Mixed | as QPI | focal, FLSD-53, DWB |
//! | [`Coral`] | Mixed | as QPI | `L_y` with delta one half, and CORAL |
//! | [`Dfr`] | Mixed, last layer only | as QPI, of the validation part | cross-entropy |
//! | [`Kendall`] | Mixed | as QPI | learnt weights of the subgroups |
//! | [`FixedDelta`] | Mixed | as QPI | one fixed weight: a point of the re-weighting frontier |
//! | [`Minimax`] | Mixed | as QPI | weights searched for the smallest worst risk |
//!
//! Every transfer takes the same number of steps.
//!
//! A model is selected on validation only; the test part is not touched here, unless
//! [`DeltaPart::Test`] is asked for, which marks everything made with it.

mod adam;
mod amp;
mod augment;
mod batch;
mod checkpoint;
mod config;
mod config_error;
mod delta_state;
mod early_stop;
mod ema;
mod error;
mod evaluate;
mod feed;
mod fitted;
mod footprint;
mod history;
mod layer_similarity;
mod memory;
mod method;
mod one_a_patient;
mod pretext;
mod progress;
mod sampler;
mod selection;
mod setup;
mod step;
mod term_sums;
mod trainer;
mod training;
mod validation;

pub use adam::{Adam, AdamSettings, Gradients};
pub use augment::{Augment, Turns};
pub use batch::Batch;
pub use checkpoint::{Checkpoint, CheckpointError, Checkpoints, Identity};
pub use config::{DeltaPart, EarlyStop, QpiConfig, Ramp, TrainConfig};
pub use config_error::ConfigError;
pub use delta_state::Anchor;
pub use early_stop::has_stalled;
pub use error::TrainError;
pub use evaluate::{Scores, auc_of, predict};
pub use feed::prefetch_pays;
pub use fitted::Fitted;
pub use footprint::Footprint;
pub use history::{EpochRecord, History};
pub use layer_similarity::{
    CkaImages, HsicBatches, LayerCka, Similarity, Transfer, delta_cka, layer_similarity,
};
pub use memory::{is_out_of_memory, within_memory};
pub use method::{
    Batches, Coral, Dfr, Dwb, Erm, FixedDelta, Flsd, Focal, GroupBalanced, GroupDro, Kendall, Method,
    Minimax, Outputs, Qpi, Reweighted, Rwg, State, Subg, Terms,
};
pub use one_a_patient::one_a_patient;
pub use pretext::{Pretext, PretextConfig, PretextEpoch, PretextError, rotation_start};
pub use progress::{Event, Lines, Progress, Silent, counting};
pub use sampler::{Cell, CellCounts, CellSampler, Sampling, training_members};
pub use selection::{Candidate, Selection};
pub use setup::Setup;
pub use trainer::{fit, fit_kept};
