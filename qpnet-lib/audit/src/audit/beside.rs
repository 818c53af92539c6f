//! Further columns of a table, which a model may have learnt in place of the outcome.

use std::collections::HashSet;

use csv::StringRecord;
use serde::Serialize;

use super::AuditError;
use super::fields::text;
use super::question::AuditTask;
use super::samples::Samples;
use crate::metrics::{categories, category_auc, number_auc};

/// A column that nearly tells the outcome or the subgroup by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TellingColumn {
    /// The column.
    pub column: String,
    /// What it tells: `outcome`, or the class or finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The subgroup in which it does; where it tells no outcome, the subgroup that it tells from others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Its cross-validated AUC.
    pub auc: f64,
}

/// "Nearly": few risk factors tell a disease so well, and few columns a subgroup.
const NEARLY: f64 = 0.8;
/// So many samples, evenly chosen, suffice.
const ENOUGH: usize = 10_000;
/// Further columns than these are not looked at.
const MOST_COLUMNS: usize = 100;
/// Fewer of an outcome say nothing.
const FEWEST: usize = 20;
/// With more different values than this, numbers are cut into bins.
const MOST_VALUES: usize = 10;
/// Of more classes than this the subgroups are not looked at one by one.
const MOST_CLASSES: usize = 3;

/// What further columns hold, for a part of the samples.
pub(super) struct Beside {
    columns: Vec<(String, usize)>,
    /// Every so-many-th sample is kept.
    stride: u32,
    rows: Vec<(u32, Vec<String>)>,
}

/// What further columns may tell.
pub(super) struct Known<'a> {
    pub(super) task: AuditTask,
    pub(super) classes: &'a [String],
    pub(super) groups: &'a [String],
    pub(super) samples: &'a Samples,
}

impl Beside {
    /// The columns of `header` at none of the places `used`.
    pub(super) fn new(header: &[String], used: &[usize]) -> Self {
        let further =
            header.iter().enumerate().filter(|(place, name)| !used.contains(place) && !name.is_empty());
        let columns = further.map(|(place, name)| (name.clone(), place)).take(MOST_COLUMNS).collect();
        Self { columns, stride: 1, rows: Vec::new() }
    }

    /// Keep what the first row of `sample` says, if it is chosen.
    pub(super) fn take(&mut self, sample: u32, record: &StringRecord) {
        if self.columns.is_empty() || !sample.is_multiple_of(self.stride) {
            return;
        }
        self.rows
            .push((sample, self.columns.iter().map(|(_, place)| text(record, *place).to_owned()).collect()));
        if self.rows.len() > 2 * ENOUGH {
            self.stride *= 2;
            self.rows.retain(|(sample, _)| sample.is_multiple_of(self.stride));
        }
    }

