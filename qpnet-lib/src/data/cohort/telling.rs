//! Columns of a table that nearly tell a label or a subgroup by themselves.
//!
//! A model may learn them in place of the disease, where they leave a trace in the picture: who was
//! followed up and never biopsied, which scanner, which reader.

use super::checked::Cohort;
use super::telling_column::TellingColumn;
use crate::data::rule::derive::DeriveRule;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::role::{DOMINANT, LESS_PREVALENT};
use crate::data::rule::scheme::Subgroup;
use crate::data::rule::task::TaskKind;
use crate::data::table::error::TableError;
use crate::metrics::{categories, category_auc, number_bins};

/// From this AUC on a column is named …
const NEARLY: f64 = 0.8;
/// … if it lies so many standard errors above one half: among many columns, findings and subgroups some do well by
/// chance.
const ERRORS: f64 = 4.0;
/// So many are named for a scheme, those that tell most first; the rest is counted.
const SHOWN: usize = 6;

/// The columns of `cohort` that are worth asking: not those that make ids, labels and files, nor those
/// whose words hardly repeat.
///
/// # Errors
/// None in practice: every column is one of the table's.
pub(in crate::data) fn columns(
    cohort: &Cohort,
    source: &FileSource,
) -> Result<Vec<TellingColumn>, TableError> {
    let mut own: Vec<&str> = source.label.columns();
    let of_columns = &source.columns;
    own.extend([&of_columns.sample, &of_columns.patient, &of_columns.image].map(String::as_str));
    own.extend(of_columns.patient_fallback.as_deref());
    own.extend(of_columns.study.as_deref());
    own.extend(source.published.iter().map(|rule| rule.column.as_str()));
    let sources = sources(&source.table.derive, &own);
    let mut found = Vec::new();
    for name in cohort.column_names() {
        if own.contains(&name.as_str()) || sources.contains(&name.as_str()) {
            continue;
        }
        let words = cohort.text(&name)?;
        let known = || words.iter().flatten();
        let number = |word: &&str| word.parse::<f64>().is_ok_and(f64::is_finite);
        let numbers = known().next().is_some() && known().all(number);
        let categories = if numbers {
            let numbers: Vec<Option<f64>> =
                words.iter().map(|word| word.and_then(|word| word.parse().ok())).collect();
            number_bins(&numbers).unwrap_or_default()
        } else {
            categories(words.iter().copied())
        };
        let most = categories.iter().max().map_or(0, |most| most + 1);
        // One word for all tells nothing; nearly one for each is a name.
        if most > 1 && (numbers || most * 4 <= categories.len()) {
            let categories = categories.into_iter().map(|category| category as u32).collect();
            found.push(TellingColumn { name, categories });
        }
    }
    Ok(found)
}

/// What `own` columns are derived from.
fn sources<'a>(rules: &'a [DeriveRule], own: &[&str]) -> Vec<&'a str> {
    let derived = rules.iter().filter(|rule| rule.columns().iter().any(|column| own.contains(column)));
    derived.flat_map(DeriveRule::sources).collect()
}

/// A sentence for each column that nearly tells a label within a subgroup, or the subgroup itself, those that tell
/// most first.
///
/// # Formula
/// [`category_auc`]: cross-validated, patients not divided; named from 0.8 on.
pub(in crate::data) fn words(
    cohort: &Cohort,
    source: &FileSource,
    (scheme, groups): (&str, &[Subgroup]),
    subgroups: &[Option<usize>],
) -> Vec<String> {
    let ruling: Vec<&str> =
        groups.iter().flat_map(|group| &group.conditions).map(Predicate::column).collect();
    let behind = sources(&source.table.derive, &ruling);
    let units = categories(cohort.own("patient_id"));
    let mut said: Vec<(f64, String)> = Vec::new();
    for column in &cohort.columns {
        let name = &column.name;
        said.extend(of_label(cohort, source, column, (groups, subgroups), &units));
        if ruling.contains(&name.as_str()) || behind.contains(&name.as_str()) {
            continue;
        }
        let main = |row: &usize| matches!(subgroups[*row], Some(DOMINANT | LESS_PREVALENT));
        let area = area(column, &units, (0..cohort.len()).filter(main), |row| {
            Some(subgroups[row] == Some(LESS_PREVALENT))
        });
        if let Some(area) = area.filter(|area| *area >= NEARLY) {
            let [dominant, less] = [&groups[DOMINANT].name, &groups[LESS_PREVALENT].name];
            let sentence = format!(
                "column {name} alone tells the subgroup of scheme {scheme} with an AUC of {area:.3} ({dominant} or {less}): a \
                 gap between them may be one of {name}"
            );
            said.push((area, sentence));
        }
    }
    said.sort_by(|a, b| b.0.total_cmp(&a.0));
    let more = said.len().saturating_sub(SHOWN);
    let mut sentences: Vec<String> = said.into_iter().take(SHOWN).map(|(_, sentence)| sentence).collect();
    if more > 0 {
        sentences.push(format!("scheme {scheme}: {more} more such columns, with an AUC of {NEARLY} or more"));
    }
    sentences
}

