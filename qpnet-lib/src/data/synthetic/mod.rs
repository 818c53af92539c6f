//! Synthetic populations: grey, ultrasound-like nodules in two subgroups that share some cues
//! and disagree on others.
//!
//! The binary one shares how dark the nodule is and disagrees on how coarse its interior is. It
//! needs no download, its best possible AUC is known in closed form ([`closed`]), and a model
//! that serves the dominant subgroup better and better must learn the cue that misleads it on
//! the other: the phenomenon of the paper's Fig 2c. [`chexpert`] puts fourteen findings on the
//! same images.

mod artist;
pub mod chexpert;
pub mod closed;
mod draw;
mod generator;
mod nodules;
mod params;
mod place;
pub mod render;
mod separability;
pub mod speckle;

pub use crate::data::rule::conflict::Conflict;
pub use crate::data::rule::generator::Generator;
pub use crate::data::rule::params::Params;
pub(in crate::data) use draw::{Drawn, draw};
pub(in crate::data) use generator::recipe;
pub use params::SyntheticSizes;
pub use place::Place;
pub use separability::Separability;
