//! What options say about rows, outcomes and cuts.

use super::bad_use;
use crate::audit::{Cut, Unknown};

/// An empty outcome is no finding.
pub(super) fn blank(word: &str) -> Result<Unknown, String> {
    match word.parse()? {
        Unknown::Ones => Err("expected ignore or zeros".to_owned()),
        other => Ok(other),
    }
}

/// The words of --only.
pub(super) fn only(rules: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    pairs("--only", rules)
}

/// Columns with values, as `option` has them.
pub(super) fn pairs(option: &str, rules: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |rule: &String| {
        let pair = rule.split_once('=').map(|(column, value)| (column.to_owned(), value.to_owned()));
        pair.ok_or_else(|| bad_use(format!("{option} {rule}: expected COLUMN=VALUE")))
    };
    rules.iter().map(pair).collect()
}

/// Fewer patients in a crossing are not scored unless said.
pub(super) const CROSSED: usize = 20;

/// The cut of the only subgroup column.
pub(super) fn single_cut(cuts: &[(Option<String>, Cut)]) -> anyhow::Result<Cut> {
    let mut own = cuts.iter().filter(|(name, _)| name.is_none()).map(|(_, cut)| cut);
    match (own.next(), own.next()) {
        (found, None) => Ok(found.cloned().unwrap_or_default()),
        _ => Err(bad_use("--cut is given twice without a column; say --cut age=40,60")),
    }
}

/// The cuts of named columns.
pub(super) fn named_cuts(cuts: &[(Option<String>, Cut)]) -> Vec<(String, Cut)> {
    cuts.iter().filter_map(|(name, cut)| Some((name.clone()?, cut.clone()))).collect()
}
