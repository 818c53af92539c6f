//! The Pareto criterion on predictions: every training's scores of the same test samples.

use std::collections::BTreeSet;
use std::io::Read;

use super::AuditError;
use super::curve_columns::CurvePredictionColumns;
use super::curve_points::{CurveAudit, CurveSummary, JudgedCurve, two_groups};
use super::curve_reading::CurveReading;
use super::curve_rows::{CurveRows, Row, Taken};
use crate::metrics::WeightedAuc;
use crate::rng::Streams;
use crate::stats::crossed::crossed;
use crate::stats::pareto::{Criterion, LearningCurve};
use crate::stats::{Bootstrap, Estimate, Interval, Resampler};

/// Scores of the same test samples by every method, size and seed.
#[derive(Clone, Debug)]
pub struct CurvePredictions {
    /// The file, for messages.
    pub file: String,
    /// Sizes, ascending.
    pub sizes: Vec<usize>,
    /// Seeds, ascending by name.
    pub seeds: Vec<String>,
    /// Both subgroups, the dominant one first.
    pub groups: [String; 2],
    /// The methods.
    pub methods: Vec<String>,
    /// What a reader must know about how the table was read.
    pub notes: Vec<String>,
    /// By subgroup.
    tests: [TestSet; 2],
}

/// The test samples of a subgroup.
#[derive(Clone, Debug, Default)]
struct TestSet {
    labels: Vec<bool>,
    patients: Vec<usize>,
    /// `[method][size][seed][sample]`.
    scores: Vec<Vec<Vec<Vec<f64>>>>,
}

impl CurvePredictions {
    /// Read UTF-8 with a header, plain or compressed by gzip, its fields separated by commas, semicolons or
    /// tabs; `file` is its name in messages.
    ///
    /// # Errors
    /// [`AuditError`]: a column that is not there, a field that is no number, a sample that a
    /// training has twice or not at all, other than two subgroups, no dominant one, rows of several parts.
    pub fn parse(
        file: &str,
        bytes: impl Read,
        columns: &CurvePredictionColumns,
        reading: &CurveReading,
    ) -> Result<Self, AuditError> {
        let fault = |row: u64, message: String| AuditError::Table { file: file.to_owned(), row, message };
        let whole = |message: String| AuditError::Whole { file: file.to_owned(), message };
        let mut reader = CurveRows::open(file, bytes, columns)?;
        let Taken { rows, dominant, notes } = reader.rows(reading)?;
        let told = reader.told(|places| places.group);
        let (label, label_told) =
            (reader.column(|places| places.labels[0]), reader.told(|places| places.labels[0]));
        let CurveRows { methods, seeds, groups, names, samples, .. } = reader;
        let (methods, seed_names, groups) = (methods.into_vec(), seeds.into_vec(), groups.into_vec());
        let pair = two_groups(&groups, &dominant).map_err(|message| whole(message + &told))?;
        let sizes: Vec<usize> =
            rows.iter().map(|row| row.size).collect::<BTreeSet<_>>().into_iter().collect();
        let mut seeds: Vec<u32> = (0..seed_names.len() as u32).collect();
        seeds.sort_unstable_by_key(|&seed| &seed_names[seed as usize]);

        let mut tests = [TestSet::default(), TestSet::default()];
        // The subgroup and the place in it of every sample.
        let mut places = Vec::with_capacity(samples.len());
        for sample in 0..samples.len() {
            let at = usize::from(groups[samples.groups[sample] as usize] != dominant);
            places.push(samples.targets[sample].map(|_| (at, tests[at].labels.len())));
            let Some(label) = samples.targets[sample] else { continue };
            tests[at].labels.push(label);
            tests[at].patients.push(samples.patients[sample] as usize);
        }
        for (test, group) in tests.iter().zip(&pair) {
            let positives = test.labels.iter().filter(|&&label| label).count();
            let all = match positives {
                0 => "negative",
                _ if positives == test.labels.len() => "positive",
                _ => continue,
            };
            let message = format!(
                "column {label}: all samples of {group} are {all}: expected both outcomes{label_told}"
            );
            return Err(whole(message));
        }
        // A table with holes must not ask for more memory than one without.
        let known = places.iter().flatten().count();
        let complete = [methods.len(), sizes.len(), seeds.len(), known];
        if complete
            .iter()
            .try_fold(1usize, |all, &count| all.checked_mul(count))
            .is_none_or(|all| all > 4 * rows.len())
        {
            let [methods, sizes, seeds, samples] = complete;
            let message = format!(
                "{} rows for {methods} methods × {sizes} sizes × {seeds} seeds × {samples} samples: every training must \
                 score the same test samples",
                rows.len()
            );
            return Err(whole(message));
        }
        for test in &mut tests {
            let one = vec![f64::NAN; test.labels.len()];
            test.scores = vec![vec![vec![one; seeds.len()]; sizes.len()]; methods.len()];
        }
        let name =
            |row: &Row| (methods[row.method as usize].as_str(), seed_names[row.seed as usize].as_str());
        for row in &rows {
            let Some((at, place)) = places[row.sample as usize] else { continue };
            let size = sizes.binary_search(&row.size).unwrap_or_default();
            let seed = seeds.iter().position(|&seed| seed == row.seed).unwrap_or_default();
            let score = &mut tests[at].scores[row.method as usize][size][seed][place];
            if !score.is_nan() {
                let ((method, seed), sample) = (name(row), names.name(row.sample));
                let what = format!("{method}, size {}, seed {seed} has sample {sample} twice", row.size);
                return Err(fault(row.line.into(), what));
            }
            *score = row.score;
        }
        for sample in 0..samples.len() {
            let Some((at, place)) = places[sample] else { continue };
            for (method, sizes_of) in methods.iter().zip(&tests[at].scores) {
                for (size, seeds_of) in sizes.iter().zip(sizes_of) {
                    let Some(hole) = seeds_of.iter().position(|scores| scores[place].is_nan()) else {
                        continue;
                    };
                    let (seed, sample) = (&seed_names[seeds[hole] as usize], names.name(sample as u32));
                    return Err(whole(format!(
                        "{method}, size {size}, seed {seed} lacks sample {sample}: every training must score the same \
                         test samples"
                    )));
                }
            }
        }
        let seeds = seeds.iter().map(|&seed| seed_names[seed as usize].clone()).collect();
        Ok(Self { file: file.to_owned(), sizes, seeds, groups: pair, methods, notes, tests })
    }

