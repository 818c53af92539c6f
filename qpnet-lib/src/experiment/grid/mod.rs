//! Grids: thousands of trainings from one plan, each a kept run.
//!
//! The rooms, in the order in which a plan goes through them:
//!
//! | room | holds |
//! |---|---|
//! | `words`, `plan`, `twice`, `path` | what a plan may say, and settings by their paths |
//! | `methods`, `checks`, `expand`, `cell` | every combination that can be, and what each cell trains |
//! | `names` | what cells are called: the names of kept runs |
//! | `tuning` | which strengths are tried, and which is chosen |
//! | `store` | their folder, locks, what has failed |
//! | `queue`, `perform` | which is next, and how it is done |
//! | `estimate` | how long it will take |
//! | [`collect`] | one table of all that is there, and what is missing |
//! | [`tables`] | these tables, read back without a store |
//! | [`why`] | what makes a cell new |

mod cell;
mod checks;
pub mod collect;
mod columns;
mod error;
mod estimate;
mod expand;
mod methods;
mod names;
mod path;
mod perform;
mod plan;
mod queue;
mod store;
pub mod tables;
mod tuning;
mod twice;
pub mod why;
mod words;

pub use cell::{Row, Work};
pub use error::GridError;
pub use estimate::Estimates;
pub use expand::{Grid, Point};
pub use names::{CellId, Names};
pub use perform::{Outcome, Performer};
pub use queue::{Job, Queue, Stand, jobs};
pub use store::{Failure, GridStore, State};
pub use tuning::{Choice, Choices, Trial, Tuned, Tuning, choose};
