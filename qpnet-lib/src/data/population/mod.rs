//! Samples, parts and images of one scheme: what training and evaluation work on.

pub(super) mod error;
pub(super) mod load;
pub(super) mod loaded;
pub mod nested;
pub(super) mod options;
pub(super) mod origin;
pub(super) mod partition;
pub(super) mod pictures;
pub(super) mod recipe;
pub(super) mod split_table;
pub(super) mod table;
pub(super) mod way;
