//! What was not estimated: who, how many, why, and how far it could move the gaps.

use serde::Serialize;

use super::cell::Cell;
use super::cell_audit::CellAudit;
use super::compare::GapAudit;
use super::unscored::UnscoredAudit;
use super::{AuditError, AuditOptions, Predictions, inference};
use crate::stats::{Comparison, Estimate, auc_inference};

/// What is in no number of the audit, and what it could have made of the gaps.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ledger {
    /// Samples without a subgroup, without an outcome, in subgroups that are not scored; cells without an AUC or
    /// without its interval.
    pub entries: Vec<LedgerEntry>,
    /// Gaps in AUC if all that is not known were on one side or on the other.
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

/// A gap in AUC with what is not known on either side.
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
    /// The smallest, and which side all of them are on then.
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

    /// All samples without a subgroup in the dominant one, or all in the other.
    fn by_subgroup(&self, [dominant, other]: [u32; 2]) -> Result<Option<LedgerBound>, AuditError> {
        let Some(unplaced) = self.predictions.unplaced else { return Ok(None) };
        let (most, own, lost) =
            (self.cell(dominant, None), self.cell(other, None), self.cell(unplaced, None));
        if lost.labels.is_empty() {
            return Ok(None);
        }
        let samples = lost.labels.len();
        let name = |group: u32| format!("all of {}", self.predictions.groups[group as usize]);
        let ends = [
            self.difference(&most.with(&lost), &own)?.flagged(Some(name(dominant))),
            self.difference(&most, &own.with(&lost))?.flagged(Some(name(other))),
        ];
        Ok(self.bound("subgroup", samples, ends.to_vec()))
    }

    /// All samples without an outcome positive or negative, in either subgroup.
    fn by_outcome(&self, [dominant, other]: [u32; 2]) -> Result<Option<LedgerBound>, AuditError> {
        let count =
            |group: u32| self.cell(group, Some(true)).labels.len() - self.cell(group, None).labels.len();
        let samples = count(dominant) + count(other);
        if samples == 0 {
            return Ok(None);
        }
        let word = |label: bool| if label { "positive" } else { "negative" };
        let mut ends = Vec::new();
        for a in [true, false] {
            for b in [true, false] {
                let [most, own] =
                    [(dominant, a), (other, b)].map(|(group, label)| self.cell(group, Some(label)));
                let names = [dominant, other].map(|group| &self.predictions.groups[group as usize]);
                let told = format!("all {} in {}, all {} in {}", word(a), names[0], word(b), names[1]);
                ends.push(self.difference(&most, &own)?.flagged(Some(told)));
            }
        }
        Ok(self.bound("outcome", samples, ends))
    }

    /// The smallest and the largest of `ends`.
    fn bound(&self, unknown: &'static str, samples: usize, ends: Vec<Estimate>) -> Option<LedgerBound> {
        let mut known: Vec<Estimate> = ends.into_iter().filter(|end| end.value.is_some()).collect();
        known.sort_by(|a, b| a.value.unwrap_or_default().total_cmp(&b.value.unwrap_or_default()));
        let (least, most) = (known.first()?.clone(), known.last()?.clone());
        let gap = self.gap.auc.difference.clone();
        let apart = |end: &Estimate| end.low.zip(end.high).map(|(low, high)| (low > 0.0, high < 0.0));
        let sides = [apart(&gap), apart(&least), apart(&most)];
        let sure = [(true, false), (false, true)]
            .iter()
            .any(|side| sides.iter().all(|own| own.as_ref() == Some(side)));
        let Self { gap: GapAudit { method, group, class, .. }, .. } = self;
        let (method, group, class) = (method.clone(), group.clone(), class.clone());
        Some(LedgerBound { method, group, class, unknown, samples, gap, least, most, sure })
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
