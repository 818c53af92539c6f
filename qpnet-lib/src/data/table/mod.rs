//! Tables: CSV files as columns of words, joined, derived from and asked.

pub(super) mod age;
pub(super) mod derived;
pub(super) mod gzip;
pub(super) mod join;
pub(super) mod records;
pub(super) mod text;