    /// The Pareto criterion for every method, patients resampled jointly for all trainings and
    /// seeds in blocks.
    ///
    /// # Errors
    /// [`AuditError::Stats`]: a subgroup without both outcomes, among others.
    pub fn judge(
        &self,
        criterion: &Criterion,
        replicates: usize,
        seed: u64,
    ) -> Result<CurveAudit, AuditError> {
        let judged = (0..self.methods.len()).map(|method| {
            let streams = Streams::new(seed).below("pareto");
            let [dominant, less] = [0, 1].map(|group| {
                self.curve(
                    method,
                    group,
                    1.0 - criterion.alpha,
                    replicates,
                    &streams.below(&self.groups[group]),
                )
            });
            let ((dominant, first), (less, second)) = (dominant?, less?);
            let judgement = criterion.judge(&dominant, &less)?;
            Ok(JudgedCurve { method: self.methods[method].clone(), points: [first, second], judgement })
        });
        let summary = CurveSummary {
            file: self.file.clone(),
            measure: "AUC".to_owned(),
            from_predictions: true,
            sizes: self.sizes.clone(),
            seeds: self.seeds.clone(),
            groups: self.groups.clone(),
            tolerance: criterion.tolerance,
            alpha: criterion.alpha,
            notes: self.notes.clone(),
        };
        Ok(CurveAudit { summary, methods: judged.collect::<Result<_, AuditError>>()? })
    }

    fn curve(
        &self,
        method: usize,
        group: usize,
        level: f64,
        replicates: usize,
        streams: &Streams,
    ) -> Result<(LearningCurve, Vec<Estimate>), AuditError> {
        let TestSet { labels, patients, scores } = &self.tests[group];
        let resampler = Resampler::by_cell(patients, &vec![0; labels.len()], labels)?;
        let bootstrap = Bootstrap::new(&resampler, streams)
            .with_level(level)
            .with_replicates(replicates)
            .with_interval(Interval::Percentile);
        let points = scores[method].iter().map(|seeds| {
            let sorted: Vec<WeightedAuc> =
                seeds.iter().map(|scores| WeightedAuc::new(labels, scores)).collect::<Result<_, _>>()?;
            let at = |seed: usize, weights: &[u32]| sorted[seed].at(weights);
            Ok(crossed(&bootstrap, seeds.len(), "AUC", (0.0, 1.0), at)?.estimate)
        });
        let points = points.collect::<Result<_, AuditError>>()?;
        Ok((LearningCurve::of_predictions(&self.sizes, labels, &scores[method], &bootstrap)?, points))
    }
}
