//! What both kinds of tables of learning curves share.

use super::fault::{Fault, Wanted};
use super::fields::fault;
use super::names::Names;
use super::number::whole;

pub(super) const SIZE: &[&str] = &["size"];
pub(super) const SEED: &[&str] = &["seed"];
pub(super) const SUBGROUP: &[&str] = &["subgroup", "group"];

/// How many rows of no subgroup are left out.
pub(super) fn without_group(rows: usize, column: &str) -> Option<String> {
    let are = if rows == 1 { "1 row is" } else { &format!("{rows} rows are") };
    (rows > 0).then(|| format!("{are} left out: {column} is not known there"))
}

pub(super) fn size_fault(place: usize, found: &str) -> Box<Fault> {
    let expected = "a whole number of training images".to_owned();
    fault(place, Wanted::Size, found, expected)
}

/// The number of a seed; 0 and 0.0 are one.
pub(super) fn seed_number(seeds: &mut Names, name: &str) -> u32 {
    match whole(name).filter(|_| name.contains('.')) {
        Some(seed) => seeds.number(&seed.to_string()),
        None => seeds.number(name),
    }
}
