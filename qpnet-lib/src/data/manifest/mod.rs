//! The description of a data set: a TOML file, checked once, then infallible.
//!
//! Files `raw_*` are tables of the file as they stand there, and the checks that make them types of
//! [`crate::data::rule`]; `hashed` is the part of the text that can change a result.

pub(super) mod checked;
pub(super) mod error;
pub(super) mod find;
pub(super) mod hashed;
pub(super) mod raw_files;
pub(super) mod raw_label;
pub(super) mod raw_listed;
pub(super) mod raw_manifest;
pub(super) mod raw_predicate;
pub(super) mod raw_scheme;
pub(super) mod raw_split;
pub(super) mod suggest;
