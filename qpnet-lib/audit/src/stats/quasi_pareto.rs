//! The quasi-Pareto claim: better for the less-prevalent subgroup, not worse for the dominant.

use super::{Comparison, StatsError, obuchowski};

/// One subgroup's test set with the scores of both methods.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// Outcome of each sample.
    pub labels: &'a [bool],
    /// Scores of the method the claim is made for (QPI).
    pub method: &'a [f64],
    /// Scores of the method it is compared with (Mixed).
    pub reference: &'a [f64],
    /// Patient or lesion of each sample.
    pub patients: &'a [usize],
}

/// What the two tests say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Superior on the less-prevalent and non-inferior on the dominant subgroup.
    Shown,
    /// At least one of the two was not shown; that is no proof of the contrary.
    NotShown,
    /// A test does not exist; the reason stands in its difference.
    Undefined,
}

/// The intersection-union test with its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct QuasiPareto {
    /// Method minus reference on the less-prevalent subgroup (its p is two-sided).
    pub less: Comparison,
    /// Method minus reference on the dominant subgroup (its p is two-sided).
    pub dominant: Comparison,
    /// The margin of non-inferiority `epsilon_0`.
    pub margin: f64,
    /// One-sided p-value of "not better on the less-prevalent subgroup".
    pub p_superiority: Option<f64>,
    /// One-sided p-value of "worse by the margin or more on the dominant subgroup".
    pub p_non_inferiority: Option<f64>,
    /// p-value of the claim: the larger of the two.
    pub p: Option<f64>,
    /// The verdict at the level `alpha`.
    pub claim: Claim,
}

/// Level of each one-sided test, the one standard of `run`, `audit` and chapters: a claim is shown just
/// where the two-sided 95 % interval of the gain lies above 0 and that of the price above the margin.
pub const ALPHA: f64 = 0.025;

/// Test the quasi-Pareto claim as an intersection-union test: both null hypotheses must fall,
/// each at the full level `alpha`, so that the larger p-value is the p-value of the claim and
/// no correction for two tests is due. `margin` is fixed before the data are seen. Several claims
/// are several tests: theirs are Holm's to decide.
///
/// # Formula
/// `D = A(method) - A(reference)` with its clustered standard error `s` and Student's distribution function
/// `T` of its degrees of freedom ([`obuchowski`]), `p_sup = 1 - T(D_less / s_less)`,
/// `p_ni = 1 - T((D_domi + margin) / s_domi)`, `p = max(p_sup, p_ni)`. Methods that order all samples alike have `D = s = 0`: superiority
/// has p = 1/2, non-inferiority by a positive margin p = 0.
///
/// # Errors
/// As [`obuchowski::paired`]; [`StatsError::Level`] for `alpha` outside (0, 1),
/// [`StatsError::Margin`] for a negative margin.
///
/// # Source
/// Berger, Technometrics 24:295, 1982 (intersection-union).
///
/// # Examples
/// ```
/// use qpnet_audit::stats::quasi_pareto::{Claim, Scored, quasi_pareto};
/// let labels: Vec<bool> = (0..40).map(|i| i % 2 == 0).collect();
/// let good: Vec<f64> = (0..40).map(|i| f64::from((i * 7) % 20) - f64::from(i % 2) * 15.0).collect();
/// let poor: Vec<f64> = (0..40).map(|i| f64::from((i * 7) % 20)).collect();
/// let patients: Vec<usize> = (0..40).collect();
/// let less = Scored { labels: &labels, method: &good, reference: &poor, patients: &patients };
/// let dominant = Scored { reference: &good, ..less };
/// let found = quasi_pareto(less, dominant, 0.02, 0.05)?;
/// assert_eq!((found.claim, found.p_non_inferiority), (Claim::Shown, Some(0.0)));
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn quasi_pareto(
    less: Scored<'_>,
    dominant: Scored<'_>,
    margin: f64,
    alpha: f64,
) -> Result<QuasiPareto, StatsError> {
    check(margin, alpha)?;
    let compare =
        |s: Scored<'_>| obuchowski::paired(s.labels, s.method, s.reference, s.patients, 1.0 - 2.0 * alpha);
    of_comparisons(compare(less)?, compare(dominant)?, margin, alpha)
}

/// [`quasi_pareto`] of paired differences that were found before, by any measure and method with a
/// standard error: those of a macro AUC or of weighted samples by the bootstrap.
///
/// # Errors
/// [`StatsError::Level`], [`StatsError::Margin`].
pub fn of_comparisons(
    less: Comparison,
    dominant: Comparison,
    margin: f64,
    alpha: f64,
) -> Result<QuasiPareto, StatsError> {
    check(margin, alpha)?;
    let (p_superiority, p_non_inferiority) = (less.one_sided(0.0), dominant.one_sided(margin));
    let p = p_superiority.zip(p_non_inferiority).map(|(a, b)| a.max(b));
    let claim = match p {
        Some(p) if p <= alpha => Claim::Shown,
        Some(_) => Claim::NotShown,
        // One test that fails decides, whether or not the other exists.
        None if p_superiority.or(p_non_inferiority).is_some_and(|p| p > alpha) => Claim::NotShown,
        None => Claim::Undefined,
    };
    Ok(QuasiPareto { less, dominant, margin, p_superiority, p_non_inferiority, p, claim })
}

fn check(margin: f64, alpha: f64) -> Result<(), StatsError> {
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(StatsError::Level(alpha));
    }
    if !(margin >= 0.0 && margin.is_finite()) {
        return Err(StatsError::Margin(margin));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [bool; 6] = [true, true, true, false, false, false];
    const A: [f64; 6] = [0.9, 0.8, 0.3, 0.4, 0.2, 0.1];
    const B: [f64; 6] = [0.9, 0.3, 0.2, 0.4, 0.8, 0.1];

    fn scored<'a>(method: &'a [f64], reference: &'a [f64]) -> Scored<'a> {
        Scored { labels: &LABELS, method, reference, patients: &[0, 1, 2, 3, 4, 5] }
    }

    #[test]
    fn the_larger_p_decides() {
        let found = quasi_pareto(scored(&A, &B), scored(&B, &A), 0.02, 0.05).expect("valid");
        assert_eq!(found.p, found.p_non_inferiority);
        assert_eq!(found.claim, Claim::NotShown);
        let p = found.less.p.expect("a test");
        assert!((found.p_superiority.expect("a test") - p / 2.0).abs() < 1e-12);
    }

    #[test]
    fn identical_methods_are_not_superior() {
        let found = quasi_pareto(scored(&A, &A), scored(&A, &A), 0.02, 0.05).expect("valid");
        let parts = (found.p_superiority, found.p_non_inferiority, found.claim);
        assert_eq!(parts, (Some(0.5), Some(0.0), Claim::NotShown));
    }

    #[test]
    fn a_missing_test_is_undefined_unless_the_other_failed() {
        let none = Scored { labels: &[true; 6], ..scored(&A, &B) };
        let found = quasi_pareto(none, scored(&A, &A), 0.02, 0.05).expect("valid");
        assert_eq!((found.p, found.claim), (None, Claim::Undefined));
        let found = quasi_pareto(none, scored(&B, &A), 0.02, 0.05).expect("valid");
        assert_eq!((found.p, found.claim), (None, Claim::NotShown));
        assert!(quasi_pareto(none, none, -0.1, 0.05).is_err());
        assert!(quasi_pareto(none, none, 0.02, 5.0).is_err());
    }
}
