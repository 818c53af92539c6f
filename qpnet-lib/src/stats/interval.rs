//! From the variance of an AUC to an interval that stays inside [0, 1].
//!
//! The forms, and the rule that chooses between them ([`Form::Auto`]):
//!
//! 1. **Plain** `A ± z s`. Good for large cells of middling AUC; near 1 it leaves [0, 1] and
//!    covers too rarely.
//! 2. **Logit** `expit(logit A ± z s / (A (1 - A)))`: inside (0, 1), asymmetric as the
//!    sampling distribution is. Taken when the AUC is above 0.9 or below 0.1.
//! 3. **Logit with Student's t** in place of `z`: taken when a class has fewer than [`SMALL`]
//!    independent units, where the variance itself is uncertain. With the two parts
//!    `P = S10 / m` and `Q = S01 / n` of the variance, Satterthwaite's degrees of freedom are
//!    `(P + Q)^2 / (P^2 / (m - 1) + Q^2 / (n - 1))`.
//! 4. **Score** (Newcombe), when the variance is 0 or cannot be estimated: an AUC of 1 says
//!    that no pair was seen in the wrong order, not that none exists. DeLong's variance is 0
//!    there and would give an interval without width. Newcombe's solves
//!    `|A - theta| = z sqrt(V(theta))` with the variance *at the limit*. The method is named
//!    in the estimate and the estimate is flagged.
//!
//! Simulated coverage of nominal 95 % (binormal scores, 20,000 draws each, of
//! `forms_of_small_cells` in `tests/stats_coverage.rs`), positives + negatives:
//!
//! | cell | AUC | plain | logit | logit t |
//! |---|---|---|---|---|
//! | 30 + 70 | 0.80 | 93.5 | 95.3 | 95.8 |
//! | 20 + 20 | 0.90 | 88.6 | 95.4 | 96.1 |
//! | 12 + 12 | 0.80 | 90.2 | 96.2 | 97.3 |
//! | 10 + 100 | 0.75 | 90.3 | 93.1 | 95.2 |
//! | 15 + 85 | 0.95 | 83.9 | 92.4 | 93.5 |
//! | 10 + 100 | 0.90 | 83.9 | 90.2 | 92.3 |
//! | 40 + 400 | 0.97 | 86.6 | 91.1 | 91.6 |
//!
//! So where few positives meet an AUC near 1, even the chosen form misses the truth in
//! about 8 of 100 cells instead of 5.
//!
//! # Source
//! Qin and Hotilovac, Stat Methods Med Res 17:207, 2008 (logit). Newcombe, Stat Med 25:559,
//! 2006, method 5 (score).
//! Degrees of freedom as in Brunner and Munzel, Biometrical J 42:17, 2000.

use super::StatsError;
use super::normal::two_sided_factor;
use super::student::student_factor;

/// With fewer independent units than this in a class, [`Form::Auto`] takes Student's t.
pub const SMALL: usize = 50;

/// Shape of an interval around an AUC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Logit t for small cells, logit for extreme ones, plain otherwise (see the [module](self)).
    #[default]
    Auto,
    /// `A ± z s`, cut at 0 and 1 with a flag.
    Plain,
    /// Symmetric on the logit scale.
    Logit,
    /// Symmetric on the logit scale, with Student's t.
    LogitT,
}

/// An AUC with its variance and the number of independent units behind it.
pub(crate) struct Area {
    pub auc: f64,
    /// `None` when it cannot be estimated (fewer than two units in a class).
    pub variance: Option<f64>,
    /// Satterthwaite's degrees of freedom of the variance.
    pub df: f64,
    /// Samples, or clusters, that hold a positive.
    pub positive_units: usize,
    /// Samples, or clusters, that hold a negative.
    pub negative_units: usize,
    /// Of a difference: whether every placement is the same on both sides.
    pub identical: bool,
}

/// Limits, the name of the form (empty for plain), and what a reader must know.
pub(crate) struct Limits {
    pub low: f64,
    pub high: f64,
    pub form: &'static str,
    pub flag: Option<String>,
}

impl Area {
    /// The limits at a confidence level.
    pub fn limits(&self, level: f64, form: Form) -> Result<Limits, StatsError> {
        let z = two_sided_factor(level)?;
        let se = match self.variance {
            Some(variance) if variance > 0.0 => variance.sqrt(),
            found => return Ok(self.score_limits(z, found.is_some())),
        };
        // At exactly 0 or 1 the logit is infinite; the variance is then 0 up to rounding.
        if self.auc <= 0.0 || self.auc >= 1.0 {
            return Ok(self.score_limits(z, true));
        }
        let extreme = !(0.1..=0.9).contains(&self.auc);
        let small = self.positive_units.min(self.negative_units) < SMALL;
        Ok(match form {
            Form::Auto if small => logit(self.auc, student_factor(level, self.df)? * se, "logit t"),
            Form::Auto if extreme => logit(self.auc, z * se, "logit"),
            Form::Auto | Form::Plain => plain(self.auc, z * se),
            Form::Logit => logit(self.auc, z * se, "logit"),
            Form::LogitT => logit(self.auc, student_factor(level, self.df)? * se, "logit t"),
        })
    }

