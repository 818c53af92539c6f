//! Decoded images in one file, so that they are decoded once and not in every run.
//!
//! A pack holds the images of every labelled row of a data set, for one `[images.rule]` and one
//! size, whatever the scheme:
//!
//! ```text
//! 0         preamble: magic, version, place, length and SHA-256 of the index
//! 4096      pixels (n, c, h, w) in u8
//! then      index, JSON: manifest, table, rule, size, decoder; SHA-256 of the pixels;
//!           path, length, time of change and SHA-256 of each image file and mask
//! ```
//!
//! It is used when all of the index is still so, which takes no look into an image file; else
//! images are decoded as without it, and [`PackUse`] says why. Pixels and hashes are the same.

mod check;
mod file;
mod inputs;
mod layout;
mod lookup;
mod pack_use;
mod write;

pub use check::{PackCheck, check_pack};
pub(in crate::data) use file::PackedImages;
pub(in crate::data) use lookup::{Found, Lookup, look_up};
pub use pack_use::PackUse;
pub use write::{Packed, pack};
