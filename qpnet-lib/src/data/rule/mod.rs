//! What a manifest may say, as checked plain types that read nothing.
//!
//! Whoever holds one of them may use it: [`crate::data::manifest`] has checked it. Their checks fail with the key and
//! what is wrong with it, in words. Every later room is told by these types what to do.

pub(super) mod access;
pub(super) mod augmentation;
pub(super) mod conflict;
pub(super) mod content_hash;
pub(super) mod derive;
pub(super) mod division;
pub(super) mod file_source;
pub(super) mod fold;
pub(super) mod generator;
pub(super) mod image_rule;
pub(super) mod join;
pub(super) mod label;
pub(super) mod listed;
pub(super) mod mask;
pub(super) mod params;
pub(super) mod part;
pub(super) mod policy;
pub(super) mod predicate;
pub(super) mod role;
pub(super) mod scheme;
pub(super) mod task;
pub(super) mod words;
