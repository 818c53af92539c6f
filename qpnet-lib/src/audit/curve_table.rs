//! The Pareto criterion on anybody's learning curve: a table of sizes, seeds, subgroups and values.

use std::collections::BTreeMap;
use std::io::Read;

use csv::StringRecord;
use serde::Serialize;

use super::AuditError;
use super::fields::{check_header, malformed};
use crate::rng::Streams;
use crate::stats::pareto::{Criterion, Judgement, LearningCurve};

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
    /// Sizes, ascending.
    pub sizes: Vec<usize>,
    /// Seeds, ascending by name.
    pub seeds: Vec<String>,
    /// Both subgroups, the dominant one first.
    pub groups: [String; 2],
    /// Method, and `[subgroup][size][seed]`.
    pub values: Vec<(String, [Vec<Vec<f64>>; 2])>,
}

/// A method's curves, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedCurve {
    /// The method.
    pub method: String,
    /// Mean over seeds, `[subgroup][size]`.
    pub mean: [Vec<f64>; 2],
    /// Both subgroups and the verdict.
    pub judgement: Judgement,
}

/// Method, group, size and seed, with the value and its row.
type Entries = BTreeMap<(String, String, usize, String), (f64, u64)>;

impl CurveTable {
    /// Read comma-separated UTF-8 with a header; `file` is its name in messages.
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
        let others: Vec<&String> = groups.iter().filter(|group| *group != dominant).collect();
        let [other] = others.as_slice() else {
            let message = format!(
                "there are {} subgroups ({}); expected the dominant and one other",
                groups.len(),
                groups.join(", ")
            );
            return Err(fault(1, message));
        };
        let groups = [dominant.to_owned(), (*other).clone()];
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
        Ok(Self { file: file.to_owned(), sizes, seeds, groups, values })
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
    ) -> Result<Vec<JudgedCurve>, AuditError> {
        let judged = self.values.iter().map(|(method, [dominant, less])| {
            let streams = Streams::new(seed).below("pareto").below(method);
            let curve = |table: &[Vec<f64>], name: &str| {
                LearningCurve::of_table(&self.sizes, table, replicates, &streams.below(name))
            };
            let (dominant, less) = (curve(dominant, "dominant")?, curve(less, "less")?);
            let judgement = criterion.judge(&dominant, &less)?;
            let mean = [dominant.mean().to_vec(), less.mean().to_vec()];
            Ok(JudgedCurve { method: method.clone(), mean, judgement })
        });
        judged.collect()
    }
}

fn read(file: &str, bytes: impl Read, columns: &CurveColumns) -> Result<Entries, AuditError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let header: Vec<String> =
        reader.headers().map_err(|error| malformed(file, &error))?.iter().map(str::to_owned).collect();
    check_header(file, &header)?;
    let place = |role: &'static str, name: &str| {
        header.iter().position(|column| column == name).ok_or_else(|| AuditError::Column {
            file: file.to_owned(),
            role,
            hint: format!("{name:?} is not there; name it with --{role}"),
            present: header.clone(),
        })
    };
    let (size, seed) = (place("size", &columns.size)?, place("seed", &columns.seed)?);
    let (group, value) = (place("group", &columns.group)?, place("value", &columns.value)?);
    let method = columns.method.as_deref().map(|name| place("method", name)).transpose()?;
    let mut entries = Entries::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| malformed(file, &error))? {
        let line = record.position().map_or(0, csv::Position::line);
        let text = |place: usize| record.get(place).unwrap_or_default().trim();
        let fault = |place: usize, expected: &str| AuditError::Field {
            file: file.to_owned(),
            row: line,
            column: header[place].clone(),
            found: text(place).to_owned(),
            expected: expected.to_owned(),
        };
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
    Ok(entries)
}
