//! What a worker is told and what it says: a line of JSON each.

use serde::{Deserialize, Serialize};

/// A cell to be done: a row of the grid, or what it starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its name: a worker that reads the plan later than the runner did may find another there.
    pub cell: String,
    /// Number of the row.
    pub row: usize,
    /// Whether it is what the row starts from.
    pub start: bool,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Said {
    /// A stage is so far.
    Step {
        /// What is done: `qpi`.
        stage: String,
        /// Steps done, of how many.
        done: usize,
        of: usize,
    },
    /// The user should know.
    Warning { text: String },
    /// It is done.
    Trained { seconds: f64 },
    /// It was there.
    There,
    /// Another process is at work on it.
    Elsewhere,
    /// The end was asked for.
    Stopped,
    /// It has failed, and the store says why.
    Failed { error: String },
    /// The worker cannot go on.
    Broken { error: String },
}
