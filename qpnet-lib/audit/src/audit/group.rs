//! All methods on one subgroup.

use super::calibration::Calibration;
use super::cell::Cell;
use super::cell_audit::CellAudit;
use super::draws::{Draws, Strata};
use super::forecasts::Forecasts;
use super::inference::Known;
use super::ranking::Ranking;
use super::{AuditError, AuditOptions, Predictions};
use crate::stats::Bootstrap;
use crate::stats::bootstrap::{Counts, LANES};
use crate::threads;

/// A subgroup, audited. AUCs and rates come with what patients contribute to them; measures that need draws of
/// patients have those of their kind ([`Strata`]).
pub(super) struct GroupAudit {
    pub(super) group: u32,
    draws: Draws,
    /// By method, for each class.
    pub(super) cells: Vec<Vec<CellAudit>>,
    /// What patients contribute to each of `cells`.
    pub(super) known: Vec<Vec<Known>>,
    /// Classes in which a method has an AUC.
    counted: Vec<Vec<usize>>,
    /// What each method has scored, ascending.
    samples: Vec<Vec<u32>>,
}

impl GroupAudit {
    pub(super) fn of(
        predictions: &Predictions,
        group: u32,
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let Predictions { methods, classes, groups, .. } = predictions;
        let draws = Draws::of(predictions, group, Strata::Outcomes, options)?;
        let all = options.probabilities.then(|| Draws::of(predictions, group, Strata::None, options));
        let all = all.transpose()?;
        let shared = predictions.samples.shared_patients() > 0;
        let mut found = Self {
            group,
            draws,
            cells: vec![Vec::new(); methods.len()],
            known: methods.iter().map(|_| Vec::new()).collect(),
            counted: vec![Vec::new(); methods.len()],
            samples: (0..methods.len() as u32).map(|method| predictions.scored(method, group)).collect(),
        };
        for class in 0..predictions.width() {
            let of = |method: usize| Cell::of(predictions, method as u32, group, class);
            let cells: Vec<Cell> = threads::count(0..methods.len(), of);
            let draws = &found.draws;
            let kernel = |cell: &Cell| Ranking::of(cell, |sample| draws.slot(sample), draws.patients());
            let kernels: Vec<Ranking> = threads::try_map(&cells, kernel)?;
            let bootstrap = draws.bootstrap();
            let ranks = by_method(&bootstrap, &kernels, Ranking::at);
            let calibration = match &all {
                Some(all) => calibrations(&cells, all, options)?,
                None => vec![None; cells.len()],
            };
            let of_method = |method: usize| {
                let (cell, own) = (&cells[method], &ranks[method]);
                if cell.labels.is_empty() {
                    return Ok::<_, AuditError>(None);
                }
                let names = (methods[method].as_str(), groups[group as usize].as_str(), classes.get(class));
                let precision = (kernels[method].of_data, own.as_slice());
                let calibration = calibration[method].clone();
                let known = Known::of(cell, predictions.weighted, options)?;
                let audit = CellAudit::of(
                    cell,
                    predictions,
                    names,
                    &known,
                    precision,
                    &bootstrap,
                    calibration,
                    options,
                )?;
                Ok(Some((audit, if shared { known } else { known.alone() })))
            };
            let audited = threads::count(0..methods.len(), of_method);
            for (method, own) in audited.into_iter().enumerate() {
                let Some((audit, known)) = own? else { continue };
                if known.auc.is_some() {
                    found.counted[method].push(class);
                }
                found.cells[method].push(audit);
                found.known[method].push(known);
            }
        }
        Ok(found)
    }

    /// Whether the method has scored anybody here.
    pub(super) fn has(&self, method: usize) -> bool {
        !self.cells[method].is_empty()
    }

    /// Classes in which the method has an AUC.
    pub(super) fn counted(&self, method: usize) -> Vec<usize> {
        self.counted[method].clone()
    }

    /// Whether both methods have scored the same samples.
    pub(super) fn alike(&self, method: usize, reference: usize) -> bool {
        self.samples[method] == self.samples[reference]
    }

    /// How many samples both have scored.
    pub(super) fn shared(&self, method: usize, reference: usize) -> usize {
        let there = &self.samples[reference];
        self.samples[method].iter().filter(|sample| there.binary_search(sample).is_ok()).count()
    }

    /// Patients of the subgroup.
    pub(super) fn patients(&self) -> usize {
        self.draws.patients()
    }

    /// Samples of the subgroup that anybody has scored.
    pub(super) fn scored(&self) -> usize {
        self.draws.samples()
    }
}

/// What every kernel measures on the same draws, by kernel and replicate.
fn by_method<K: Sync, T: Send>(
    bootstrap: &Bootstrap<'_>,
    kernels: &[K],
    at: impl Fn(&K, &[Counts]) -> [T; LANES] + Sync,
) -> Vec<Vec<T>> {
    let replicates = bootstrap.lanes(|counts| {
        let mut found: Vec<_> = kernels.iter().map(|kernel| at(kernel, counts).into_iter()).collect();
        std::array::from_fn(|_| found.iter_mut().filter_map(Iterator::next).collect::<Vec<T>>())
    });
    let mut columns: Vec<Vec<T>> = kernels.iter().map(|_| Vec::with_capacity(replicates.len())).collect();
    for row in replicates {
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    columns
}

/// How good the probabilities of each cell are, on draws of all patients; without samples nothing.
fn calibrations(
    cells: &[Cell],
    draws: &Draws,
    options: &AuditOptions,
) -> Result<Vec<Option<Calibration>>, AuditError> {
    let kernel =
        |cell: &Cell| Forecasts::of(cell, |sample| draws.slot(sample), draws.patients(), options.bins);
    let kernels: Vec<Forecasts> = threads::try_map(cells, kernel)?;
    let bootstrap = draws.bootstrap();
    let replicates = by_method(&bootstrap, &kernels, Forecasts::at);
    let of = |at: usize| match cells[at].labels.len() {
        0 => Ok(None),
        samples => Calibration::of(&kernels[at].of_data, &replicates[at], &bootstrap, samples).map(Some),
    };
    threads::count(0..cells.len(), of).into_iter().collect()
}
