//! Is a download whole and readable, and does a split leak, ours or another?

pub(super) mod copies;
pub(super) mod near;
pub(super) mod problem;
pub(super) mod seen;
pub(super) mod split_audit;
pub(super) mod sums;
pub(super) mod unused_masks;
pub(super) mod verify;
