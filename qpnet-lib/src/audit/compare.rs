//! Subgroups against each other, and methods against the reference.

use serde::Serialize;

use super::cell::{Cell, CellAudit};
use super::{AuditError, AuditOptions};
use crate::stats::multiplicity::holm;
use crate::stats::quasi_pareto::{Claim, Scored, quasi_pareto};
use crate::stats::{Comparison, Estimate, StatsError, obuchowski, proportion};

/// The dominant subgroup minus another, for one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GapAudit {
    /// The method.
    pub method: String,
    /// The subgroup that is compared with the dominant one.
    pub group: String,
    /// Gap in AUC (equation 4).
    pub auc: Tested,
    /// Gap in sensitivity: equal opportunity asks for 0.
    pub sensitivity: Tested,
    /// Gap in the false positive rate; with the one above 0, equalised odds hold.
    pub false_positive_rate: Tested,
    /// Gap in the share called positive: demographic parity asks for 0.
    pub positive_rate: Tested,
}

/// A method minus the reference on one subgroup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodAudit {
    /// The method.
    pub method: String,
    /// What is taken off.
    pub reference: String,
    /// The subgroup.
    pub group: String,
    /// Samples that both have scored.
    pub samples: usize,
    /// Difference in AUC; its p-value is Holm's over all methods and subgroups.
    pub auc: Tested,
}

/// The quasi-Pareto claim for one method and one less-prevalent subgroup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimAudit {
    /// The method.
    pub method: String,
    /// What it is compared with.
    pub reference: String,
    /// The less-prevalent subgroup.
    pub group: String,
    /// p-value of "not better there".
    pub p_superiority: Option<f64>,
    /// p-value of "worse by the margin on the dominant one".
    pub p_non_inferiority: Option<f64>,
    /// The larger of the two.
    pub p: Option<f64>,
    /// `shown`, `not shown` or `undefined`.
    pub verdict: &'static str,
}

/// A difference with its test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tested {
    /// The difference.
    pub difference: Estimate,
    /// Two-sided.
    pub p: Option<f64>,
    /// Holm's, where the test is one of a family.
    pub p_holm: Option<f64>,
}

impl Tested {
    fn of(found: Comparison) -> Self {
        Self { difference: found.difference, p: found.p, p_holm: None }
    }
}

/// A subgroup of a method, before and after it was audited.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) cell: &'a Cell,
    pub(super) audit: &'a CellAudit,
}

/// `dominant` minus `other`.
pub(super) fn gap(
    dominant: Known<'_>,
    other: Known<'_>,
    options: &AuditOptions,
) -> Result<GapAudit, AuditError> {
    fn group<'a>(known: Known<'a>) -> obuchowski::Group<'a> {
        let Cell { labels, scores, patients, .. } = known.cell;
        obuchowski::Group { labels, scores, clusters: patients }
    }
    let level = options.level;
    let share = |name: &str, of: fn(&CellAudit) -> Estimate| -> Result<Tested, StatsError> {
        Ok(Tested::of(proportion::difference(name, &of(dominant.audit), &of(other.audit), level)?))
    };
    // One minus specificity has the mirrored interval.
    let mirrored = |audit: &CellAudit| {
        let Estimate { value, low, high, .. } = audit.specificity;
        let turn = |number: Option<f64>| number.map(|number| 1.0 - number);
        Estimate { value: turn(value), low: turn(high), high: turn(low), ..audit.specificity.clone() }
    };
    Ok(GapAudit {
        method: other.audit.method.clone(),
        group: other.audit.group.clone(),
        auc: Tested::of(obuchowski::unpaired(group(dominant), group(other), level)?),
        sensitivity: share("gap in sensitivity", |audit| audit.sensitivity.clone())?,
        false_positive_rate: share("gap in the false positive rate", mirrored)?,
        positive_rate: share("gap in the positive rate", |audit| audit.positive_rate.clone())?,
    })
}

/// `method` minus `reference` on a subgroup, over the samples of both.
pub(super) fn against(
    method: Known<'_>,
    reference: Known<'_>,
    options: &AuditOptions,
) -> Result<MethodAudit, AuditError> {
    let (own, then) = method.cell.shared(reference.cell);
    let found = obuchowski::paired(&own.labels, &own.scores, &then, &own.patients, options.level)?;
    Ok(MethodAudit {
        method: method.audit.method.clone(),
        reference: reference.audit.method.clone(),
        group: method.audit.group.clone(),
        samples: own.labels.len(),
        auc: Tested::of(found),
    })
}

/// Holm's p-values over all of `found`.
pub(super) fn adjust(found: &mut [MethodAudit]) -> Result<(), AuditError> {
    let p: Vec<Option<f64>> = found.iter().map(|entry| entry.auc.p).collect();
    for (entry, p) in found.iter_mut().zip(holm(&p)?) {
        entry.auc.p_holm = p;
    }
    Ok(())
}

/// The quasi-Pareto claim of a method against the reference; each pair is one subgroup.
pub(super) fn claim(
    less: [Known<'_>; 2],
    dominant: [Known<'_>; 2],
    options: &AuditOptions,
) -> Result<ClaimAudit, AuditError> {
    let pair = |[method, reference]: [Known<'_>; 2]| method.cell.shared(reference.cell);
    let ((rare, rare_then), (most, most_then)) = (pair(less), pair(dominant));
    fn scored<'a>(cell: &'a Cell, reference: &'a [f64]) -> Scored<'a> {
        Scored { labels: &cell.labels, method: &cell.scores, reference, patients: &cell.patients }
    }
    let alpha = 1.0 - options.level;
    let found = quasi_pareto(scored(&rare, &rare_then), scored(&most, &most_then), options.margin, alpha)?;
    Ok(ClaimAudit {
        method: less[0].audit.method.clone(),
        reference: less[1].audit.method.clone(),
        group: less[0].audit.group.clone(),
        p_superiority: found.p_superiority,
        p_non_inferiority: found.p_non_inferiority,
        p: found.p,
        verdict: match found.claim {
            Claim::Shown => "shown",
            Claim::NotShown => "not shown",
            Claim::Undefined => "undefined",
        },
    })
}
