//! Equal tuning: every method gets the same number of draws of its strengths, and one rule chooses by validation.
//!
//! | file | holds |
//! |---|---|
//! | `draws` | the values that are tried: log-uniform, from a seed and the method's key alone |
//! | `trials` | the cells that try them, as a grid of its own, and the grid with what was chosen |
//! | `choice` | what was chosen |
//! | `choose` | the rule, and what it says of the finished cells |

mod choice;
mod choose;
mod draws;
mod trials;

pub use choice::{Choice, Choices, Trial};
pub use choose::choose;
pub use trials::{Tuned, Tuning};
