//! Several subgrouping schemes beside each other.

mod bars;
mod disparity;
mod overview;

pub use bars::{schemes_auc_figure, schemes_disparity_figure};
pub use disparity::{disparities_figure, disparities_table, disparities_words, relative_table};
pub use overview::{
    divide_figure, divide_table, divide_words, overview_brier_table, overview_counts_table, overview_figure,
};
