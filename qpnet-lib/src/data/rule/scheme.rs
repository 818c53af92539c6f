//! Subgrouping schemes: who is dominant, who is less prevalent, who is only reported.

use serde::{Deserialize, Serialize};

use crate::data::cohort::checked::Cohort;
use crate::data::cohort::untaken;
use crate::data::error::DataError;
use crate::data::rule::predicate::{self, Predicate};
use crate::data::synthetic::Generator;

/// Index of the dominant subgroup everywhere.
pub const DOMINANT: usize = 0;
/// Index of the less-prevalent subgroup everywhere.
pub const LESS_PREVALENT: usize = 1;

/// What a population needs to remember of its scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemeInfo {
    /// The name in the manifest: `age`, `sex`, `site` …
    pub name: String,
    /// Display names: dominant, less-prevalent, then the others in the manifest's order.
    pub subgroups: Vec<String>,
}

/// What tables call the part that a subgroup plays: `dominant`, `less-prevalent` or `other`.
pub fn role_of(subgroup: usize) -> &'static str {
    match subgroup {
        DOMINANT => "dominant",
        LESS_PREVALENT => "less-prevalent",
        _ => "other",
    }
}

/// The part a subgroup plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The one the Mixed model is made for.
    Dominant,
    /// The one it fails.
    LessPrevalent,
    /// Reported on the test part, never trained on.
    Other,
}

/// A named set of rows: those that meet every condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Subgroup {
    /// For tables and figures.
    pub name: String,
    /// All of these must hold.
    pub conditions: Vec<Predicate>,
}

impl Subgroup {
    /// The rule in words: `sex = female and age >= 60`.
    pub fn rule(&self) -> String {
        let words: Vec<String> = self.conditions.iter().map(Predicate::to_string).collect();
        words.join(" and ")
    }
}

/// How a scheme makes its subgroups.
#[derive(Clone, Debug, PartialEq)]
pub enum Grouping {
    /// Rules over the table; index 0 dominant, 1 less-prevalent, 2.. others.
    Rows(Vec<Subgroup>),
    /// The generator's own two groups.
    Generated(Generator),
}

impl Grouping {
    /// Everything a generated population depends on beside its sizes; empty for rules over a
    /// table, which stand in the manifest.
    pub(crate) fn recipe(&self) -> String {
        match self {
            Self::Rows(_) => String::new(),
            Self::Generated(generator) => generator.recipe(),
        }
    }
}

/// One checked scheme of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// Its key in the manifest.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// How the subgroups come to be.
    pub grouping: Grouping,
}

impl Scheme {
    /// Name and display names.
    pub fn info(&self) -> SchemeInfo {
        let subgroups = match &self.grouping {
            Grouping::Rows(groups) => groups.iter().map(|group| group.name.clone()).collect(),
            Grouping::Generated(generator) => generator.subgroups().map(str::to_owned).into(),
        };
        SchemeInfo { name: self.name.clone(), subgroups }
    }

    /// The subgroups for people, a line each: role, name, rule.
    pub fn lines(&self) -> Vec<String> {
        let role = |index| match index {
            DOMINANT => "dominant",
            LESS_PREVALENT => "less-prevalent",
            _ => "only reported",
        };
        match &self.grouping {
            Grouping::Rows(groups) => {
                let line = |(index, group): (usize, &Subgroup)| {
                    format!("{}: {} ({})", role(index), group.name, group.rule())
                };
                groups.iter().enumerate().map(line).collect()
            }
            Grouping::Generated(generator) => {
                let names = generator.subgroups().into_iter().enumerate();
                names.map(|(index, name)| format!("{}: {name} (drawn)", role(index))).collect()
            }
        }
    }
}

/// The subgroup of every row of `cohort`; `None` where no rule holds.
///
/// # Errors
/// A value that a numeric range cannot read, a row in two subgroups, a subgroup without rows,
/// or a scheme that selects nobody.
pub fn assign(cohort: &Cohort, scheme: &str, groups: &[Subgroup]) -> Result<Vec<Option<usize>>, DataError> {
    let mut subgroups = vec![None; cohort.len()];
    for (index, group) in groups.iter().enumerate() {
        let why = format!("scheme {scheme:?}");
        let column = |name: &str| cohort.text(name);
        let inside = predicate::meet(&group.conditions, &cohort.file, &cohort.rows, &why, column)?;
        for row in (0..cohort.len()).filter(|&row| inside[row]) {
            if let Some(first) = subgroups[row].replace(index) {
                let first: &Subgroup = &groups[first];
                return Err(DataError::Overlap {
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
) -> Result<(), DataError> {
    if subgroups.iter().all(Option::is_none) {
        let rules: Vec<String> =
            groups.iter().map(|group| format!("{}: {}", group.name, group.rule())).collect();
        return Err(DataError::SelectsNobody {
            scheme: scheme.to_owned(),
            rows: cohort.len(),
            detail: format!("{}; the table has {}", rules.join("; "), held(cohort, groups)),
        });
    }
    for (index, group) in groups.iter().enumerate() {
        if !subgroups.contains(&Some(index)) {
            return Err(DataError::EmptySubgroup {
                scheme: scheme.to_owned(),
                subgroup: group.name.clone(),
                rule: group.rule(),
                values: held(cohort, std::slice::from_ref(group)),
            });
        }
    }
    Ok(())
}
