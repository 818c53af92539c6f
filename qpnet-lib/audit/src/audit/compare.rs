//! Subgroups against each other, and methods against the reference.

use serde::Serialize;

use super::cell_audit::CellAudit;
use super::group::GroupAudit;
use super::inference::{self, Known};
use super::question::AuditTask;
use super::{AuditError, AuditOptions, Predictions};
use crate::stats::multiplicity::holm;
use crate::stats::proportion::Rate;
use crate::stats::quasi_pareto::{Claim, of_comparisons};
use crate::stats::{Comparison, Estimate, StatsError, auc_inference};

/// The dominant subgroup minus another, for one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GapAudit {
    /// The method.
    pub method: String,
    /// The subgroup that is compared with the dominant one.
    pub group: String,
    /// The class or finding, against the rest; of one yes-or-no question none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
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
    /// Difference in AUC, or macro AUC; its p-value is Holm's over all methods and subgroups.
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
    /// Holm's, over all claims of the audit: it decides.
    pub p_holm: Option<f64>,
    /// `shown`, `not shown` or `undefined`, each test one-sided at half of one minus the level: a claim that
    /// is shown has an interval of the gain above 0 and one of the price above minus the margin.
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
    pub(super) fn of(found: Comparison) -> Self {
        Self { difference: found.difference, p: found.p, p_holm: None }
    }
}

/// `dominant` minus `other`, each an audit and what patients contribute to it.
pub(super) fn gap(
    predictions: &Predictions,
    dominant: (&CellAudit, &Known),
    other: (&CellAudit, &Known),
    options: &AuditOptions,
) -> Result<GapAudit, AuditError> {
    let level = options.level;
    let share = |name: &str, of: fn(&Known) -> &Rate| -> Result<Tested, StatsError> {
        Ok(Tested::of(of(dominant.1).minus(of(other.1), name, level)?))
    };
    let name = if predictions.weighted { "weighted AUC, Obuchowski" } else { "Obuchowski" };
    let [a, b] = [dominant, other].map(|(audit, known)| (&audit.auc, known.auc.as_ref()));
    Ok(GapAudit {
        method: other.0.method.clone(),
        group: other.0.group.clone(),
        class: other.0.class.clone(),
        auc: Tested::of(auc_inference::unpaired(name, a, b, level)?),
        sensitivity: share("gap in sensitivity", |known| &known.sensitivity)?,
        false_positive_rate: share("gap in the false positive rate", |known| &known.false_positive_rate)?,
        positive_rate: share("gap in the positive rate", |known| &known.positive_rate)?,
    })
}

/// `method` minus `reference` on subgroups.
pub(super) struct Pair<'a> {
    pub(super) predictions: &'a Predictions,
    pub(super) method: usize,
    pub(super) reference: usize,
}

impl Pair<'_> {
    /// The paired difference in a subgroup; both methods have scored there. A mean over classes asks for the
    /// same samples, since each class may have lost others.
    pub(super) fn test(&self, group: &GroupAudit, options: &AuditOptions) -> Result<Comparison, AuditError> {
        let Self { predictions, method, reference } = self;
        if predictions.task != AuditTask::Binary && !group.alike(*method, *reference) {
            let reason = "the methods have not scored the same samples: no paired test";
            return Ok(Comparison::undefined(inference::name(predictions), group.scored(), reason));
        }
        let classes = group.counted(*method);
        inference::paired(predictions, (*method, *reference), group.group, &classes, options)
    }

    /// The difference `found` in `group`.
    pub(super) fn against(&self, group: &GroupAudit, found: Comparison) -> MethodAudit {
        let Self { predictions, method, reference } = self;
        MethodAudit {
            method: predictions.methods[*method].clone(),
            reference: predictions.methods[*reference].clone(),
            group: predictions.groups[group.group as usize].clone(),
            samples: group.shared(*method, *reference),
            auc: Tested::of(found),
        }
    }

    /// The quasi-Pareto claim: better on the subgroup of the first difference, not worse on that of the
    /// second, the dominant one.
    pub(super) fn claim(
        &self,
        (less, rare): (&GroupAudit, &Comparison),
        most: &Comparison,
        options: &AuditOptions,
    ) -> Result<ClaimAudit, AuditError> {
        let found = of_comparisons(rare.clone(), most.clone(), options.margin, (1.0 - options.level) / 2.0)?;
        Ok(ClaimAudit {
            method: self.predictions.methods[self.method].clone(),
            reference: self.predictions.methods[self.reference].clone(),
            group: self.predictions.groups[less.group as usize].clone(),
            p_superiority: found.p_superiority,
            p_non_inferiority: found.p_non_inferiority,
            p: found.p,
            p_holm: None,
            verdict: match found.claim {
                Claim::Shown => "shown",
                Claim::NotShown => "not shown",
                Claim::Undefined => "undefined",
            },
        })
    }
}

/// Of several claims Holm decides.
pub(super) fn decide(claims: &mut [ClaimAudit], options: &AuditOptions) -> Result<(), AuditError> {
    let p: Vec<Option<f64>> = claims.iter().map(|claim| claim.p).collect();
    for (claim, p) in claims.iter_mut().zip(holm(&p)?) {
        claim.p_holm = p;
        if p.is_some_and(|p| p > (1.0 - options.level) / 2.0) {
            claim.verdict = "not shown";
        }
    }
    Ok(())
}

/// Holm's p-values over all gaps, by measure: of many crossings some gaps are large by chance.
pub(super) fn adjust_gaps(found: &mut [GapAudit]) -> Result<(), AuditError> {
    let measures: [fn(&mut GapAudit) -> &mut Tested; 4] = [
        |gap| &mut gap.auc,
        |gap| &mut gap.sensitivity,
        |gap| &mut gap.false_positive_rate,
        |gap| &mut gap.positive_rate,
    ];
    for of in measures {
        let p: Vec<Option<f64>> = found.iter_mut().map(|gap| of(gap).p).collect();
        for (gap, p) in found.iter_mut().zip(holm(&p)?) {
            of(gap).p_holm = p;
        }
    }
    Ok(())
}

/// Holm's p-values over all of `found`.
pub(super) fn adjust(found: &mut [MethodAudit]) -> Result<(), AuditError> {
    let p: Vec<Option<f64>> = found.iter().map(|entry| entry.auc.p).collect();
    for (entry, p) in found.iter_mut().zip(holm(&p)?) {
        entry.auc.p_holm = p;
    }
    Ok(())
}
