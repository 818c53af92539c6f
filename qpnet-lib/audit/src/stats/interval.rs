//! From the variance of an AUC to an interval that stays inside [0, 1].
//!
//! The forms, and the rule that chooses between them ([`Form::Auto`]):
//!
//! 1. **Plain** `A ± t s`. Good for large cells of middling AUC; near 1 it leaves [0, 1] and
//!    covers too rarely.
//! 2. **Logit** `expit(logit A ± t s / (A (1 - A)))`: inside (0, 1), asymmetric as the
//!    sampling distribution is. Taken when the AUC is above 0.9 or below 0.1, and when an outcome
//!    has fewer than [`SMALL`] effective units. `t` is Student's, with the degrees of freedom of the
//!    variance (see "Degrees of freedom").
//! 3. **Score** (Newcombe), when the variance is 0: an AUC of 1 says that no pair was seen in the
//!    wrong order, not that none exists. Newcombe's solves `|A - theta| = t sqrt(V(theta))` with the
//!    variance *at the limit*, of as many samples as there are effective units, `t` with two degrees
//!    fewer than these. The method is named in the estimate and the estimate is flagged.
//! 4. Where fewer than [`HANDFUL`] units have an outcome, the wider of the limits of 2 and of 3 with the normal
//!    factor: three positives that happen to lie close together show no spread.
//! 5. **None** where fewer than [`FEWEST`] units (patients, or samples where no one says whose they
//!    are) have an outcome: two patients do not show how much patients differ.
//!
//! **Units** are counted by their share: `e = 1 / sum h^2` of shares `h` of the positives (or negatives)
//! is the number of equal units that would carry as much. Five patients of whom one has 39 of 50 positive
//! images are 1.6 effective ones.
//!
//! **Degrees of freedom**: the smaller of `2 (sum d^2)^2 / sum d^4 - 1` over the contributions `d` of units,
//! and of what the shares allow, at least 1. The first is small where few samples are in the wrong order, so
//! that intervals near an AUC of 1 hold too; the second where one patient holds most samples.
//!
//! Simulated coverage of nominal 95 % over 207 designs, with 3 to 200 patients a side, a largest share up to 91 %, 1
//! to 200 images each, and a spread between patients of 0 to 1.5 times that of images (2,000 draws each, ±0.5;
//! `cargo run --release --example simulate -- few`): 92.8 to 100, half of them above 98.1. Where one patient holds
//! most, or an outcome has five units or fewer, intervals are wider than they say. Obuchowski's formula with normal
//! limits covers 24.9 to 95.0 there.
//!
//! # Source
//! Qin and Hotilovac, Stat Methods Med Res 17:207, 2008 (logit). Newcombe, Stat Med 25:559,
//! 2006, method 5 (score). Effective number of clusters: Carter, Schnepel and Steigerwald, Rev Econ
//! Stat 99:698, 2017.

use super::StatsError;
use super::normal::two_sided_factor;
use super::student::student_factor;
use crate::math::{exp, ln};

/// With fewer effective units than this of an outcome, [`Form::Auto`] takes the logit form.
pub const SMALL: f64 = 50.0;

/// With fewer units than this of an outcome there is no interval.
pub const FEWEST: usize = 3;

/// With fewer units than this of an outcome, limits are at least as wide as the score interval's.
pub const HANDFUL: usize = 5;

/// With fewer effective units than this the estimate is flagged.
pub(super) const FEW: f64 = 10.0;

/// Shape of an interval around an AUC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Logit for small or extreme cells, plain otherwise, with Student's t (see the [module](self)).
    #[default]
    Auto,
    /// `A ± z s`, cut at 0 and 1 with a flag.
    Plain,
    /// Symmetric on the logit scale.
    Logit,
    /// Symmetric on the logit scale, with Student's t.
    LogitT,
}

/// The units that have an outcome: patients, or samples where no one says whose they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Units {
    /// Samples of the outcome.
    pub samples: usize,
    /// Units.
    pub count: usize,
    /// `1 / sum h^2` of their shares `h`.
    pub effective: f64,
    /// The largest share.
    pub largest: f64,
}

impl Units {
    /// Of positive shares that add up to 1, of so many samples.
    pub fn of(shares: &[f64], samples: usize) -> Self {
        let squares: f64 = shares.iter().map(|h| h * h).sum();
        let effective = if squares > 0.0 { 1.0 / squares } else { 0.0 };
        // Equal shares must not count as fewer than they are by rounding.
        let count = shares.len();
        let equal = (effective - count as f64).abs() < 1e-9 * effective;
        let effective = if equal { count as f64 } else { effective };
        Self { samples, count, effective, largest: shares.iter().copied().fold(0.0, f64::max) }
    }

