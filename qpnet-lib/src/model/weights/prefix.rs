//! A prefix that a wrapper put before every name: `module.`, `backbone.`, `encoder_q.`

use std::collections::BTreeMap;

/// What stands before names of `wanted` in the `names` of a file; several where several parts of the file have all
/// of them alike (a network and its moving average), none where names as they are fit as well.
///
/// A name ends like many others (`conv1.weight`), so a prefix counts that brings at least half of what is wanted.
pub(super) fn prefixes<T>(names: &[&str], wanted: &BTreeMap<String, T>) -> Vec<String> {
    let mut fits: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        for (dot, _) in name.match_indices('.') {
            let (prefix, rest) = name.split_at(dot + 1);
            if wanted.contains_key(rest) {
                *fits.entry(prefix).or_default() += 1;
            }
        }
    }
    let as_it_is = names.iter().filter(|name| wanted.contains_key(**name)).count();
    let most = fits.values().copied().max().unwrap_or(0);
    if most <= as_it_is || 2 * most < wanted.len() {
        return Vec::new();
    }
    fits.into_iter().filter(|&(_, fit)| fit == most).map(|(prefix, _)| prefix.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NET: [&str; 4] = ["conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "layer1.0.bn1.weight"];

    fn of(names: &[String]) -> Vec<String> {
        let wanted = NET.iter().map(|name| ((*name).to_owned(), ())).collect();
        prefixes(&names.iter().map(String::as_str).collect::<Vec<_>>(), &wanted)
    }

    fn behind(prefix: &str) -> Vec<String> {
        NET.iter().map(|name| format!("{prefix}{name}")).collect()
    }

    #[test]
    fn wrappers_are_seen_and_names_that_fit_have_none() {
        assert!(of(&behind("")).is_empty());
        for prefix in ["module.", "backbone.", "model.encoder."] {
            let more = [behind(prefix), vec!["head.weight".to_owned(), "queue".to_owned()]].concat();
            assert_eq!(of(&more), [prefix]);
        }
        let both = [behind("module.encoder_q."), behind("module.encoder_k.")].concat();
        assert_eq!(of(&both), ["module.encoder_k.", "module.encoder_q."]);
    }

    #[test]
    fn a_common_ending_is_no_prefix() {
        assert!(
            of(&["features.norm.weight".to_owned(), "features.block.conv1.weight".to_owned()]).is_empty()
        );
        assert!(of(&[]).is_empty());
    }
}
