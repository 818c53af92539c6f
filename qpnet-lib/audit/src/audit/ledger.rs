//! What was not estimated: who, how many, why, and how far it could move the gaps.

use serde::Serialize;

use super::cell::Cell;
use super::cell_audit::CellAudit;
use super::compare::GapAudit;
use super::extremes::{by_membership, by_outcome};
use super::unscored::UnscoredAudit;
use super::vocabulary::UNPLACED;
use super::{AuditError, AuditOptions, Predictions, inference};
use crate::stats::{Comparison, Estimate, auc_inference};

/// What is in no number of the audit, and what it could have made of the gaps.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ledger {
    /// Samples without a subgroup, without an outcome, in subgroups that are not scored; cells without an AUC or
    /// without its interval.
    pub entries: Vec<LedgerEntry>,
    /// Gaps in AUC with the smallest and the largest that what is not known allows.
    pub bounds: Vec<LedgerBound>,
}

/// Something that was not estimated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LedgerEntry {
    /// The subgroup, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The class or finding, where one lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The method, where one lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Samples.
    pub samples: usize,
    /// Patients, or samples where no column says.
    pub patients: usize,
    /// Why.
    pub reason: String,
}

/// A gap in AUC with its extremes: each AUC is taken at its own, so that no outcomes, and no subgroups, of the samples that
/// are not known go beyond them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LedgerBound {
    /// The method.
    pub method: String,
    /// The subgroup that is compared with the dominant one.
    pub group: String,
    /// The class or finding, against the rest; of one yes-or-no question none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// `subgroup` or `outcome`.
    pub unknown: &'static str,
    /// Samples that the method has scored and of which it is not known.
    pub samples: usize,
    /// The gap without them.
    pub gap: Estimate,
    /// The smallest, with its interval, and what they are then.
    pub least: Estimate,
    /// The largest, likewise.
    pub most: Estimate,
    /// Whether the gap keeps its sign at both, and so do both of their intervals.
    pub sure: bool,
}

/// From what was found; nothing where nobody asked.
pub(super) fn of(
    predictions: &Predictions,
    order: &[usize],
    (cells, gaps, unscored): (&[CellAudit], &[GapAudit], &[UnscoredAudit]),
    options: &AuditOptions,
) -> Result<Option<Ledger>, AuditError> {
    if !options.ledger {
        return Ok(None);
    }
    let mut ledger = Ledger { entries: entries(predictions, order, cells, unscored), bounds: Vec::new() };
    for gap in gaps {
        let place = |names: &[String], name: &String| names.iter().position(|known| known == name);
        let class =
            gap.class.as_ref().and_then(|class| place(&predictions.classes, class)).unwrap_or_default();
        let (method, group) =
            (place(&predictions.methods, &gap.method), place(&predictions.groups, &gap.group));
        let Some((method, group)) = method.zip(group) else { continue };
        let asked = Asked { predictions, options, gap, at: [method as u32, class as u32] };
        let sides = [order[0] as u32, group as u32];
        ledger.bounds.extend(asked.by_subgroup(sides)?);
        ledger.bounds.extend(asked.by_outcome(sides)?);
    }
    Ok(Some(ledger))
}

/// Who is left out, whole subgroups first.
fn entries(
    predictions: &Predictions,
    order: &[usize],
    cells: &[CellAudit],
    unscored: &[UnscoredAudit],
) -> Vec<LedgerEntry> {
    let whole = |entry: &UnscoredAudit| LedgerEntry {
        group: Some(entry.group.clone()),
        class: None,
        method: None,
        samples: entry.samples,
        patients: entry.patients,
        reason: entry.reason.clone(),
    };
    let mut found: Vec<LedgerEntry> = unscored.iter().map(whole).collect();
    found.extend(predictions.unplaced.as_ref().map(|unplaced| LedgerEntry {
        group: Some(UNPLACED.to_owned()),
        class: None,
        method: None,
        samples: unplaced.counts[0],
        patients: unplaced.counts[1],
        reason: "the subgroup is not known".to_owned(),
    }));
    let (samples, width) = (&predictions.samples, predictions.width());
    for class in 0..width {
        for &group in order {
            let lacks = |&sample: &usize| {
                samples.groups[sample] as usize == group && samples.targets[sample * width + class].is_none()
            };
            let own: Vec<usize> = (0..samples.len()).filter(lacks).collect();
            let mut patients: Vec<u32> = own.iter().map(|&sample| samples.patients[sample]).collect();
            patients.sort_unstable();
            patients.dedup();
            if !own.is_empty() {
                found.push(LedgerEntry {
                    group: Some(predictions.groups[group].clone()),
                    class: predictions.classes.get(class).cloned(),
                    method: None,
                    samples: own.len(),
                    patients: patients.len(),
                    reason: "the outcome is not known".to_owned(),
                });
            }
        }
    }
    let without = |cell: &CellAudit| {
        let reason = cell.auc.reason.clone().filter(|_| cell.auc.low.is_none())?;
        let what = if cell.auc.value.is_none() { "no AUC" } else { "an AUC without an interval" };
        Some(LedgerEntry {
            group: Some(cell.group.clone()),
            class: cell.class.clone(),
            method: Some(cell.method.clone()),
            samples: cell.samples,
            patients: cell.patients,
            reason: format!("{what}: {reason}"),
        })
    };
    found.extend(cells.iter().filter_map(without));
    found
}

