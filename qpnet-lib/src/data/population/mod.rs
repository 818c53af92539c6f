//! Samples, parts and images of one scheme: what training and evaluation work on.

pub(super) mod load;
pub(super) mod loaded;
pub mod nested;
pub(super) mod options;
pub(super) mod origin;
pub(super) mod partition;
pub(super) mod recipe;
