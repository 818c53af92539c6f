//! Estimates and tests from an AUC's variance, whoever computed it.

use super::comparison::Comparison;
use super::interval::{Area, Form};
use super::normal::{percent, two_sided_factor, two_sided_p};
use super::placement::Placements;
use super::{Estimate, StatsError};
use crate::metrics::Outcomes;

const UNESTIMABLE: &str = "fewer than two independent units of a class: no variance";

/// One AUC.
pub(super) fn single(
    name: &str,
    labels: &[bool],
    found: Option<(&Placements, Area)>,
    level: f64,
    form: Form,
) -> Result<Estimate, StatsError> {
    two_sided_factor(level)?;
    let outcomes = Outcomes::of(labels);
    let Some((placements, area)) = found else {
        let reason = outcomes.undefined().unwrap_or_default();
        return Ok(Estimate::undefined(named(name, "", level), labels.len(), reason));
    };
    let limits = area.limits(level, form)?;
    let method = named(name, limits.form, level);
    let mut found = Estimate::new(placements.auc, limits.low, limits.high, method, labels.len());
    found.se = area.variance.map(f64::sqrt);
    Ok(found.flagged(outcomes.flag()).flagged(limits.flag))
}

/// A difference on the same samples; `area.auc` is the difference.
pub(super) fn paired(
    name: &str,
    labels: &[bool],
    area: Option<Area>,
    level: f64,
) -> Result<Comparison, StatsError> {
    let factor = two_sided_factor(level)?;
    let outcomes = Outcomes::of(labels);
    let method = named(&format!("{name}, paired"), "", level);
    let Some(area) = area else {
        let reason = outcomes.undefined().unwrap_or_default();
        return Ok(Comparison::undefined(method, labels.len(), reason));
    };
    let value = area.auc;
    let mut difference = Estimate::bare(value, method, labels.len()).flagged(outcomes.flag());
    difference.se = area.variance.map(f64::sqrt);
    let without_test = |mut difference: Estimate, reason: &str| {
        difference.reason = Some(reason.to_owned());
        Comparison { difference, z: None, p: None }
    };
    match area.variance {
        Some(variance) if variance > 0.0 => {
            let se = variance.sqrt();
            let (low, high) = (value - factor * se, value + factor * se);
            (difference.low, difference.high) = (Some(low.max(-1.0)), Some(high.min(1.0)));
            let cut = low < -1.0 || high > 1.0;
            let difference = difference.flagged(cut.then(|| "cut at the ends of [-1, 1]".into()));
            let z = value / se;
            Ok(Comparison { difference, z: Some(z), p: Some(two_sided_p(z)) })
        }
        _ if value == 0.0 && area.identical => {
            (difference.low, difference.high, difference.se) = (Some(0.0), Some(0.0), Some(0.0));
            let remark = "both order all pairs alike: interval without width";
            let difference = difference.flagged(Some(remark.into()));
            Ok(Comparison { difference, z: Some(0.0), p: Some(1.0) })
        }
        Some(_) => Ok(without_test(difference, "the estimated variance of the difference is 0")),
        None => Ok(without_test(difference, UNESTIMABLE)),
    }
}

/// A difference of independent AUCs, from both estimates.
pub(super) fn unpaired(name: &str, a: &Estimate, b: &Estimate, level: f64) -> Result<Comparison, StatsError> {
    two_sided_factor(level)?;
    let method = named(&format!("{name}, square and add"), "", level);
    let n = a.n + b.n;
    let (Some((x, x_low, x_high)), Some((y, y_low, y_high))) = (a.triple(), b.triple()) else {
        let side = |which: &str, e: &Estimate| e.reason.as_ref().map(|r| format!("{which}: {r}"));
        let reasons: Vec<_> = [side("first", a), side("second", b)].into_iter().flatten().collect();
        return Ok(Comparison::undefined(method, n, reasons.join("; ")));
    };
    let value = x - y;
    let low = value - (x - x_low).hypot(y_high - y);
    let high = value + (x_high - x).hypot(y - y_low);
    let mut difference = Estimate::new(value, low.max(-1.0), high.min(1.0), method, n);
    for (which, estimate) in [("first", a), ("second", b)] {
        difference = difference.flagged(estimate.flag.as_ref().map(|f| format!("{which}: {f}")));
    }
    difference.se = a.se.zip(b.se).map(|(s, t)| s.hypot(t));
    let z = match (a.se, b.se) {
        (Some(s), Some(t)) if s > 0.0 && t > 0.0 => Some(value / s.hypot(t)),
        (Some(_), Some(_)) if difference.se == Some(0.0) && value == 0.0 => Some(0.0),
        _ => None,
    };
    if z.is_none() {
        // The standard error of one AUC alone would read as that of both.
        difference.se = difference.se.filter(|se| *se == 0.0);
        let remark = "no test: the variance of an AUC is 0 or cannot be estimated";
        difference = difference.flagged(Some(remark.into()));
    }
    Ok(Comparison { difference, z, p: z.map(two_sided_p) })
}

fn named(name: &str, form: &str, level: f64) -> String {
    let percent = percent(level);
    if form.is_empty() { format!("{name} {percent}") } else { format!("{name}, {form}, {percent}") }
}
