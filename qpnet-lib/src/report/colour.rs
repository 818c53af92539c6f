//! A method has the same colour in every figure.

use crate::experiment::MethodSpec;

/// The place of each method in the theme's list; those without a word of their own follow.
pub(super) fn places<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let known = MethodSpec::known();
    let place =
        |i: usize, key: &str| known.iter().position(|spec| spec.key == key).unwrap_or(known.len() + i);
    keys.enumerate().map(|(i, key)| place(i, key)).collect()
}