    fn score_limits(&self, z: f64, estimable: bool) -> Limits {
        let (low, high) = newcombe(self.auc, self.positive_units, self.negative_units, z);
        let why = if !estimable {
            "fewer than two independent units of a class: no variance"
        } else if self.auc == 1.0 || self.auc == 0.0 {
            "the classes do not overlap: the estimated variance is 0"
        } else {
            "the estimated variance is 0"
        };
        Limits { low, high, form: "Newcombe score", flag: Some(format!("{why}; score interval")) }
    }
}

fn plain(auc: f64, width: f64) -> Limits {
    let (low, high) = (auc - width, auc + width);
    let cut = low < 0.0 || high > 1.0;
    let flag = cut.then(|| "plain interval cut at the ends of [0, 1]".to_owned());
    Limits { low: low.max(0.0), high: high.min(1.0), form: "", flag }
}

fn logit(auc: f64, width: f64, form: &'static str) -> Limits {
    let centre = (auc / (1.0 - auc)).ln();
    let half = width / (auc * (1.0 - auc));
    let expit = |x: f64| 1.0 / (1.0 + (-x).exp());
    Limits { low: expit(centre - half), high: expit(centre + half), form, flag: None }
}

/// Satterthwaite's degrees of freedom of a variance `p + q`, of `m` and `n` units.
pub(crate) fn satterthwaite(p: f64, m: usize, q: f64, n: usize) -> f64 {
    let part = |v: f64, k: usize| v * v / (k as f64 - 1.0);
    (p + q).powi(2) / (part(p, m) + part(q, n))
}

/// Newcombe's score interval for an AUC of `m` positives and `n` negatives.
///
/// # Formula
/// Both roots of `|A - theta| = z sqrt(V(theta))` with
/// `V = theta (1 - theta) [1 + N* ((1 - theta) / (2 - theta) + theta / (1 + theta))] / (m n)`
/// and `N* = (m + n) / 2 - 1`.
///
/// # Examples
/// ```
/// let (low, high) = qpnet_lib::stats::interval::newcombe(1.0, 10, 10, 1.96);
/// assert!(low > 0.75 && low < 0.9 && high == 1.0);
/// ```
pub fn newcombe(auc: f64, m: usize, n: usize, z: f64) -> (f64, f64) {
    let (m, n) = (m.max(1) as f64, n.max(1) as f64);
    let star = (m + n) / 2.0 - 1.0;
    let sd = |t: f64| {
        let inner = 1.0 + star * ((1.0 - t) / (2.0 - t) + t / (1.0 + t));
        (t * (1.0 - t) * inner / (m * n)).sqrt()
    };
    let root = |mut outside: f64, mut inside: f64| {
        for _ in 0..200 {
            let middle = (outside + inside) / 2.0;
            if (auc - middle).abs() > z * sd(middle) {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        inside
    };
    let low = if auc > 0.0 { root(0.0, auc) } else { 0.0 };
    let high = if auc < 1.0 { root(1.0, auc) } else { 1.0 };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    const Z: f64 = 1.959963984540054;

    fn area(auc: f64, variance: Option<f64>, units: usize) -> Area {
        Area { auc, variance, df: 40.0, positive_units: units, negative_units: units, identical: false }
    }

    #[test]
    fn the_rule_is_the_documented_one() {
        let form = |auc, units| area(auc, Some(1e-4), units).limits(0.95, Form::Auto).expect("level").form;
        assert_eq!(form(0.8, SMALL), "");
        assert_eq!(form(0.8, SMALL - 1), "logit t");
        assert_eq!(form(0.95, SMALL), "logit");
        assert_eq!(form(0.05, SMALL), "logit");
    }

    #[test]
    fn an_auc_of_one_has_a_one_sided_interval_and_says_so() {
        for variance in [Some(0.0), None] {
            let limits = area(1.0, variance, 20).limits(0.95, Form::Auto).expect("level");
            assert_eq!(limits.high, 1.0);
            assert!(limits.low > 0.8 && limits.low < 0.97, "{}", limits.low);
            assert!(limits.flag.is_some());
        }
        let mirrored = area(0.0, Some(0.0), 20).limits(0.95, Form::Auto).expect("level");
        let upper = area(1.0, Some(0.0), 20).limits(0.95, Form::Auto).expect("level");
        assert_abs_diff_eq!(mirrored.high, 1.0 - upper.low, epsilon = 1e-12);
    }

    #[test]
    fn the_score_limits_solve_their_equation() {
        let (m, n, auc) = (7usize, 12usize, 0.8);
        let (low, high) = newcombe(auc, m, n, Z);
        for t in [low, high] {
            let star = (m + n) as f64 / 2.0 - 1.0;
            let v = t * (1.0 - t) / (m * n) as f64 * (1.0 + star * ((1.0 - t) / (2.0 - t) + t / (1.0 + t)));
            assert_abs_diff_eq!((auc - t).abs(), Z * v.sqrt(), epsilon = 1e-12);
        }
        assert!(low < auc && auc < high);
    }

    #[test]
    fn plain_limits_are_cut_with_a_flag() {
        let limits = area(0.95, Some(0.01), 80).limits(0.95, Form::Plain).expect("level");
        assert_eq!(limits.high, 1.0);
        assert!(limits.flag.is_some());
    }
}