    /// Why there is no interval; `what` are positives or negatives.
    pub(super) fn too_few(&self, what: &str) -> Option<String> {
        let of = match self.count {
            _ if self.count >= FEWEST => return None,
            1 => format!("all {what} are of one patient"),
            count => format!("only {count} patients have {what}"),
        };
        Some(format!("{of}: no interval below {FEWEST}"))
    }

    /// A remark where few carry most.
    pub(super) fn flag(&self, what: &str) -> Option<String> {
        if self.effective >= FEW || self.count == self.samples {
            return None; // single samples that are few are flagged as such
        }
        let percent = 100.0 * self.largest;
        Some(format!("{} {what} of {} patients, {percent:.0} % of them of one", self.samples, self.count))
    }
}

/// An AUC with its variance and the units behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The AUC, or a difference of two.
    pub auc: f64,
    /// `None` when it cannot be estimated (fewer than two units of an outcome).
    pub variance: Option<f64>,
    /// Degrees of freedom of the variance.
    pub df: f64,
    /// Units with positives.
    pub positives: Units,
    /// Units with negatives.
    pub negatives: Units,
    /// Of a difference: whether every placement is the same on both sides.
    pub identical: bool,
}

/// Limits, the name of the form (empty for plain), and what a reader must know.
pub struct Limits {
    /// Lower.
    pub low: f64,
    /// Upper.
    pub high: f64,
    /// As it stands in the method.
    pub form: &'static str,
    /// What a reader must know.
    pub flag: Option<String>,
}

impl Area {
    /// Why there are no limits at any level.
    pub fn without_limits(&self) -> Option<String> {
        self.positives.too_few("positives").or_else(|| self.negatives.too_few("negatives"))
    }

    /// A remark where few patients carry an outcome.
    pub fn flag(&self) -> Option<String> {
        let both = [self.positives.flag("positives"), self.negatives.flag("negatives")];
        let both: Vec<String> = both.into_iter().flatten().collect();
        (!both.is_empty()).then(|| both.join(", "))
    }

    /// The limits at a confidence level; of what [`Area::without_limits`] excludes, they mean nothing.
    pub fn limits(&self, level: f64, form: Form) -> Result<Limits, StatsError> {
        let z = two_sided_factor(level)?;
        let se = match self.variance {
            // At exactly 0 or 1 the logit is infinite; the variance is then 0 up to rounding.
            Some(variance) if variance > 0.0 && self.auc > 0.0 && self.auc < 1.0 => variance.sqrt(),
            _ => return self.score_limits(level),
        };
        let extreme = !(0.1..=0.9).contains(&self.auc);
        if form == Form::Auto && self.positives.count.min(self.negatives.count) < HANDFUL {
            let own = logit(self.auc, student_factor(level, self.df)? * se, "logit t and score");
            let (low, high) = newcombe(self.auc, self.positives.effective, self.negatives.effective, z);
            return Ok(Limits { low: own.low.min(low), high: own.high.max(high), ..own });
        }
        let small = self.positives.effective.min(self.negatives.effective) < SMALL;
        Ok(match form {
            Form::Auto if small || extreme => {
                logit(self.auc, student_factor(level, self.df)? * se, "logit t")
            }
            Form::Auto => plain(self.auc, student_factor(level, self.df)? * se),
            Form::Plain => plain(self.auc, z * se),
            Form::Logit => logit(self.auc, z * se, "logit"),
            Form::LogitT => logit(self.auc, student_factor(level, self.df)? * se, "logit t"),
        })
    }

    fn score_limits(&self, level: f64) -> Result<Limits, StatsError> {
        let (m, n) = (self.positives.effective, self.negatives.effective);
        let t = student_factor(level, (m + n - 2.0).max(1.0))?;
        let (low, high) = newcombe(self.auc, m, n, t);
        let why = if self.auc == 1.0 || self.auc == 0.0 {
            "the classes do not overlap: the estimated variance is 0"
        } else {
            "the estimated variance is 0"
        };
        Ok(Limits { low, high, form: "Newcombe score", flag: Some(format!("{why}; score interval")) })
    }
}

