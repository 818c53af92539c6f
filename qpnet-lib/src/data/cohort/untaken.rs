//! Words of a scheme's columns that no subgroup took: mostly slips, or subgroups that were forgotten.

use std::collections::BTreeMap;

use super::checked::Cohort;
use super::ids;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::scheme::Subgroup;
use crate::data::table::error::TableError;

/// So many words are listed; the rest is counted.
const SHOWN: usize = 8;

/// A line for each column of the rules that has words which meet none of them, with counts.
///
/// # Errors
/// [`TableError::UnknownColumn`].
pub(in crate::data) fn words(
    cohort: &Cohort,
    scheme: &str,
    groups: &[Subgroup],
    subgroups: &[Option<usize>],
) -> Result<Vec<String>, TableError> {
    let mut columns: Vec<&str> =
        groups.iter().flat_map(|group| &group.conditions).map(Predicate::column).collect();
    columns.sort_unstable();
    columns.dedup();
    let mut lines = Vec::new();
    for column in columns {
        let rules: Vec<&Predicate> = groups
            .iter()
            .flat_map(|group| &group.conditions)
            .filter(|rule| rule.column() == column)
            .collect();
        let met = |word: &str| rules.iter().any(|rule| rule.holds(Some(word)) == Ok(true));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (word, _) in cohort.text(column)?.into_iter().zip(subgroups).filter(|(_, group)| group.is_none())
        {
            if let Some(word) = word.filter(|word| !met(word)) {
                *counts.entry(word).or_default() += 1;
            }
        }
        if !counts.is_empty() {
            lines.push(format!("in no subgroup of scheme {scheme}: {}", line(column, &rules, &counts)));
        }
    }
    Ok(lines)
}

/// The words of `column` with their counts, most frequent first.
///
/// # Errors
/// [`TableError::UnknownColumn`].
pub(super) fn all_words(cohort: &Cohort, column: &str) -> Result<String, TableError> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in cohort.text(column)?.into_iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    Ok(if counts.is_empty() { format!("{column} is empty") } else { line(column, &[], &counts) })
}

fn line(column: &str, rules: &[&Predicate], counts: &BTreeMap<&str, usize>) -> String {
    let mut words: Vec<(&str, usize)> = counts.iter().map(|(word, count)| (*word, *count)).collect();
    words.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let declared: Vec<&str> = rules.iter().flat_map(|rule| rule.words()).map(String::as_str).collect();
    let slip = |word: &str| {
        let near = declared.iter().find(|other| !ids::alike([word, **other]).is_empty());
        near.map_or_else(String::new, |other| format!(" (like {other:?} but for blanks, case or zeros)"))
    };
    let shown = words.iter().take(SHOWN).map(|(word, count)| format!("{word:?} {count}{}", slip(word)));
    let shown: Vec<String> = shown.collect();
    let rest: usize = words.iter().skip(SHOWN).map(|(_, count)| count).sum();
    let rest = if rest > 0 {
        format!(", and {rest} rows of {} other words", words.len() - SHOWN)
    } else {
        String::new()
    };
    format!("{column} = {}{rest}", shown.join(", "))
}
