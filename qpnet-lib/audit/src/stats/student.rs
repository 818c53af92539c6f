//! Student's distribution: tails and factors that are right for every number of degrees of freedom.
//!
//! Compared with references of 50 digits (`tests/golden/tails.py`) over 0.5 to 1e15 degrees of
//! freedom, whole or not:
//!
//! | function | range | error |
//! |---|---|---|
//! | [`two_sided_student_p`], [`upper_student_p`] | `df > 0`, any `t` | below 1e-10 of the tail, while that is above 1e-290 |
//! | [`student_factor`] | `df >= 0.1`, `1e-9 <= level <= 1 - 1e-12` | below 1e-10 of the factor |
//!
//! statrs is not asked: its incomplete beta function gives up after 140 terms, and the tail of -1.96 is
//! 0.0737 at 1e15 degrees of freedom.

use super::StatsError;
use super::normal::{two_sided_factor, two_sided_p};
use crate::math::{exp, hypot, ln, ln_1p};
use statrs::function::erf::{erf, erfc};
use std::f64::consts::{PI, SQRT_2};

/// From here on `t` is turned into a normal deviate, whose next term is below all digits.
const LARGE: f64 = 1e4;
/// Fewer degrees of freedom have factors that an `f64` does not hold at every level.
const FEWEST: f64 = 0.1;

/// The factor of a two-sided interval from Student's t with `df` degrees of freedom (which need not
/// be whole, and may be infinite).
///
/// # Formula
/// The `t` with `P(|T| <= t) = level`, by Newton's steps on the logarithms of the smaller of both parts and of `t`.
///
/// # Errors
/// [`StatsError::Level`] unless `0 < level < 1`; [`StatsError::Freedom`] for fewer than 0.1 degrees of freedom.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::student::student_factor;
/// assert!((student_factor(0.95, 10.0)? - 2.2281388519862747).abs() < 1e-12);
/// assert!(student_factor(0.95, 0.0).is_err());
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn student_factor(level: f64, df: f64) -> Result<f64, StatsError> {
    let normal = two_sided_factor(level)?;
    if df.is_nan() || df < FEWEST {
        return Err(StatsError::Freedom(df));
    }
    if df.is_infinite() {
        return Ok(normal);
    }
    let mut log = ln(normal);
    for _ in 0..100 {
        let parts = Parts::of(exp(log), df);
        // Both logarithms are concave in that of t: a step from the far side never passes the root.
        let step = if level < 0.5 {
            ln(parts.centre / level) * parts.centre / parts.slope
        } else {
            ln((1.0 - level) / parts.tail) * parts.tail / parts.slope
        };
        let step = step.clamp(-3.0, 3.0);
        log -= step;
        if step.abs() < 1e-14 {
            break;
        }
    }
    Ok(exp(log))
}

/// Two-sided p-value of a Student's t statistic with `df` degrees of freedom (which need not be whole,
/// and may be infinite). Without a positive number of them nothing is shown: 1.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::student::two_sided_student_p;
/// assert!((two_sided_student_p(-2.2281388519862747, 10.0) - 0.05).abs() < 1e-13);
/// assert_eq!(two_sided_student_p(0.0, 3.0), 1.0);
/// ```
pub fn two_sided_student_p(t: f64, df: f64) -> f64 {
    match df {
        _ if t.is_nan() => f64::NAN,
        f64::INFINITY => two_sided_p(t),
        df if df > 0.0 => Parts::of(t.abs(), df).tail,
        _ => 1.0,
    }
}

/// One-sided p-value of a Student's t statistic, for the alternative "larger"; else as
/// [`two_sided_student_p`].
///
/// # Examples
/// ```
/// use qpnet_audit::stats::student::upper_student_p;
/// assert_eq!(upper_student_p(0.0, 7.0), 0.5);
/// assert!((upper_student_p(1.0, 1.0) - 0.25).abs() < 1e-14); // Cauchy
/// assert!((upper_student_p(-1.0, 1.0) - 0.75).abs() < 1e-14);
/// ```
pub fn upper_student_p(t: f64, df: f64) -> f64 {
    let half = two_sided_student_p(t, df) / 2.0;
    match t {
        _ if df.is_nan() || df <= 0.0 => 1.0,
        t if t < 0.0 => 1.0 - half,
        _ => half,
    }
}