fn plain(auc: f64, width: f64) -> Limits {
    let (low, high) = (auc - width, auc + width);
    let cut = low < 0.0 || high > 1.0;
    let flag = cut.then(|| "plain interval cut at the ends of [0, 1]".to_owned());
    Limits { low: low.max(0.0), high: high.min(1.0), form: "", flag }
}

fn logit(auc: f64, width: f64, form: &'static str) -> Limits {
    let (low, high) = on_logit_scale(auc, width);
    Limits { low, high, form, flag: None }
}

/// `expit(logit x ± width / (x (1 - x)))` for `x` in (0, 1).
pub(super) fn on_logit_scale(x: f64, width: f64) -> (f64, f64) {
    let centre = ln(x / (1.0 - x));
    let half = width / (x * (1.0 - x));
    let expit = |x: f64| 1.0 / (1.0 + exp(-x));
    (expit(centre - half), expit(centre + half))
}

/// The variance `V(theta)` of [`newcombe`].
pub fn newcombe_variance(theta: f64, m: f64, n: f64) -> f64 {
    let (m, n) = (m.max(1.0), n.max(1.0));
    let star = (m + n) / 2.0 - 1.0;
    let inner = 1.0 + star * ((1.0 - theta) / (2.0 - theta) + theta / (1.0 + theta));
    theta * (1.0 - theta) * inner / (m * n)
}

/// Newcombe's score interval for an AUC of `m` positives and `n` negatives, effective
/// numbers of them where they are not alike.
///
/// # Formula
/// Both roots of `|A - theta| = z sqrt(V(theta))` with
/// `V = theta (1 - theta) [1 + N* ((1 - theta) / (2 - theta) + theta / (1 + theta))] / (m n)`
/// and `N* = (m + n) / 2 - 1`.
///
/// # Examples
/// ```
/// let (low, high) = qpnet_audit::stats::interval::newcombe(1.0, 10.0, 10.0, 1.96);
/// assert!(low > 0.75 && low < 0.9 && high == 1.0);
/// ```
pub fn newcombe(auc: f64, m: f64, n: f64, z: f64) -> (f64, f64) {
    let (m, n) = (m.max(1.0), n.max(1.0));
    let sd = |t: f64| newcombe_variance(t, m, n).sqrt();
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
        let units = Units::of(&vec![1.0 / units as f64; units], units);
        Area { auc, variance, df: 40.0, positives: units, negatives: units, identical: false }
    }

    #[test]
    fn the_rule_is_the_documented_one() {
        let form = |auc, units| area(auc, Some(1e-4), units).limits(0.95, Form::Auto).expect("level").form;
        assert_eq!(form(0.8, 50), "");
        assert_eq!(form(0.8, 49), "logit t");
        assert_eq!(form(0.95, 50), "logit t");
        assert_eq!(form(0.05, 50), "logit t");
        // Of 200 patients one has half of the positives: they count as fewer than 50.
        let uneven = Units::of(&[vec![0.5], vec![0.5 / 199.0; 199]].concat(), 398);
        let cell = Area { positives: uneven, ..area(0.8, Some(1e-4), 200) };
        assert_eq!(cell.limits(0.95, Form::Auto).expect("level").form, "logit t");
        assert!((uneven.effective - 3.98).abs() < 0.01, "{uneven:?}");
    }

    #[test]
    fn patients_are_counted_and_the_largest_is_named() {
        let five = Units::of(&[39.0, 5.0, 3.0, 2.0, 1.0].map(|m: f64| m / 50.0), 50);
        let cell = Area { positives: five, ..area(0.8, Some(0.01), 20) };
        assert_eq!(cell.flag().as_deref(), Some("50 positives of 5 patients, 78 % of them of one"));
        assert_eq!(cell.without_limits(), None);
        assert_eq!(area(0.8, Some(0.01), 5).flag(), None);
        let two = Area { negatives: Units::of(&[0.5, 0.5], 9), ..cell };
        assert_eq!(
            two.without_limits().as_deref(),
            Some("only 2 patients have negatives: no interval below 3")
        );
        let one = Area { positives: Units::of(&[1.0], 9), ..cell };
        assert!(one.without_limits().expect("reason").starts_with("all positives are of one patient"));
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
        let (m, n, auc) = (7.0, 12.0, 0.8);
        let (low, high) = newcombe(auc, m, n, Z);
        for t in [low, high] {
            let star = (m + n) / 2.0 - 1.0;
            let v = t * (1.0 - t) / (m * n) * (1.0 + star * ((1.0 - t) / (2.0 - t) + t / (1.0 + t)));
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
