//! Pixels of all images, in memory or in a pack.

pub(super) mod blocks;
pub(super) mod error;
pub(super) mod facts;
pub(super) mod fingerprint;
pub(super) mod image_set;
pub(super) mod pack;
pub(super) mod size;
