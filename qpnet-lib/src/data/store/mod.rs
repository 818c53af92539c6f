//! The pixels of all images, in memory or in a pack, and what tells whether a file is still the one that it was.

pub(super) mod blocks;
pub(super) mod error;
pub(super) mod facts;
pub(super) mod fingerprint;
pub(super) mod image_set;
pub(super) mod pack;
pub(super) mod size;