/// The label that a column tells best in any subgroup: its largest AUC, and a sentence with that in every one.
fn of_label(
    cohort: &Cohort,
    source: &FileSource,
    column: &TellingColumn,
    (groups, subgroups): (&[Subgroup], &[Option<usize>]),
    units: &[usize],
) -> Option<(f64, String)> {
    let (task, labels, findings) = (source.label.task(), cohort.labels(), cohort.findings());
    let outcome = |row: usize, class: usize| match task {
        TaskKind::Binary | TaskKind::MultiClass => Some(labels[row] == class),
        TaskKind::MultiLabel => findings[row][class],
    };
    let classes = if task == TaskKind::Binary { 1..2 } else { 0..source.label.classes.len() };
    let areas = |class: usize| -> Vec<Option<f64>> {
        let inside = |group: usize| (0..cohort.len()).filter(move |&row| subgroups[row] == Some(group));
        (0..groups.len()).map(|group| area(column, units, inside(group), |row| outcome(row, class))).collect()
    };
    let largest = |areas: &[Option<f64>]| areas.iter().flatten().copied().fold(0.0, f64::max);
    let (class, best) =
        classes.map(|class| (class, areas(class))).max_by(|a, b| largest(&a.1).total_cmp(&largest(&b.1)))?;
    let most = largest(&best);
    if most < NEARLY {
        return None;
    }
    let of_group = |(group, area): (&Subgroup, &Option<f64>)| match area {
        Some(area) => format!("{area:.3} in {}", group.name),
        None => format!("not known in {}", group.name),
    };
    let areas: Vec<String> = groups.iter().zip(&best).map(of_group).collect();
    let what = match task {
        TaskKind::Binary => "the label".to_owned(),
        _ => source.label.classes[class].clone(),
    };
    let sentence = format!(
        "column {} alone tells {what} with an AUC of {}: a model that learns it looks better than it is",
        column.name,
        areas.join(", ")
    );
    Some((most, sentence))
}

/// The AUC of `column` among `rows` whose outcome is known; `None` where there are too few to tell it from one half.
///
/// # Formula
/// Four times `sqrt((m + n + 1) / (12 m n))`, the standard error of the AUC of `m` positive and `n` negative rows where
/// the column says nothing, must be less than 0.8 - 0.5 or than what was found above one half.
fn area(
    column: &TellingColumn,
    units: &[usize],
    rows: impl Iterator<Item = usize>,
    outcome: impl Fn(usize) -> Option<bool>,
) -> Option<f64> {
    let (mut kinds, mut of_unit, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        if let Some(outcome) = outcome(row) {
            kinds.push(column.categories[row] as usize);
            of_unit.push(units[row]);
            outcomes.push(outcome);
        }
    }
    let positive = outcomes.iter().filter(|outcome| **outcome).count() as f64;
    let negative = outcomes.len() as f64 - positive;
    let error = ((positive + negative + 1.0) / (12.0 * positive * negative)).sqrt();
    // One length for all three.
    let area = category_auc(&kinds, &of_unit, &outcomes).ok().flatten()?;
    (ERRORS * error <= (NEARLY - 0.5).max(area - 0.5)).then_some(area)
}
