//! Samples, parts and images under one scheme: what training and evaluation work on.
//!
//! `way` is the one path from tables to parts. [`load`](fn@crate::data::load) follows it with pixels,
//! [`partition`](fn@crate::data::partition) with hashes of the files, or with the tables alone, and
//! [`recipe_hash`](crate::data::recipe_hash) to the files and no further.

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
