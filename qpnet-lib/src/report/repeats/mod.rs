//! Several seeds of training, and the studies made of them.

mod ablation;
mod pilot;
mod seeds;
mod sigma;
mod study;

pub use ablation::{control_figure, effect_figure, effect_words, grid_figure};
pub use pilot::pilot_table;
pub use seeds::{
    kept_start_words, repeated_difference_figure, repeated_difference_table, repeats_figure,
    repeats_provenance_table, repeats_table,
};
pub use sigma::{sigma_figure, sigma_table};
pub use study::Study;
