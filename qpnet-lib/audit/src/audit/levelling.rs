//! Levelling down: a gap that is smaller because the subgroup that was served better is served worse.

use serde::Serialize;

use super::compare::{ClaimAudit, GapAudit, MethodAudit, Tested};
use super::macro_auc::MacroGap;
use crate::stats::Estimate;

/// A method whose gap came out smaller than the reference's, or on the other side, where the subgroup that was ahead lost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevellingAudit {
    /// The method.
    pub method: String,
    /// What it is compared with.
    pub reference: String,
    /// The subgroup that came out ahead with the reference.
    pub better: String,
    /// The one that came out behind.
    pub worse: String,
    /// The gap to the dominant subgroup with the reference.
    pub before: Estimate,
    /// The same with the method.
    pub after: Estimate,
    /// What the better served subgroup lost: the method minus the reference there.
    pub loss: Tested,
    /// What the worse served one gained.
    pub gain: Tested,
    /// Whether the subgroup that was behind came out ahead.
    pub reversed: bool,
    /// Whether the quasi-Pareto claim for the two is shown all the same.
    pub claim_shown: bool,
    /// Further subgroups that lost, by the same test.
    pub also_lost: Vec<String>,
}

/// Every pair of method and subgroup in which the subgroup that was ahead lost (by Holm's p-value), more than the other
/// gained, and the gap came out smaller, which is not tested.
pub(super) fn of(
    dominant: &String,
    (gaps, macro_gaps): (&[GapAudit], &[MacroGap]),
    (against, claims): (&[MethodAudit], &[ClaimAudit]),
    level: f64,
) -> Vec<LevellingAudit> {
    let gap = |method: &str, group: &str| -> Option<&Estimate> {
        match macro_gaps.is_empty() {
            true => {
                let own = gaps.iter().find(|gap| gap.method == method && gap.group == group);
                own.map(|gap| &gap.auc.difference)
            }
            false => {
                let own = macro_gaps.iter().find(|gap| gap.method == method && gap.group == group);
                own.map(|gap| &gap.auc.difference)
            }
        }
    };
    let lost = |change: &Tested| {
        change.difference.value.is_some_and(|value| value < 0.0)
            && change.p_holm.is_some_and(|p| p <= 1.0 - level)
    };
    let change = |method: &str, group: &str| -> Option<&Tested> {
        against.iter().find(|own| own.method == method && own.group == group).map(|own| &own.auc)
    };
    let one = |entry: &MethodAudit| -> Option<LevellingAudit> {
        let MethodAudit { method, reference, group, .. } = entry;
        let (before, after) = (gap(reference, group)?, gap(method, group)?);
        let (most, own) = (change(method, dominant)?, change(method, group)?);
        let ahead = before.value? > 0.0;
        let (better, worse) = if ahead { (dominant, group) } else { (group, dominant) };
        let (loss, gain) = if ahead { (most, own) } else { (own, most) };
        let more = -loss.difference.value? > gain.difference.value?;
        let shrank = after.value?.abs() < before.value?.abs();
        let also = |other: &&MethodAudit| {
            other.method == *method && other.group != *dominant && other.group != *group && lost(&other.auc)
        };
        let claim =
            |claim: &ClaimAudit| claim.method == *method && claim.group == *group && claim.verdict == "shown";
        (shrank && more && lost(loss)).then(|| LevellingAudit {
            method: method.clone(),
            reference: reference.clone(),
            better: better.clone(),
            worse: worse.clone(),
            before: before.clone(),
            after: after.clone(),
            loss: loss.clone(),
            gain: gain.clone(),
            reversed: before.value.is_some_and(|a| after.value.is_some_and(|b| a * b < 0.0)),
            claim_shown: claims.iter().any(claim),
            also_lost: against.iter().filter(also).map(|other| other.group.clone()).collect(),
        })
    };
    against.iter().filter(|entry| entry.group != *dominant).filter_map(one).collect()
}
