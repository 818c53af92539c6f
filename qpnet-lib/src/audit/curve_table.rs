//! The Pareto criterion on anybody's learning curve: a table of sizes, seeds, subgroups and values.

use std::collections::BTreeMap;
use std::io::Read;

use csv::StringRecord;
use serde::Serialize;

use super::AuditError;
use super::curve_points::{CurveAudit, CurveSummary, GROUPS, JudgedCurve, Most, two_groups};
use super::names::Names;
use super::source::Source;
use super::table::MOST_NAMES;
use crate::rng::Streams;
use crate::stats::pareto::{Criterion, LearningCurve};
use crate::stats::student::student_factor;
use crate::stats::{Estimate, StatsError};

/// Which column holds what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurveColumns {
    /// Size of the dominant training set.
    pub size: String,
    /// Seed of training.
    pub seed: String,
    /// Subgroup that was tested.
    pub group: String,
    /// Its performance: more is better.
    pub value: String,
    /// Method, where the table has several.
    pub method: Option<String>,
}

impl Default for CurveColumns {
    fn default() -> Self {
        let [size, seed, group, value] = ["size", "seed", "subgroup", "auc"].map(str::to_owned);
        Self { size, seed, group, value, method: None }
    }
}

/// Complete curves: a value for every method, subgroup, size and seed.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveTable {
    /// The file, for messages.
    pub file: String,
    /// The column of the values.
    pub measure: String,
    /// Sizes, ascending.
    pub sizes: Vec<usize>,
    /// Seeds, ascending by name.
    pub seeds: Vec<String>,
    /// Both subgroups, the dominant one first.
    pub groups: [String; 2],
    /// Method, and `[subgroup][size][seed]`.
    pub values: Vec<(String, [Vec<Vec<f64>>; 2])>,
}

/// Method, group, size and seed, with the value and its row.
type Entries = BTreeMap<(String, String, usize, String), (f64, u64)>;

