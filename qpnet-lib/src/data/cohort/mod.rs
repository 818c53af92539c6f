//! The checked rows of a data set, their subgroups and their files; no image is opened.

pub(super) mod checked;
pub(super) mod files;
pub(super) mod ids;
pub(super) mod locate;
pub(super) mod mask_files;
pub(super) mod remarks;
pub(super) mod survey;
pub(super) mod telling;
pub(super) mod unknown;
pub(super) mod untaken;
