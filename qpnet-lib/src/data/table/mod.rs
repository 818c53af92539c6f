//! Tables: CSV files as columns of words, joined, derived from and asked.

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
pub(super) mod records;
pub(super) mod text;
