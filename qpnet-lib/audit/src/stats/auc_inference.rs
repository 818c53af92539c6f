//! Estimates and tests from the contributions of patients to an AUC, or to a mean of AUCs.

use super::comparison::Comparison;
use super::contributions::Contributions;
use super::interval::{Area, Form};
use super::normal::{percent, two_sided_factor};
use super::square_and_add::{self, Graded, Term};
use super::{Estimate, StatsError};
use crate::metrics::Outcomes;

impl Graded for Area {
    fn value(&self) -> f64 {
        self.auc
    }

    fn limits_at(&self, level: f64) -> Result<Option<(f64, f64)>, StatsError> {
        if self.without_limits().is_some() {
            return Ok(None);
        }
        let limits = self.limits(level, Form::Auto)?;
        Ok(Some((limits.low, limits.high)))
    }
}

/// What is known of the samples beside their scores.
pub struct About {
    /// How many there are.
    pub n: usize,
    /// Why there is no value, where there is none.
    pub undefined: Option<String>,
    /// What a reader must know in any case.
    pub flag: Option<String>,
}

impl From<Outcomes> for About {
    fn from(outcomes: Outcomes) -> Self {
        let undefined = outcomes.undefined().or_else(|| Some("an outcome has no weight".to_owned()));
        Self { n: outcomes.total(), undefined, flag: outcomes.flag() }
    }
}

/// One AUC, or a mean of some; without `found` it does not exist.
pub fn single(
    name: &str,
    about: impl Into<About>,
    found: Option<&Area>,
    level: f64,
    form: Form,
) -> Result<Estimate, StatsError> {
    two_sided_factor(level)?;
    let About { n, undefined, flag } = about.into();
    let Some(area) = found else {
        return Ok(Estimate::undefined(named(name, "", level), n, undefined.unwrap_or_default()));
    };
    let with = |estimate: Estimate| {
        let se = area.variance.map(f64::sqrt);
        Estimate { se, ..estimate }.flagged(flag).flagged(area.flag())
    };
    if let Some(reason) = area.without_limits() {
        let bare = Estimate::bare(area.auc, named(name, "", level), n);
        return Ok(with(Estimate { reason: Some(reason), ..bare }));
    }
    let limits = area.limits(level, form)?;
    let method = named(name, limits.form, level);
    Ok(with(Estimate::new(area.auc, limits.low, limits.high, method, n)).flagged(limits.flag))
}

/// A difference on the same samples; `area.auc` is the difference.
///
/// # Formula
/// `D ± t s`, cut at -1 and 1, and `p` of Student's `D / s`, with the degrees of freedom of the variance.
pub fn paired(
    name: &str,
    about: impl Into<About>,
    found: Option<&Area>,
    level: f64,
) -> Result<Comparison, StatsError> {
    two_sided_factor(level)?;
    let method = named(&format!("{name}, paired, t"), "", level);
    let About { n, undefined, flag } = about.into();
    let Some(area) = found else {
        return Ok(Comparison::undefined(method, n, undefined.unwrap_or_default()));
    };
    let mut difference = Estimate::bare(area.auc, method, n).flagged(flag).flagged(area.flag());
    difference.se = area.variance.map(f64::sqrt);
    if area.identical {
        (difference.low, difference.high, difference.se) = (Some(0.0), Some(0.0), Some(0.0));
        let remark = "both order all pairs alike: interval without width";
        let difference = difference.flagged(Some(remark.into()));
        return Ok(Comparison { difference, z: Some(0.0), df: None, p: Some(1.0) });
    }
    let none = area.variance.is_none_or(|variance| variance <= 0.0);
    let reason = none.then(|| "the estimated variance of the difference is 0".to_owned());
    if let Some(reason) = area.without_limits().or(reason) {
        difference.reason = Some(reason);
        return Ok(Comparison { difference, ..Comparison::untested() });
    }
    Comparison::within_one(difference, area.df, level)
}

/// A difference of two AUCs on other samples, from both estimates and what they come from. Patients
/// who belong to both are no problem: their contributions correlate.
pub fn unpaired(
    name: &str,
    a: (&Estimate, Option<&Contributions>),
    b: (&Estimate, Option<&Contributions>),
    level: f64,
) -> Result<Comparison, StatsError> {
    let correlation = a.1.zip(b.1).map_or(0.0, |(a, b)| a.correlation(b));
    let areas = [a.1, b.1].map(|found| found.map(Contributions::area));
    let first = Term { estimate: a.0, graded: graded(areas[0].as_ref()) };
    let second = Term { estimate: b.0, graded: graded(areas[1].as_ref()) };
    square_and_add::difference(name, &first, &second, correlation, level)
}

/// As a quantity that is known at every level.
pub(super) fn graded(area: Option<&Area>) -> Option<&dyn Graded> {
    area.map(|area| area as &dyn Graded)
}

fn named(name: &str, form: &str, level: f64) -> String {
    let percent = percent(level);
    if form.is_empty() { format!("{name} {percent}") } else { format!("{name}, {form}, {percent}") }
}
