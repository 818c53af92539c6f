//! CSV files as columns of words: stacked, joined, derived from, asked for conditions and labels.
//!
//! The only room that knows polars, but for the frame of counts that a population gives.

pub(super) mod age;
pub(super) mod derived;
pub(super) mod edit;
pub(super) mod error;
pub(super) mod find;
pub(super) mod gzip;
pub(super) mod join;
pub(super) mod label;
pub(super) mod meet;
pub(super) mod parse;
pub(super) mod picked;
pub(super) mod records;
pub(super) mod text;
