//! The description of a data set: a TOML file, checked once, then infallible.

pub(super) mod checked;
pub(super) mod hashed;
pub(super) mod raw_label;
pub(super) mod raw_manifest;
pub(super) mod raw_scheme;
pub(super) mod suggest;
