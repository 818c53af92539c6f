//! What the decisive experiment found: the map of verdicts, gains along a factor and below each other, and the words that
//! follow from the numbers.

mod along;
mod count;
mod forest;
mod map;
mod plane;
mod words;

pub use along::gain_along;
pub use count::verdict_counts_table;
pub use forest::gain_forest;
pub use map::{MapAxes, verdict_map};
pub use plane::frontier_figure;
pub use words::decisive_words;
