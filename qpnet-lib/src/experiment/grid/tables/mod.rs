//! What `qpnet grid collect` has written about a frontier, read back: chapters and pages show grids of many hours from
//! these tables, without a store.

mod error;
mod place;
mod places;
mod verdicts;

pub use error::TableError;
pub use place::GridPlace;
pub use places::{PlacedGain, Places};
pub use verdicts::{VerdictRow, verdicts};
