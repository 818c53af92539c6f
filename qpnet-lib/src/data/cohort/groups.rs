//! Which subgroup of a scheme each row is in.

use std::collections::BTreeSet;

use super::checked::Cohort;
use super::error::CohortError;
use super::exclusion::{Exclusion, exclude};
use super::untaken;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::scheme::{Scheme, Subgroup};
use crate::data::table::meet::meet;

/// The subgroup of every row of `cohort`; `None` where no rule holds.
///
/// # Errors
/// A value that a numeric range cannot read, a row in two subgroups, a subgroup without rows,
/// or a scheme that selects nobody.
pub fn assign(cohort: &Cohort, scheme: &str, groups: &[Subgroup]) -> Result<Vec<Option<usize>>, CohortError> {
    let mut subgroups = vec![None; cohort.len()];
    for (index, group) in groups.iter().enumerate() {
        let why = format!("scheme {scheme:?}");
        let column = |name: &str| cohort.text(name);
        let inside = meet(&group.conditions, &cohort.file, &cohort.rows, &why, column)?;
        for row in (0..cohort.len()).filter(|&row| inside[row]) {
            if let Some(first) = subgroups[row].replace(index) {
                let first: &Subgroup = &groups[first];
                return Err(CohortError::Overlap {
                    file: cohort.file.clone(),
                    row: cohort.rows[row],
                    scheme: scheme.to_owned(),
                    subgroups: vec![first.name.clone(), group.name.clone()],
                });
            }
        }
    }
    require_members(cohort, scheme, groups, &subgroups)?;
    Ok(subgroups)
}

/// The words that the columns of `groups` hold, with counts.
fn held(cohort: &Cohort, groups: &[Subgroup]) -> String {
    let mut columns: Vec<&str> =
        groups.iter().flat_map(|group| &group.conditions).map(Predicate::column).collect();
    columns.sort_unstable();
    columns.dedup();
    // Every column was read when the rules were applied.
    let words: Vec<String> =
        columns.into_iter().filter_map(|column| untaken::all_words(cohort, column).ok()).collect();
    words.join("; ")
}

fn require_members(
    cohort: &Cohort,
    scheme: &str,
    groups: &[Subgroup],
    subgroups: &[Option<usize>],
) -> Result<(), CohortError> {
    if subgroups.iter().all(Option::is_none) {
        let rules: Vec<String> =
            groups.iter().map(|group| format!("{}: {}", group.name, group.rule())).collect();
        return Err(CohortError::SelectsNobody {
            scheme: scheme.to_owned(),
            rows: cohort.len(),
            detail: format!("{}; the table has {}", rules.join("; "), held(cohort, groups)),
        });
    }
    for (index, group) in groups.iter().enumerate() {
        if !subgroups.contains(&Some(index)) {
            return Err(CohortError::EmptySubgroup {
                scheme: scheme.to_owned(),
                subgroup: group.name.clone(),
                rule: group.rule(),
                values: held(cohort, std::slice::from_ref(group)),
            });
        }
    }
    Ok(())
}

/// The subgroup of every row of the cohort, and the rows that are left out, with those in none.
///
/// # Errors
/// Those of [`assign`].
pub(in crate::data) fn grouped(
    cohort: &Cohort,
    scheme: &Scheme,
    groups: &[Subgroup],
) -> Result<(Vec<Option<usize>>, Vec<Exclusion>), CohortError> {
    let subgroups = assign(cohort, &scheme.name, groups)?;
    let mut exclusions = cohort.exclusions.clone();
    let outside = subgroups.iter().filter(|subgroup| subgroup.is_none()).count();
    exclude(&mut exclusions, not_grouped(scheme, groups), outside);
    Ok((subgroups, exclusions))
}

fn not_grouped(scheme: &Scheme, groups: &[Subgroup]) -> String {
    let columns: BTreeSet<&str> =
        groups.iter().flat_map(|group| &group.conditions).map(|rule| rule.column()).collect();
    let columns: Vec<&str> = columns.into_iter().collect();
    format!("{} missing or in no subgroup of scheme {}", columns.join(" or "), scheme.name)
}
