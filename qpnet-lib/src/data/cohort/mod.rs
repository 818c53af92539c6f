//! The rows of a data set that are samples, the subgroup of each, and its files. No image is opened.
//!
//! `read` is the beginning of every way to samples: folder, tables, checked rows. `groups` applies a scheme, `select`
//! finds the files; [`survey()`](crate::data::survey()) counts what there is, and `telling`, `unknown`, `untaken` and
//! `remarks` say what a reader should know of it.

pub(super) mod checked;
pub(super) mod columns;
pub(super) mod error;
pub(super) mod exclusion;
pub(super) mod groups;
pub(super) mod ids;
pub(super) mod image_file;
pub(super) mod locate;
pub(super) mod mask_files;
pub(super) mod on_unreadable;
pub(super) mod read;
pub(super) mod remarks;
pub(super) mod rows;
pub(super) mod sample;
pub(super) mod select;
pub(super) mod survey;
pub(super) mod telling;
pub(super) mod telling_column;
pub(super) mod unknown;
pub(super) mod untaken;
