//! A difference of two quantities from the limits of both, and the test that belongs to it.

use super::comparison::Comparison;
use super::normal::{percent, two_sided_factor};
use super::{Estimate, StatsError};
use crate::math::{exp, ln};

/// Halvings of the logarithm of p: to ten digits of it.
const STEPS: usize = 40;
/// p-values are not told apart below this.
const SMALLEST: f64 = 1e-12;

/// A quantity whose limits are known at every level.
pub(crate) trait Graded {
    /// The value.
    fn value(&self) -> f64;
    /// The limits; `None` where there is no interval.
    fn limits_at(&self, level: f64) -> Result<Option<(f64, f64)>, StatsError>;
}

/// What is known of one side of a difference.
pub(crate) struct Term<'a> {
    /// With its interval at the level of the difference, or the reason why there is none.
    pub estimate: &'a Estimate,
    /// The same at every level; `None` where the value does not exist.
    pub graded: Option<&'a dyn Graded>,
}

/// The first minus the second.
///
/// # Formula
/// `d - sqrt((x - l_x)^2 - 2 r (x - l_x) (u_y - y) + (u_y - y)^2)` and its mirror image from the limits of
/// both, with their correlation `r` (0 where nobody belongs to both). p is the `1 - level` at which
/// the interval touches 0: interval and test never contradict each other. The standard error of the
/// difference, where both have one, is `sqrt(s_x^2 - 2 r s_x s_y + s_y^2)`, for orientation.
///
/// # Errors
/// [`StatsError::Level`].
///
/// # Source
/// Newcombe, Stat Med 17:873, 1998, method 10; with a correlation Zou and Donner, Stat Med 27:1693, 2008.
pub(crate) fn difference(
    name: &str,
    a: &Term<'_>,
    b: &Term<'_>,
    correlation: f64,
    level: f64,
) -> Result<Comparison, StatsError> {
    two_sided_factor(level)?;
    let method = format!("{name}, square and add, {}", percent(level));
    let n = a.estimate.n + b.estimate.n;
    let (Some(x), Some(y)) = (a.graded, b.graded) else {
        return Ok(Comparison::undefined(method, n, reasons(a, b)));
    };
    let value = x.value() - y.value();
    let mut found = Estimate::bare(value, method, n);
    for (which, term) in [("first", a), ("second", b)] {
        found = found.flagged(term.estimate.flag.as_ref().map(|f| format!("{which}: {f}")));
    }
    let square = |s: f64, t: f64| (s * s - 2.0 * correlation * s * t + t * t).max(0.0).sqrt();
    let at = |level: f64| -> Result<Option<(f64, f64)>, StatsError> {
        let both = x.limits_at(level)?.zip(y.limits_at(level)?);
        Ok(both.map(|((x_low, x_high), (y_low, y_high))| {
            let low = value - square(x.value() - x_low, y_high - y.value());
            (low, value + square(x_high - x.value(), y.value() - y_low))
        }))
    };
    let Some((low, high)) = at(level)? else {
        found.reason = Some(reasons(a, b));
        return Ok(Comparison { difference: found, ..Comparison::untested() });
    };
    (found.low, found.high) = (Some(low.max(-1.0)), Some(high.min(1.0)));
    found.se = a.estimate.se.zip(b.estimate.se).map(|(s, t)| square(s, t));
    let p = touching(|level| Ok(at(level)?.is_some_and(|(low, high)| low <= 0.0 && 0.0 <= high)))?;
    Ok(Comparison { difference: found, p: Some(p), ..Comparison::untested() })
}

fn reasons(a: &Term<'_>, b: &Term<'_>) -> String {
    let side = |which: &str, term: &Term<'_>| term.estimate.reason.as_ref().map(|r| format!("{which}: {r}"));
    let found: Vec<String> = [side("first", a), side("second", b)].into_iter().flatten().collect();
    if found.is_empty() { "one of the two does not exist".to_owned() } else { found.join("; ") }
}

/// The largest `1 - level` at which the interval still holds the null hypothesis.
pub(super) fn touching(holds: impl Fn(f64) -> Result<bool, StatsError>) -> Result<f64, StatsError> {
    // At level 0 an interval is its value: only a difference of exactly 0 is held there.
    if holds(1e-9)? {
        return Ok(1.0);
    }
    let (mut held, mut beyond) = (ln(SMALLEST), 0.0f64);
    if !holds(1.0 - SMALLEST)? {
        return Ok(SMALLEST);
    }
    for _ in 0..STEPS {
        let middle = (held + beyond) / 2.0;
        *(if holds(1.0 - exp(middle))? { &mut held } else { &mut beyond }) = middle;
    }
    Ok(exp(held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::normal::two_sided_p;
    use approx::assert_abs_diff_eq;

    /// A normal quantity.
    struct Known(f64, f64);

    impl Graded for Known {
        fn value(&self) -> f64 {
            self.0
        }
        fn limits_at(&self, level: f64) -> Result<Option<(f64, f64)>, StatsError> {
            let half = two_sided_factor(level)? * self.1;
            Ok(Some((self.0 - half, self.0 + half)))
        }
    }

    fn of(x: &Known, y: &Known, correlation: f64) -> Comparison {
        let estimate = |known: &Known| {
            let (low, high) = known.limits_at(0.95).expect("level").expect("limits");
            Estimate { se: Some(known.1), ..Estimate::new(known.0, low, high, "m", 50) }
        };
        let (a, b) = (estimate(x), estimate(y));
        let (a, b) = (Term { estimate: &a, graded: Some(x) }, Term { estimate: &b, graded: Some(y) });
        difference("gap", &a, &b, correlation, 0.95).expect("level")
    }

    #[test]
    fn normal_quantities_have_the_test_of_wald() {
        for (x, y, correlation) in [(0.3, 0.2, 0.0), (0.2, 0.26, 0.5), (0.5, 0.1, -0.3), (0.5, 0.5, 0.0)] {
            let found = of(&Known(x, 0.03), &Known(y, 0.04), correlation);
            let se = (0.0009f64 + 0.0016 - 2.0 * correlation * 0.0012).sqrt();
            assert_abs_diff_eq!(found.difference.se.expect("se"), se, epsilon = 1e-15);
            let p = found.p.expect("a test");
            assert!((p / two_sided_p((x - y) / se).max(SMALLEST) - 1.0).abs() < 1e-4, "{p}");
        }
    }

    #[test]
    fn p_lies_below_the_level_just_where_the_interval_leaves_zero() {
        for step in 0..200 {
            let found = of(&Known(0.5 + f64::from(step) / 1000.0, 0.03), &Known(0.5, 0.04), 0.0);
            let outside = found.difference.low > Some(0.0);
            assert_eq!(found.p < Some(0.05), outside, "{step}");
        }
    }

    #[test]
    fn one_that_is_missing_says_why() {
        let none = Estimate::undefined("m", 3, "no positives among 3 samples");
        let some = Estimate::bare(0.5, "m", 4);
        let term = |estimate| Term { estimate, graded: None };
        let found = difference("gap", &term(&none), &term(&some), 0.0, 0.95).expect("level");
        assert_eq!(found.difference.reason.as_deref(), Some("first: no positives among 3 samples"));
        assert_eq!((found.p, found.difference.n), (None, 7));
    }
}
