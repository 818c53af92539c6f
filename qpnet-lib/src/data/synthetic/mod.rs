//! The synthetic population: grey, ultrasound-like nodules in two subgroups that share one cue
//! (how dark the nodule is) and disagree on another (how coarse its interior is).
//!
//! It needs no download, its best possible AUC is known in closed form ([`closed`]), and a
//! model that serves the dominant subgroup better and better must learn the cue that misleads
//! it on the other: the phenomenon of the paper's Fig 2c.

pub mod closed;
mod params;
mod population;
pub mod render;
pub mod speckle;

pub use params::{Conflict, Params, SyntheticSizes};
pub(crate) use population::population;
