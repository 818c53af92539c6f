//! What a manifest may say, as checked plain types that read nothing.

pub(super) mod access;
pub(super) mod augmentation;
pub(super) mod content_hash;
pub(super) mod derive;
pub(super) mod division;
pub(super) mod file_source;
pub(super) mod generator;
pub(super) mod image_rule;
pub(super) mod join;
pub(super) mod label;
pub(super) mod listed;
pub(super) mod mask;
pub(super) mod part;
pub(super) mod policy;
pub(super) mod predicate;
pub(super) mod role;
pub(super) mod scheme;
pub(super) mod task;
pub(super) mod words;
