//! One image file to one array of pixels: limits, decoding, mask, main region, fit, resizing.
//!
//! What is wrong with a file is said in words; the caller knows its row.

pub(super) mod decode;
pub(super) mod frame;
pub(super) mod grey;
pub(super) mod grid;
pub(super) mod jpeg;
pub(super) mod mask;
pub(super) mod open;
pub(super) mod range;
pub(super) mod region;
pub(super) mod resize;
