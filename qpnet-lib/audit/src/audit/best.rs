//! The best minus the worst subgroup of a method, which must not contradict the gaps that stand beside it.
//!
//! # Formula
//! Of two subgroups it is the size of their gap: the limits are those of the gap without its sign, from 0 where the gap
//! may be 0. Of more it is the range of [`best_minus_worst`](fn@stats::best_minus_worst), whose limits allow for both ends
//! being chosen by the data. Two things hold beside it: what a single pair shows is no more than chosen ends can show, so
//! the lower limit is at most that of the gap between best and worst; and the range is at least every gap, so that
//! the lower limit is at least that of any gap to the dominant subgroup at the level `1 - (1 - level) / K` for `K` such
//! gaps, and the upper one at least what a gap beside it shows.

use super::found::Best;
use super::group::GroupAudit;
use super::inference;
use super::{AuditError, AuditOptions, Predictions};
use crate::rng::Streams;
use crate::stats::interval::Area;
use crate::stats::{self, Contributions, Estimate, auc_inference};

/// Subgroups that have an AUC with limits.
pub(super) struct Ranged<'a> {
    /// Numbers of the subgroups, with their AUCs.
    pub(super) own: Vec<(u32, Area)>,
    /// Subgroups that are left out.
    pub(super) lost: Vec<u32>,
    /// Samples of all that take part.
    pub(super) n: usize,
    /// The gap between two of `own`, the first minus the second, at a level.
    pub(super) gap: &'a dyn Fn(usize, usize, f64) -> Result<Estimate, AuditError>,
}

/// Over the subgroups that have an AUC, or all of the classes that any subgroup has.
pub(super) fn of(
    predictions: &Predictions,
    method: usize,
    groups: &[&GroupAudit],
    dominant: u32,
    options: &AuditOptions,
) -> Result<Best, AuditError> {
    let most = groups.iter().map(|group| group.counted(method)).max_by_key(Vec::len).unwrap_or_default();
    let (mut own, mut lost, mut known, mut n) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for &group in groups {
        let counts = !most.is_empty() && group.counted(method) == most;
        let found = match counts {
            true => inference::mean(predictions, method, group.group, &most)?,
            false => None,
        };
        n += if counts { group.scored() } else { 0 };
        // Whose AUC has no interval cannot be told from any other.
        match found.map(|found| (found.area(), found)).filter(|(area, _)| area.without_limits().is_none()) {
            None => lost.push(group.group),
            Some((area, found)) => {
                own.push((group.group, area));
                known.push((found, group.scored()));
            }
        }
    }
    let gap = |a: usize, b: usize, level: f64| {
        let [a, b] = [a, b].map(|at| -> Result<(Estimate, &Contributions), AuditError> {
            let (found, n) = &known[at];
            Ok((inference::mean_estimate(predictions, Some(found), *n, level)?, found))
        });
        let (a, b) = (a?, b?);
        let name = inference::name(predictions);
        Ok(auc_inference::unpaired(&name, (&a.0, Some(a.1)), (&b.0, Some(b.1)), level)?.difference)
    };
    let name = predictions.methods[method].clone();
    best(predictions, name, &Ranged { own, lost, n, gap: &gap }, dominant, options)
}

/// Of a method from its subgroups.
pub(super) fn best(
    predictions: &Predictions,
    method: String,
    ranged: &Ranged<'_>,
    dominant: u32,
    options: &AuditOptions,
) -> Result<Best, AuditError> {
    let name = format!("best minus worst {}", predictions.task.measure());
    let auc = match ranged.own.len() {
        2 => size(&name, &(ranged.gap)(0, 1, options.level)?),
        _ => range(predictions, &name, ranged, dominant, options)?,
    };
    let group = |number: u32| predictions.groups[number as usize].clone();
    let end = |sign: f64| ranged.end(sign).filter(|_| ranged.own.len() > 1).map(|at| group(ranged.own[at].0));
    let lost: Vec<String> = ranged.lost.iter().map(|&number| group(number)).collect();
    let remark = format!("without {}: no AUC, or none with an interval", lost.join(", "));
    Ok(Best {
        method,
        best: end(1.0),
        worst: end(-1.0),
        auc: auc.flagged((!lost.is_empty()).then_some(remark)),
    })
}

impl Ranged<'_> {
    /// The place of the largest AUC times `sign`, the first of several.
    fn end(&self, sign: f64) -> Option<usize> {
        let auc = |at: usize| sign * self.own[at].1.auc;
        (0..self.own.len()).reduce(|best, at| if auc(at) > auc(best) { at } else { best })
    }
}

/// A gap without its sign.
fn size(name: &str, gap: &Estimate) -> Estimate {
    let method = format!("{name}, as their gap: {}", gap.method);
    let ends = gap.low.zip(gap.high).map(|(low, high)| magnitude(low, high));
    Estimate {
        value: gap.value.map(f64::abs),
        low: ends.map(|ends| ends.0),
        high: ends.map(|ends| ends.1),
        method,
        ..gap.clone()
    }
}

/// What `|x|` may be where `x` lies between both.
fn magnitude(low: f64, high: f64) -> (f64, f64) {
    let most = low.abs().max(high.abs());
    if low <= 0.0 && high >= 0.0 { (0.0, most) } else { (low.abs().min(high.abs()), most) }
}

fn range(
    predictions: &Predictions,
    name: &str,
    ranged: &Ranged<'_>,
    dominant: u32,
    options: &AuditOptions,
) -> Result<Estimate, AuditError> {
    let areas: Vec<Area> = ranged.own.iter().map(|own| own.1).collect();
    let streams = Streams::new(options.seed).below("audit");
    let draws = (options.level, options.replicates_for(predictions.samples.len()), &streams);
    let mut found = stats::best_minus_worst(name, &areas, draws, ranged.n)?;
    let (Some(mut low), Some(mut high)) = (found.low, found.high) else { return Ok(found) };
    // At least so large is the gap between two.
    let least = |a: usize, b: usize, level: f64| -> Result<f64, AuditError> {
        let gap = (ranged.gap)(a, b, level)?;
        Ok(gap.low.zip(gap.high).map_or(0.0, |(low, high)| magnitude(low, high).0))
    };
    if let Some((best, worst)) = ranged.end(1.0).zip(ranged.end(-1.0)) {
        low = low.min(least(best, worst, options.level)?);
    }
    if let Some(most) = ranged.own.iter().position(|own| own.0 == dominant) {
        let others: Vec<usize> = (0..areas.len()).filter(|&at| at != most).collect();
        let each = 1.0 - (1.0 - options.level) / others.len().max(1) as f64;
        for other in others {
            low = low.max(least(most, other, each)?);
            high = high.max(least(most, other, options.level)?);
        }
    }
    (found.low, found.high) = (Some(low), Some(high.max(low)));
    Ok(found)
}
