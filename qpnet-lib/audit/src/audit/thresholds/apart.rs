//! Rows of another part of the table, which choose thresholds and are not judged.

use std::collections::HashSet;

use super::super::AuditError;
use super::super::intake::Intake;
use super::super::names::Names;
use super::super::order::ordered;
use super::super::row::Row;
use super::super::samples::{SampleNames, Samples, contradiction};

/// The samples that choose, in numbers of the judged rows: a patient of both parts has one number.
#[derive(Clone, Debug)]
pub(in crate::audit) struct Apart {
    /// `part=validation`.
    pub(in crate::audit) words: String,
    pub(in crate::audit) samples: Samples,
    /// The judged subgroup of each of its subgroups.
    pub(in crate::audit) groups: Vec<Option<u32>>,
    /// By method and sample; methods that are not judged are left out.
    pub(in crate::audit) rows: Vec<Row>,
    /// `[rows x classes]`.
    pub(in crate::audit) scores: Vec<f64>,
    /// Rows of methods that are not judged.
    pub(in crate::audit) foreign: usize,
    /// Patients in all, and those that are judged too.
    pub(in crate::audit) patients: usize,
    pub(in crate::audit) shared: usize,
}

impl Apart {
    /// What `chosen` has read, for `judged`; `clustered` where a column says whose rows are.
    ///
    /// # Errors
    /// [`AuditError`]: no rows, a sample that is also judged.
    pub(in crate::audit) fn of(
        chosen: Intake<'_>,
        judged: &Intake<'_>,
        (file, words, clustered): (&str, String, bool),
        told: &str,
    ) -> Result<Self, AuditError> {
        let Intake { methods, groups, patients, names, mut samples, rows, scores, .. } = chosen;
        if rows.is_empty() {
            let message = format!("no row has {words}: nothing to choose a threshold on (--threshold-from)");
            return Err(AuditError::Whole { file: file.to_owned(), message });
        }
        if let (SampleNames::Named(own), SampleNames::Named(others)) = (&names, &judged.names) {
            let both = (0..own.len() as u32).find_map(|at| Some((at, others.find(own.name(at))?)));
            if let Some((at, other)) = both {
                let (name, lines) = (own.name(at).to_owned(), (samples.line(at), judged.samples.line(other)));
                return Err(contradiction(file, name, "part", lines, told.to_owned()));
            }
        }
        let place = |names: &Names, others: &Names| -> Vec<Option<u32>> {
            (0..names.len() as u32).map(|at| others.find(names.name(at))).collect()
        };
        let (groups, judged_methods) = (place(&groups, &judged.groups), place(&methods, &judged.methods));
        let (known, first) = match clustered {
            true => (place(&patients, &judged.patients), judged.patients.len()),
            false => (vec![None; samples.len()], judged.samples.len()),
        };
        for patient in &mut samples.patients {
            *patient = known[*patient as usize].unwrap_or(first as u32 + *patient);
        }
        let met: HashSet<u32> = samples.patients.iter().copied().collect();
        let shared = met.iter().filter(|&&patient| (patient as usize) < first).count();
        let rows = ordered(rows, &vec![0; samples.len()], 1);
        let same = |pair: &&[Row]| (pair[0].method, pair[0].sample) == (pair[1].method, pair[1].sample);
        if let Some([first, second]) = rows.windows(2).find(same) {
            let (method, sample) = (methods.name(first.method), names.name(first.sample, first.line));
            return Err(AuditError::Twice {
                file: file.to_owned(),
                method: method.to_owned(),
                sample,
                first: first.line.into(),
                second: second.line.into(),
                told: told.to_owned(),
            });
        }
        let method = |row: Row| Some(Row { method: judged_methods[row.method as usize]?, ..row });
        let all = rows.len();
        let mut rows: Vec<Row> = rows.into_iter().filter_map(method).collect();
        let foreign = all - rows.len();
        rows.sort_by_key(|row| row.method);
        Ok(Self { words, foreign, groups, patients: met.len(), shared, rows, scores, samples })
    }

    /// The rows of a method, by sample.
    pub(super) fn rows_of(&self, method: u32) -> &[Row] {
        let begin = self.rows.partition_point(|row| row.method < method);
        let end = self.rows.partition_point(|row| row.method <= method);
        &self.rows[begin..end]
    }

    /// The judged subgroup of a sample.
    pub(super) fn group_of(&self, sample: u32) -> Option<u32> {
        self.groups[self.samples.groups[sample as usize] as usize]
    }
}
