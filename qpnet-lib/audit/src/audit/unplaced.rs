//! Rows without a subgroup, kept apart from all others: they are in bounds of gaps only.

use std::collections::HashSet;

use super::intake::Intake;
use super::names::Names;
use super::row::Row;
use super::samples::{SampleNames, Samples};

/// What is known of samples without a subgroup, in methods and patients of the other rows.
#[derive(Clone, Debug)]
pub(super) struct Unplaced {
    pub(super) samples: Samples,
    /// By method and sample, each once; methods that nobody else has are left out.
    pub(super) rows: Vec<Row>,
    /// `[rows x classes]`.
    pub(super) scores: Vec<f64>,
    /// Samples, and patients of them.
    pub(super) counts: [usize; 2],
}

impl Unplaced {
    /// What `lost` has read, beside `judged`; `clustered` where a column says whose rows are. A sample to which another row
    /// gives a subgroup has one.
    pub(super) fn of(lost: Intake<'_>, judged: &Intake<'_>, clustered: bool) -> Self {
        let Intake { methods, patients, names, mut samples, rows, scores, .. } = lost;
        let place = |names: &Names, others: &Names| -> Vec<Option<u32>> {
            (0..names.len() as u32).map(|at| others.find(names.name(at))).collect()
        };
        let methods = place(&methods, &judged.methods);
        let (known, first) = match clustered {
            true => (place(&patients, &judged.patients), judged.patients.len()),
            false => (vec![None; samples.len()], judged.samples.len()),
        };
        for patient in &mut samples.patients {
            *patient = known[*patient as usize].unwrap_or(first as u32 + *patient);
        }
        let placed = |sample: u32| match (&names, &judged.names) {
            (SampleNames::Named(own), SampleNames::Named(others)) => others.find(own.name(sample)).is_some(),
            _ => false,
        };
        let own: Vec<u32> = (0..samples.len() as u32).filter(|&sample| !placed(sample)).collect();
        let met: HashSet<u32> = own.iter().map(|&sample| samples.patients[sample as usize]).collect();
        let method = |row: Row| Some(Row { method: methods[row.method as usize]?, ..row });
        let mut rows: Vec<Row> =
            rows.into_iter().filter(|row| !placed(row.sample)).filter_map(method).collect();
        rows.sort_by_key(|row| (row.method, row.sample, row.line));
        rows.dedup_by_key(|row| (row.method, row.sample));
        Self { counts: [own.len(), met.len()], samples, rows, scores }
    }
}