impl CurveTable {
    /// Read UTF-8 with a header, its fields separated by commas, semicolons or tabs; `file` is its name in messages.
    ///
    /// # Errors
    /// [`AuditError`]: a column that is not there, a field that is no number, a point that is there
    /// twice or not at all, more or fewer than two subgroups, no subgroup `dominant`.
    pub fn parse(
        file: &str,
        bytes: impl Read,
        columns: &CurveColumns,
        dominant: &str,
    ) -> Result<Self, AuditError> {
        let entries = read(file, bytes, columns)?;
        let fault = |row: u64, message: String| AuditError::Table { file: file.to_owned(), row, message };
        let distinct = |of: fn(&(String, String, usize, String)) -> String| {
            let mut names: Vec<String> = entries.keys().map(of).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let (methods, groups, seeds) =
            (distinct(|key| key.0.clone()), distinct(|key| key.1.clone()), distinct(|key| key.3.clone()));
        let mut sizes: Vec<usize> = entries.keys().map(|key| key.2).collect();
        sizes.sort_unstable();
        sizes.dedup();
        if !groups.iter().any(|group| group == dominant) {
            return Err(AuditError::Unknown { what: "group", found: dominant.to_owned(), present: groups });
        }
        let groups = two_groups(&groups, dominant).map_err(|message| fault(1, message))?;
        let curve = |method: &String, group: &String| -> Result<Vec<Vec<f64>>, AuditError> {
            let at = |size: usize, seed: &String| {
                let key = (method.clone(), group.clone(), size, seed.clone());
                entries.get(&key).map(|entry| entry.0).ok_or_else(|| {
                    fault(1, format!("{method} has no value for {group}, size {size}, seed {seed}: curves must be complete"))
                })
            };
            sizes.iter().map(|&size| seeds.iter().map(|seed| at(size, seed)).collect()).collect()
        };
        let both =
            |method: &String| Ok((method.clone(), [curve(method, &groups[0])?, curve(method, &groups[1])?]));
        let values = methods.iter().map(both).collect::<Result<_, AuditError>>()?;
        Ok(Self { file: file.to_owned(), measure: columns.value.clone(), sizes, seeds, groups, values })
    }

    /// The Pareto criterion for every method. Without predictions only seeds vary: what the test
    /// set adds is unknown, and statements hold for this test set.
    ///
    /// # Errors
    /// [`AuditError::Stats`].
    pub fn judge(
        &self,
        criterion: &Criterion,
        replicates: usize,
        seed: u64,
    ) -> Result<CurveAudit, AuditError> {
        let judged = self.values.iter().map(|(method, [dominant, less])| {
            let streams = Streams::new(seed).below("pareto").below(method);
            let curve = |table: &[Vec<f64>], name: &str| {
                LearningCurve::of_table(&self.sizes, table, replicates, &streams.below(name))
            };
            let judgement = criterion.judge(&curve(dominant, "dominant")?, &curve(less, "less")?)?;
            let level = 1.0 - criterion.alpha;
            let points = |table: &[Vec<f64>]| -> Result<Vec<Estimate>, StatsError> {
                table.iter().map(|row| over_seeds(row, level)).collect()
            };
            Ok(JudgedCurve { method: method.clone(), points: [points(dominant)?, points(less)?], judgement })
        });
        let summary = CurveSummary {
            file: self.file.clone(),
            measure: self.measure.clone(),
            from_predictions: false,
            sizes: self.sizes.clone(),
            seeds: self.seeds.clone(),
            groups: self.groups.clone(),
            tolerance: criterion.tolerance,
            alpha: criterion.alpha,
        };
        Ok(CurveAudit { summary, methods: judged.collect::<Result<_, AuditError>>()? })
    }
}

/// Mean over seeds with Student's interval.
fn over_seeds(values: &[f64], level: f64) -> Result<Estimate, StatsError> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let method = format!("mean of {count} seeds, Student, {:.0} %", 100.0 * level);
    let mut found = Estimate::bare(mean, method, values.len());
    if values.len() < 2 {
        found.reason = Some("one seed: no interval".to_owned());
        return Ok(found);
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let se = (squares / (count - 1.0) / count).sqrt();
    let half = student_factor(level, count - 1.0)? * se;
    (found.low, found.high, found.se) = (Some(mean - half), Some(mean + half), Some(se));
    Ok(found)
}

fn read(file: &str, bytes: impl Read, columns: &CurveColumns) -> Result<Entries, AuditError> {
    let mut source = Source::open(file, bytes)?;
    let header = source.header.clone();
    let place = |role: &'static str, name: &str| {
        let predictions = if role == "value" { ", or for predictions --score and --label" } else { "" };
        header.iter().position(|column| column == name).ok_or_else(|| AuditError::Column {
            file: file.to_owned(),
            role,
            hint: format!("{name:?} is not there; name it with --{role}{predictions}"),
            present: header.clone(),
        })
    };
    let (size, seed) = (place("size", &columns.size)?, place("seed", &columns.seed)?);
    let (group, value) = (place("group", &columns.group)?, place("value", &columns.value)?);
    let method = columns.method.as_deref().map(|name| place("method", name)).transpose()?;
    let most = [
        Most { what: "subgroups", column: &columns.group, most: GROUPS },
        Most { what: "sizes", column: &columns.size, most: MOST_NAMES },
        Most { what: "seeds", column: &columns.seed, most: MOST_NAMES },
        Most { what: "methods", column: columns.method.as_deref().unwrap_or_default(), most: MOST_NAMES },
    ];
    let mut names: [Names; 4] = std::array::from_fn(|_| Names::default());
    let mut entries = Entries::new();
    let mut record = StringRecord::new();
    while let Some(line) = source.next(&mut record)? {
        let text = |place: usize| record.get(place).unwrap_or_default().trim();
        let fault = |place: usize, expected: &str| AuditError::Field {
            file: file.to_owned(),
            row: line,
            column: header[place].clone(),
            found: text(place).to_owned(),
            expected: expected.to_owned(),
        };
        let empty =
            [Some(group), Some(seed), method].into_iter().flatten().find(|&place| text(place).is_empty());
        if let Some(place) = empty {
            return Err(fault(place, "a name"));
        }
        let told = [group, size, seed].map(text).into_iter().chain([method.map_or("", text)]);
        for ((name, names), most) in told.zip(&mut names).zip(&most) {
            names.number(name);
            most.check(file, line, names)?;
        }
        let key = (
            method.map_or("the model", text).to_owned(),
            text(group).to_owned(),
            text(size).parse().map_err(|_| fault(size, "a whole number of training images"))?,
            text(seed).to_owned(),
        );
        let number = text(value).parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| fault(value, "a finite number"))?;
        if let Some((_, first)) = entries.get(&key) {
            let message = format!("repeats the point of row {first}");
            return Err(AuditError::Table { file: file.to_owned(), row: line, message });
        }
        entries.insert(key, (number, line));
    }
    if entries.is_empty() {
        let message = "there is a header and no row".to_owned();
        return Err(AuditError::Table { file: file.to_owned(), row: 1, message });
    }
    Ok(entries)
}