struct Asked<'a> {
    predictions: &'a Predictions,
    options: &'a AuditOptions,
    gap: &'a GapAudit,
    /// Method and class.
    at: [u32; 2],
}

impl Asked<'_> {
    fn cell(&self, group: u32, assumed: Option<bool>) -> Cell {
        Cell::assumed(self.predictions, self.at[0], group, self.at[1] as usize, assumed)
    }

    /// Samples without a subgroup in either, or in neither.
    fn by_subgroup(&self, sides: [u32; 2]) -> Result<Option<LedgerBound>, AuditError> {
        let lost = Cell::unplaced(self.predictions, self.at[0], self.at[1] as usize);
        if lost.labels.is_empty() {
            return Ok(None);
        }
        let extreme = |at: usize, largest: bool| {
            let (cell, [positives, negatives]) = by_membership(&self.cell(sides[at], None), &lost, largest)?;
            let [above, below] = ends(largest);
            let name = &self.predictions.groups[sides[at] as usize];
            Some((
                cell,
                format!(
                    "{positives} positives of {above} and {negatives} negatives of {below} scores in {name}"
                ),
            ))
        };
        self.bound("subgroup", lost.labels.len(), extreme)
    }

    /// Samples without an outcome positive or negative, in both subgroups.
    fn by_outcome(&self, sides: [u32; 2]) -> Result<Option<LedgerBound>, AuditError> {
        let open = sides.map(|group| self.cell(group, Some(true)).without(&self.cell(group, None)));
        let samples = open.iter().map(|cell| cell.labels.len()).sum();
        if samples == 0 {
            return Ok(None);
        }
        let extreme = |at: usize, largest: bool| {
            let (known, weighted) = (self.cell(sides[at], None), self.predictions.weighted);
            let (cell, positive) = by_outcome(&known, &open[at], weighted, largest)?;
            let (name, of) = (&self.predictions.groups[sides[at] as usize], open[at].labels.len());
            let told = match of {
                0 => format!("none in {name}"),
                _ => format!("{positive} of {of} in {name} positive, those of {} scores", ends(largest)[0]),
            };
            Some((cell, told))
        };
        self.bound("outcome", samples, extreme)
    }

    /// The dominant subgroup at its smallest AUC and the other one at its largest, and the other way round; nothing where
    /// there is no AUC.
    fn bound(
        &self,
        unknown: &'static str,
        samples: usize,
        extreme: impl Fn(usize, bool) -> Option<(Cell, String)>,
    ) -> Result<Option<LedgerBound>, AuditError> {
        let end = |largest: bool| -> Result<Option<Estimate>, AuditError> {
            let Some(((most, told), (own, also))) = extreme(0, largest).zip(extreme(1, !largest)) else {
                return Ok(None);
            };
            Ok(Some(self.difference(&most, &own)?.flagged(Some(format!("{told}; {also}")))))
        };
        let Some((least, most)) = end(false)?.zip(end(true)?) else { return Ok(None) };
        let gap = self.gap.auc.difference.clone();
        let apart = |end: &Estimate| end.low.zip(end.high).map(|(low, high)| (low > 0.0, high < 0.0));
        let sides = [apart(&gap), apart(&least), apart(&most)];
        let sure = [(true, false), (false, true)]
            .iter()
            .any(|side| sides.iter().all(|own| own.as_ref() == Some(side)));
        let Self { gap: GapAudit { method, group, class, .. }, .. } = self;
        let (method, group, class) = (method.clone(), group.clone(), class.clone());
        Ok(Some(LedgerBound { method, group, class, unknown, samples, gap, least, most, sure }))
    }

    fn difference(&self, a: &Cell, b: &Cell) -> Result<Estimate, AuditError> {
        let (weighted, level) = (self.predictions.weighted, self.options.level);
        let of = |cell: &Cell| -> Result<_, AuditError> {
            let found = inference::auc(cell, weighted)?;
            let estimate = inference::single(self.predictions, &cell.labels, found.as_ref(), level)?;
            Ok((estimate, found))
        };
        let ((x, first), (y, second)) = (of(a)?, of(b)?);
        let Comparison { difference, .. } =
            auc_inference::unpaired("Obuchowski", (&x, first.as_ref()), (&y, second.as_ref()), level)?;
        Ok(Estimate { flag: None, ..difference })
    }
}

/// Which scores the positives have at an extreme, and which the negatives.
fn ends(largest: bool) -> [&'static str; 2] {
    if largest { ["the highest", "the lowest"] } else { ["the lowest", "the highest"] }
}
