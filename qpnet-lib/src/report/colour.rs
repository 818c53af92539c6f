//! A method has the same colour in every figure.

use crate::experiment::MethodSpec;

/// Methods that have colours of their own: the first of those with a word.
const OWN: usize = 6;

/// How many colours the theme has before it repeats them.
const COLOURS: usize = 7;

/// The place of each method in the theme's list. The first methods have the same in every figure; every
/// other one with a word takes a colour that is still free in its figure, and those without a word follow.
pub(super) fn places<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let known = MethodSpec::known();
    let keys: Vec<&str> = keys.collect();
    let place = |key: &str| known.iter().position(|spec| spec.key == key);
    let own = |key: &str| place(key).filter(|&at| at < OWN);
    let taken: Vec<usize> = keys.iter().filter_map(|key| own(key)).collect();
    // The last colours first: they are rarely taken.
    let mut free = (0..COLOURS).rev().filter(|at| !taken.contains(at));
    let mut other = |i: usize, key: &str| place(key).and_then(|_| free.next()).unwrap_or(OWN + i);
    keys.iter().enumerate().map(|(i, key)| own(key).unwrap_or_else(|| other(i, key))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_methods_keep_their_colours_and_new_ones_take_free_ones() {
        let of = |keys: &str| places(keys.split(','));
        assert_eq!(of("mixed,dc,qpi"), [0, 1, 2]);
        assert_eq!(of("group_dro,qpi,mixed"), [5, 2, 0]);
        assert_eq!(of("mixed,erm_plus,re_weighted,qpi_a101"), [0, 3, 8, 9], "as committed figures have them");
        assert_eq!(of("mixed,dc,qpi,subg,coral"), [0, 1, 2, 6, 5]);
        let all: Vec<usize> = of("mixed,qpi,focal,flsd,dwb,dann,bss");
        let different: std::collections::BTreeSet<usize> = all.iter().copied().collect();
        assert_eq!(different.len(), 7, "{all:?}");
    }
}
