//! What every comparison of an audit could have seen.

use serde::Serialize;

use super::cell_audit::CellAudit;
use super::compare::{GapAudit, MethodAudit};
use super::group::GroupAudit;
use super::inference::Known;
use super::{AuditError, AuditOptions};
use crate::stats::power::{Error, Side, detectable, detectable_gap, patients_needed, patients_needed_paired};
use crate::stats::{Comparison, Contributions, Estimate};

/// The smallest difference that a comparison would have shown, and the patients that a wanted precision needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PowerAudit {
    /// `gap` between subgroups or `method` against the reference.
    pub comparison: &'static str,
    /// The method.
    pub method: String,
    /// The subgroup.
    pub group: String,
    /// The class or finding, against the rest; of one yes-or-no question, and of means over classes, none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The p-value of "no difference".
    pub p: Option<f64>,
    /// The smallest difference in AUC that a test of its own, without Holm's correction, would show so often.
    pub detectable: Estimate,
    /// Patients of the subgroup now.
    pub patients: usize,
    /// Patients of the subgroup for an interval of the wanted half-width, if the dominant one stays as it is.
    pub patients_needed: Option<usize>,
    /// Why no number suffices, or none can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What comparisons could have seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Power {
    /// How often a difference is to be shown.
    pub power: f64,
    /// The half-width of an interval that is wanted.
    pub half_width: f64,
    /// Gaps in AUC, then methods against the reference.
    pub comparisons: Vec<PowerAudit>,
}

impl Power {
    /// Nothing yet; `None` where nobody asked.
    pub(super) fn asked(options: &AuditOptions) -> Option<Self> {
        Some(Self { power: options.power?, half_width: options.half_width, comparisons: Vec::new() })
    }

    /// Put gaps before methods, each in the order of the audit.
    pub(super) fn sorted(mut self) -> Self {
        self.comparisons.sort_by_key(|entry| entry.comparison != GAP);
        self
    }
}

const GAP: &str = "gap";

/// Every class of a method that both subgroups have.
pub(super) fn of_groups(
    method: usize,
    (dominant, other): (&GroupAudit, &GroupAudit),
    gaps: &[GapAudit],
    options: &AuditOptions,
) -> Result<Vec<PowerAudit>, AuditError> {
    let mut found = Vec::new();
    for (cell, known) in other.cells[method].iter().zip(&other.known[method]) {
        let there = dominant.cells[method].iter().position(|most| most.class == cell.class);
        let Some(there) = there else { continue };
        let own =
            |gap: &&GapAudit| gap.method == cell.method && gap.group == cell.group && gap.class == cell.class;
        let p = gaps.iter().find(own).and_then(|gap| gap.auc.p);
        let most = (&dominant.cells[method][there], &dominant.known[method][there]);
        found.push(of_gap((most, (cell, known)), p, options)?);
    }
    Ok(found)
}

/// Of a gap in AUC, from both sides.
fn of_gap(
    (dominant, other): ((&CellAudit, &Known), (&CellAudit, &Known)),
    p: Option<f64>,
    options: &AuditOptions,
) -> Result<PowerAudit, AuditError> {
    let side = |known: &Known| -> Option<(Side, Contributions)> {
        let found = known.auc.as_ref()?;
        let area = found.area();
        if area.without_limits().is_some() {
            return None;
        }
        // As the intervals of gaps have it: at exactly 0 or 1 the variance is 0 up to rounding.
        let own = area.variance.filter(|variance| *variance > 0.0 && area.auc > 0.0 && area.auc < 1.0);
        let error = own.map(|variance| Error { se: variance.sqrt(), df: area.df });
        let units = [area.positives.effective, area.negatives.effective];
        Some((Side { auc: area.auc, error, units }, found.clone()))
    };
    let mut entry = empty(other.0, p);
    let (Some((first, a)), Some((second, b))) = (side(dominant.1), side(other.1)) else {
        return Ok(entry);
    };
    let level = options.level;
    let asked = (options.power.unwrap_or(USUAL), level);
    entry.detectable = match detectable_gap(first, second, a.covariance(&b), asked)? {
        Some(found) => {
            let whose =
                [(first, dominant.0), (second, other.0)].into_iter().filter(|(side, _)| side.error.is_none());
            let whose: Vec<&str> = whose.map(|(_, cell)| cell.group.as_str()).collect();
            let corrected =
                format!("the estimated variance of {} is 0: that of the score interval", whose.join(" and "));
            Estimate { n: other.0.samples, ..found }.flagged((!whose.is_empty()).then_some(corrected))
        }
        None => {
            Estimate::undefined("detectable", other.0.samples, "not even an AUC of 0 would be shown so often")
        }
    };
    let needed = patients_needed((first, second), other.0.patients, options.half_width, level)?;
    entry.patients_needed = needed.map(whole);
    entry.reason = match needed {
        None => Some(format!(
            "no number of patients of {}: the interval of {} alone is wider",
            other.0.group, dominant.0.group
        )),
        Some(_) => None,
    };
    Ok(entry)
}

/// Of a method against the reference; `found` is its paired difference over `patients`.
pub(super) fn of_method(
    against: &MethodAudit,
    found: &Comparison,
    patients: usize,
    options: &AuditOptions,
) -> Result<PowerAudit, AuditError> {
    let none = Estimate::undefined("detectable", against.samples, NOTHING);
    let mut entry = PowerAudit {
        comparison: "method",
        method: against.method.clone(),
        group: against.group.clone(),
        class: None,
        p: found.p,
        detectable: none,
        patients,
        patients_needed: None,
        reason: Some(NOTHING.to_owned()),
    };
    let error = found.difference.se.zip(found.df).map(|(se, df)| Error { se, df });
    if let Some(error) = error.filter(|error| error.se > 0.0) {
        entry.detectable = detectable(error, options.power.unwrap_or(USUAL), options.level)?;
        let needed = patients_needed_paired(error, patients, options.half_width, options.level)?;
        entry.patients_needed = needed.map(whole);
        entry.reason = needed.is_none().then(|| NOTHING.to_owned());
    }
    Ok(entry)
}

/// Of somebody's part there is nobody.
fn whole(needed: f64) -> usize {
    // What halving leaves must not count as a patient.
    (needed * (1.0 - 1e-9)).ceil() as usize
}

/// Power unless said.
const USUAL: f64 = 0.8;
/// Why nothing can be told.
const NOTHING: &str = "no standard error: too few patients, or scores that order all pairs alike";

fn empty(cell: &CellAudit, p: Option<f64>) -> PowerAudit {
    PowerAudit {
        comparison: GAP,
        method: cell.method.clone(),
        group: cell.group.clone(),
        class: cell.class.clone(),
        p,
        detectable: Estimate::undefined("detectable", cell.samples, NOTHING),
        patients: cell.patients,
        patients_needed: None,
        reason: Some(NOTHING.to_owned()),
    }
}