    /// The columns that nearly tell an outcome or the subgroup, the one that tells most first.
    pub(super) fn judge(self, known: &Known<'_>) -> Result<Vec<TellingColumn>, AuditError> {
        let Known { task, classes, groups, samples } = *known;
        let width = classes.len().max(1);
        let mut found = Vec::new();
        for (at, (column, _)) in self.columns.iter().enumerate() {
            let values: Vec<&str> = self.rows.iter().map(|(_, row)| row[at].as_str()).collect();
            let units: Vec<usize> =
                self.rows.iter().map(|&(sample, _)| samples.patients[sample as usize] as usize).collect();
            let best = |outcome: &dyn Fn(usize) -> Option<bool>,
                        within: Option<u32>|
             -> Result<Option<f64>, AuditError> {
                let inside =
                    |&i: &usize| within.is_none_or(|group| samples.groups[self.rows[i].0 as usize] == group);
                let own = (0..values.len()).filter(inside);
                let own: Vec<(usize, bool)> =
                    own.filter_map(|i| Some((i, outcome(self.rows[i].0 as usize)?))).collect();
                told(&values, &units, &own)
            };
            // The outcome, in all samples and in each subgroup: what tells it best.
            let mut telling: Option<TellingColumn> = None;
            let several = width <= MOST_CLASSES && groups.len() > 1;
            let places = std::iter::once(None).chain((0..groups.len() as u32).filter(|_| several).map(Some));
            for (class, within) in
                (0..width).flat_map(|class| places.clone().map(move |within| (class, within)))
            {
                let outcome = |sample: usize| samples.targets[sample * width + class];
                let Some(auc) = best(&outcome, within)?.filter(|auc| *auc >= NEARLY) else { continue };
                if telling.as_ref().is_none_or(|telling| auc > telling.auc) {
                    let outcome = match task {
                        AuditTask::Binary => "outcome".to_owned(),
                        _ => classes[class].clone(),
                    };
                    let group = within.map(|group| groups[group as usize].clone());
                    telling =
                        Some(TellingColumn { column: column.clone(), outcome: Some(outcome), group, auc });
                }
            }
            found.extend(telling);
            let mut telling: Option<TellingColumn> = None;
            for group in (0..groups.len() as u32).filter(|_| groups.len() > 1) {
                let outcome = |sample: usize| Some(samples.groups[sample] == group);
                let Some(auc) = best(&outcome, None)?.filter(|auc| *auc >= NEARLY) else { continue };
                if telling.as_ref().is_none_or(|telling| auc > telling.auc) {
                    let group = Some(groups[group as usize].clone());
                    telling = Some(TellingColumn { column: column.clone(), outcome: None, group, auc });
                }
            }
            found.extend(telling);
        }
        found.sort_by(|a, b| b.auc.total_cmp(&a.auc));
        Ok(found)
    }
}

/// The AUC of a column of `values` in the rows of `own`; `None` where too few have an outcome, or all
/// values are equal.
fn told(values: &[&str], units: &[usize], own: &[(usize, bool)]) -> Result<Option<f64>, AuditError> {
    let positives = own.iter().filter(|(_, label)| *label).count();
    if positives < FEWEST || own.len() - positives < FEWEST {
        return Ok(None);
    }
    let labels: Vec<bool> = own.iter().map(|&(_, label)| label).collect();
    let units: Vec<usize> = own.iter().map(|&(i, _)| units[i]).collect();
    let own: Vec<&str> = own.iter().map(|&(i, _)| values[i]).collect();
    let different: HashSet<&str> = own.iter().copied().filter(|value| !value.is_empty()).collect();
    // Nearly one word for each is a name.
    let names = 4 * different.len() > own.len();
    let numbers =
        || own.iter().filter(|value| !value.is_empty()).all(|value| value.parse().is_ok_and(f64::is_finite));
    if different.len() > MOST_VALUES && numbers() {
        let numbers: Vec<Option<f64>> = own.iter().map(|value| value.parse().ok()).collect();
        return Ok(number_auc(&numbers, &units, &labels)?);
    }
    if names {
        return Ok(None);
    }
    Ok(category_auc(&categories(own), &units, &labels)?)
}

/// Sentences about the columns that tell most.
pub(super) fn notes(telling: &[TellingColumn]) -> Vec<String> {
    /// More than these are counted.
    const MOST: usize = 3;
    let sentence = |found: &TellingColumn| {
        let TellingColumn { column, outcome, group, auc } = found;
        let group = group.as_deref().unwrap_or("all subgroups");
        match outcome {
            Some(outcome) => format!(
                "column {column} alone tells the {outcome} in {group} with an AUC of {auc:.3} (cross-validated): unless it \
                 comes from the outcome or from a model, a model may have learnt it instead"
            ),
            None => format!(
                "column {column} alone tells {group} from the other subgroups with an AUC of {auc:.3} (cross-validated): a \
                 gap between subgroups may be one of its values"
            ),
        }
    };
    let mut notes: Vec<String> = telling.iter().take(MOST).map(sentence).collect();
    if telling.len() > MOST {
        let rest: Vec<&str> = telling[MOST..].iter().map(|found| found.column.as_str()).collect();
        notes.push(format!("so do, somewhat less, {}", rest.join(", ")));
    }
    notes
}
