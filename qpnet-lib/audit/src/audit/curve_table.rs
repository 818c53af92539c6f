//! The Pareto criterion on anybody's learning curve: a table of sizes, seeds, subgroups and values.

use std::io::Read;

use super::AuditError;
use super::curve_columns::CurveColumns;
use super::curve_points::{CurveAudit, CurveSummary, JudgedCurve, two_groups};
use super::curve_read::{Curves, read};
use super::curve_reading::CurveReading;
use crate::rng::Streams;
use crate::stats::pareto::{Criterion, LearningCurve};
use crate::stats::student::student_factor;
use crate::stats::{Estimate, StatsError};

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
    /// What a reader must know about how the table was read.
    pub notes: Vec<String>,
}

impl CurveTable {
    /// Read UTF-8 with a header, plain or compressed by gzip, its fields separated by commas, semicolons or
    /// tabs; `file` is its name in messages.
    ///
    /// # Errors
    /// [`AuditError`]: a column that is not there, a field that is no number, a point that is there
    /// twice or not at all, more or fewer than two subgroups, no dominant one, rows of several parts.
    pub fn parse(
        file: &str,
        bytes: impl Read,
        columns: &CurveColumns,
        reading: &CurveReading,
    ) -> Result<Self, AuditError> {
        let Curves { entries, measure, dominant, told, notes } = read(file, bytes, columns, reading)?;
        let fault = |message: String| AuditError::Whole { file: file.to_owned(), message };
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
        let groups = two_groups(&groups, &dominant).map_err(|message| fault(message + &told))?;
        let curve = |method: &String, group: &String| -> Result<Vec<Vec<f64>>, AuditError> {
            let at = |size: usize, seed: &String| {
                let key = (method.clone(), group.clone(), size, seed.clone());
                entries.get(&key).map(|entry| entry.0).ok_or_else(|| {
                    fault(format!(
                        "{method} has no value for {group}, size {size}, seed {seed}: curves must be complete"
                    ))
                })
            };
            sizes.iter().map(|&size| seeds.iter().map(|seed| at(size, seed)).collect()).collect()
        };
        let both =
            |method: &String| Ok((method.clone(), [curve(method, &groups[0])?, curve(method, &groups[1])?]));
        let values = methods.iter().map(both).collect::<Result<_, AuditError>>()?;
        Ok(Self { file: file.to_owned(), measure, sizes, seeds, groups, values, notes })
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
        // No AUC lies outside 0 to 1, whatever Student's distribution says.
        let bounded = self.measure.eq_ignore_ascii_case("auc");
        let judged = self.values.iter().map(|(method, [dominant, less])| {
            let streams = Streams::new(seed).below("pareto").below(method);
            let curve = |table: &[Vec<f64>], name: &str| {
                LearningCurve::of_table(&self.sizes, table, replicates, &streams.below(name))
            };
            let judgement = criterion.judge(&curve(dominant, "dominant")?, &curve(less, "less")?)?;
            let level = 1.0 - criterion.alpha;
            let points = |table: &[Vec<f64>]| -> Result<Vec<Estimate>, StatsError> {
                table.iter().map(|row| over_seeds(row, level, bounded)).collect()
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
            notes: self.notes.clone(),
        };
        Ok(CurveAudit { summary, methods: judged.collect::<Result<_, AuditError>>()? })
    }
}

/// Mean over seeds with Student's interval; of a measure that is `bounded`, the part of it from 0 to 1.
fn over_seeds(values: &[f64], level: f64, bounded: bool) -> Result<Estimate, StatsError> {
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
    let within = |limit: f64| if bounded { limit.clamp(0.0_f64.min(mean), 1.0_f64.max(mean)) } else { limit };
    (found.low, found.high, found.se) = (Some(within(mean - half)), Some(within(mean + half)), Some(se));
    Ok(found)
}