/// The two parts of the distribution that `-t` and `t` cut.
struct Parts {
    /// `P(|T| > t)`
    tail: f64,
    /// `P(|T| <= t)`
    centre: f64,
    /// The derivative of `centre` by the logarithm of `t`.
    slope: f64,
}

impl Parts {
    /// # Formula
    /// With `a = df / 2`, `y = t^2 / (df + t^2)`, `x = 1 - y` and `c = x^a sqrt(y) / B(a, 1/2)`:
    /// `centre = 2 c 2F1(a + 1/2, 1; 3/2; y)` for small `t`, a series of positive terms,
    /// `tail = c / a` times the continued fraction of the incomplete beta function for large ones. From
    /// 10,000 degrees of freedom on the normal tail of Hill's `z(t)`.
    ///
    /// # Source
    /// Abramowitz and Stegun 26.5.8 and 26.7.1; Hill, Commun ACM 13:617, 1970.
    fn of(t: f64, df: f64) -> Self {
        let a = df / 2.0;
        let ratio = t / df.sqrt();
        // 1 + ratio^2 and its logarithm, without overflow and without loss near 1.
        let log = if ratio > 1e8 { 2.0 * ln(ratio) } else { ln_1p(ratio * ratio) };
        let root = ratio / hypot(ratio, 1.0); // sqrt(y)
        let root = if root.is_nan() { 1.0 } else { root };
        if df >= LARGE {
            let z = hill(df, log);
            let slope = 2.0 * root * exp(-a * log) * over_beta(a);
            return Self { tail: erfc(z / SQRT_2), centre: erf(z / SQRT_2), slope };
        }
        let common = root * exp(-a * log) * over_beta(a);
        let slope = 2.0 * common;
        if t * t < 3.0 || ratio < 1.0 && t * t < 12.0 {
            let y = root * root;
            let (mut term, mut sum, mut n) = (1.0, 1.0, 0.0);
            while term > 1e-17 * sum {
                term *= y * (a + 0.5 + n) / (1.5 + n);
                sum += term;
                n += 1.0;
            }
            let centre = (2.0 * common * sum).min(1.0);
            return Self { tail: 1.0 - centre, centre, slope };
        }
        let tail = (common / a * fraction(a, exp(-log))).min(1.0);
        Self { tail, centre: 1.0 - tail, slope }
    }
}

/// `1 / B(a, 1/2) = Gamma(a + 1/2) / (Gamma(a) sqrt(pi))`: the asymptotic series of the ratio at 50 or more, and
/// the recurrence down from there.
fn over_beta(mut a: f64) -> f64 {
    let mut found = 1.0 / PI.sqrt();
    while a < 50.0 {
        found *= a / (a + 0.5);
        a += 1.0;
    }
    let i = 1.0 / (8.0 * a);
    let series = 1.0 + i * (-1.0 + i * (0.5 + i * (2.5 + i * (-21.0 / 8.0 - i * 399.0 / 8.0))));
    found * a.sqrt() * series
}

/// Hill's normal deviate of `t`, of which `log = ln(1 + t^2 / df)` is known.
fn hill(df: f64, log: f64) -> f64 {
    let a = df - 0.5;
    let b = 48.0 * a * a;
    let square = a * log;
    let z = square.sqrt();
    let first = z * (square + 3.0) / b;
    let second = z * (((4.0 * square + 33.0) * square + 240.0) * square + 855.0);
    z + first - second / (10.0 * b * (b + 0.8 * square * square + 100.0))
}

/// The continued fraction of the incomplete beta function of `a` and 1/2, by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    let b = 0.5;
    let kept = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / kept(1.0 - (a + b) * x / (a + 1.0)));
    let mut found = d;
    for m in 1..2_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / kept(1.0 + term * d);
            c = kept(1.0 + term / c);
            change = c * d;
            found *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    found
}
