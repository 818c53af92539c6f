//! Levelling down: a gap that is smaller because the subgroup that was served better is served worse.

use serde::Serialize;

use super::compare::{GapAudit, MethodAudit, Tested};
use super::macro_auc::MacroGap;
use crate::stats::Estimate;

/// A method whose gap is smaller than the reference's by what the better served subgroup lost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevellingAudit {
    /// The method.
    pub method: String,
    /// What it is compared with.
    pub reference: String,
    /// The subgroup that the reference serves better.
    pub better: String,
    /// The one that it serves worse.
    pub worse: String,
    /// The gap to the dominant subgroup with the reference.
    pub before: Estimate,
    /// The same with the method.
    pub after: Estimate,
    /// What the better served subgroup lost: the method minus the reference there.
    pub loss: Tested,
    /// What the worse served one gained.
    pub gain: Tested,
}

/// Every pair of method and subgroup in which the better served subgroup surely lost (its interval lies below 0), more
/// than the other gained, and the gap came out smaller.
pub(super) fn of(
    dominant: &String,
    (gaps, macro_gaps): (&[GapAudit], &[MacroGap]),
    against: &[MethodAudit],
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
        let lost = -loss.difference.value?;
        let shrank = after.value?.abs() < before.value?.abs() && lost > gain.difference.value?;
        (shrank && loss.difference.high? < 0.0).then(|| LevellingAudit {
            method: method.clone(),
            reference: reference.clone(),
            better: better.clone(),
            worse: worse.clone(),
            before: before.clone(),
            after: after.clone(),
            loss: loss.clone(),
            gain: gain.clone(),
        })
    };
    against.iter().filter(|entry| entry.group != *dominant).filter_map(one).collect()
}
