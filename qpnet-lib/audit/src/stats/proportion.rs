//! A proportion whose samples come in clusters: sensitivity, specificity, share called positive.

use super::bootstrap::Spread;
use super::contributions::Contributions;
use super::interval::Units;
use super::normal::{percent, two_sided_factor};
use super::square_and_add::{self, Graded, Term};
use super::{Comparison, Estimate, StatsError};
use crate::metrics::MetricError;

mod known;

pub(super) use known::wilson;
use known::{FEW, Known};

/// The share of `hits` with Wilson's interval at the effective sample size; `None` of the value
/// without samples. `clusters[i]` is any number that sample `i` shares with the samples of the
/// same patient, and with no other.
///
/// # Formula
/// With the share `h_c` of cluster `c` in the samples, the `C` clusters have the variance
/// `v = (C - 1) / C sum_c (sum_{i in c} (x_i - p) / (n (1 - h_c)))^2` and `t` its degrees of freedom, both
/// as those of an AUC ([`interval`](super::interval)); the effective size is `m = p (1 - p) / v`, at most `n`.
/// Wilson's limits solve `|p - l| = t sqrt(l (1 - l) / m)`. Where `v` is 0 (`p` is 0 or 1, or every cluster has
/// the same share of hits), `m` is the effective number of clusters `1 / sum h^2`, and `t` has one degree fewer.
/// Limits are never wider than Wilson's of so many clusters with the degrees of freedom of their shares: images of
/// a patient cannot repeat each other more than entirely, and where a single patient has a miss, the variance
/// says nothing about its own error.
///
/// With one sample a cluster, and ten of them or more, the variance is known from `p`: `t` is the normal
/// factor, and `m` is `n - 1`, or `n` where `v` is 0. (Programs that take `n` throughout have slightly narrower limits, 1 of 22:
/// 0.008 to 0.218 in place of 0.008 to 0.224.)
///
/// # Errors
/// [`StatsError::Level`]; clusters of another length.
///
/// # Source
/// Wilson, J Am Stat Assoc 22:209, 1927. Korn and Graubard, Survey Methodology 24:193, 1998
/// (effective size, with Student's t).
///
/// # Examples
/// ```
/// use qpnet_audit::stats::proportion;
/// let hits = [true, true, true, true, false, false, true, true];
/// let found = proportion::single("sensitivity", &hits, &[0, 1, 2, 3, 4, 5, 6, 7], 0.95)?;
/// assert_eq!(found.value, Some(0.75));
/// let pairs = proportion::single("sensitivity", &hits, &[0, 0, 1, 1, 2, 2, 3, 3], 0.95)?;
/// assert!(pairs.low < found.low, "images of one patient repeat each other");
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn single(name: &str, hits: &[bool], clusters: &[usize], level: f64) -> Result<Estimate, StatsError> {
    Rate::of(hits, None, clusters)?.estimate(name, level)
}

/// [`single`] when sample `i` counts `weights[i]`, any finite number from 0 up.
///
/// # Formula
/// As [`single`], with weights in place of numbers: `p = sum_i w_i x_i / W`, `W = sum_i w_i`, and `w (x - p)`
/// in the variance.
///
/// # Errors
/// As [`single`]; weights of another length.
///
/// # Source
/// Korn and Graubard, Survey Methodology 24:193, 1998.
pub fn weighted(
    name: &str,
    hits: &[bool],
    weights: &[f64],
    clusters: &[usize],
    level: f64,
) -> Result<Estimate, StatsError> {
    Rate::of(hits, Some(weights), clusters)?.estimate(name, level)
}

/// The first proportion minus the second.
///
/// # Formula
/// Square and add: `d - sqrt((p - l_p)^2 - 2 r (p - l_p) (u_q - q) + (u_q - q)^2)` and its mirror image, from
/// the limits of [`single`], `r` their correlation by clusters that are in both; p is the level at which
/// the interval touches 0.
///
/// # Errors
/// As [`single`] of either.
///
/// # Source
/// Newcombe, Stat Med 17:873, 1998, method 10; Zou and Donner, Stat Med 27:1693, 2008.
pub fn difference(
    name: &str,
    a: (&[bool], &[usize]),
    b: (&[bool], &[usize]),
    level: f64,
) -> Result<Comparison, StatsError> {
    Rate::of(a.0, None, a.1)?.minus(&Rate::of(b.0, None, b.1)?, name, level)
}

/// A proportion that is known at every level.
pub struct Rate {
    samples: usize,
    /// Or why there is none.
    known: Result<Known, &'static str>,
}

impl Rate {
    /// The share of `hits`; weights are absent where all samples count alike.
    pub fn of(hits: &[bool], weights: Option<&[f64]>, clusters: &[usize]) -> Result<Self, StatsError> {
        let expected = hits.len();
        let weighted = weights.map_or(expected, <[f64]>::len);
        for (what, got) in [("the slice of clusters", clusters.len()), ("the slice of weights", weighted)] {
            if expected != got {
                return Err(MetricError::LengthMismatch { what, expected, got }.into());
            }
        }
        let values: Vec<f64> = hits.iter().map(|&hit| f64::from(u8::from(hit))).collect();
        let counted = weights.map_or(hits.len(), |own| own.iter().filter(|&&weight| weight > 0.0).count());
        let known = Contributions::of_mean(&values, clusters, weights);
        let none = if hits.is_empty() { "no samples" } else { "all weights are 0" };
        let known = known.map(|contributions| Known::of(contributions, counted)).ok_or(none);
        Ok(Self { samples: hits.len(), known })
    }

    /// No share of so many samples, and why.
    pub fn unknown(samples: usize, reason: &'static str) -> Self {
        Self { samples, known: Err(reason) }
    }

    /// Of a share that is known by what patients contribute; `counted` samples have a weight.
    pub(super) fn of_contributions(contributions: Contributions, counted: usize) -> Self {
        Self { samples: counted, known: Ok(Known::of(contributions, counted)) }
    }

    /// The limits; those of nothing are 0 and 1.
    pub(super) fn limits(&self, level: f64) -> Result<(f64, f64), StatsError> {
        self.known.as_ref().map_or(Ok((0.0, 1.0)), |known| known.wilson(level))
    }

    /// The rate with its interval at `level`; `name` is what stands in the method.
    ///
    /// # Errors
    /// [`StatsError::Level`].
    pub fn estimate(&self, name: &str, level: f64) -> Result<Estimate, StatsError> {
        two_sided_factor(level)?;
        let with = match &self.known {
            Ok(known) if known.choice > 0.0 => " with the choice of the threshold",
            _ => "",
        };
        let method = format!("{name}, Wilson at the effective size{with}, {}", percent(level));
        let known = match &self.known {
            Ok(known) => known,
            Err(reason) => return Ok(Estimate::undefined(method, self.samples, *reason)),
        };
        let (low, high) = known.wilson(level)?;
        let mut found = Estimate::new(known.value(), low, high, method, self.samples);
        found.se = known.contributions.area().variance.map(|variance| (variance + known.choice).sqrt());
        let Units { count, effective, largest, .. } = known.units;
        let few = (effective < FEW).then(|| match count as f64 > effective {
            true => format!("{count} independent units, {:.0} % of one", 100.0 * largest),
            false => format!("only {count} independent units"),
        });
        Ok(found.flagged(few))
    }

    /// This minus `other`.
    pub fn minus(&self, other: &Self, name: &str, level: f64) -> Result<Comparison, StatsError> {
        self.minus_chosen(other, 0.0, name, level)
    }

    /// This minus `other`, whose thresholds were chosen: `common` is the covariance that the choice gives them, 0 of
    /// two choices.
    pub fn minus_chosen(
        &self,
        other: &Self,
        common: f64,
        name: &str,
        level: f64,
    ) -> Result<Comparison, StatsError> {
        let (a, b) = (self.estimate(name, level)?, other.estimate(name, level)?);
        let both = self.known.as_ref().ok().zip(other.known.as_ref().ok());
        let correlation = both.map_or(0.0, |(a, b)| a.correlation(b, common));
        let a = Term { estimate: &a, graded: graded(&self.known) };
        let b = Term { estimate: &b, graded: graded(&other.known) };
        square_and_add::difference(name, &a, &b, correlation, level)
    }

    /// One minus the proportion.
    pub fn mirrored(&self) -> Self {
        let turned = |known: &Known| Known { contributions: known.contributions.mirrored(), ..*known };
        Self { known: self.known.as_ref().map(turned).map_err(|reason| *reason), samples: self.samples }
    }

    /// The rate at a threshold that other patients chose, whose choice adds `spread`.
    ///
    /// # Formula
    /// `v + c` in place of `v` in the effective size, `c` the variance of the choice, and Satterthwaite's degrees of
    /// freedom of the sum. Where `v` is 0, `1 / m` grows by `c / (q (1 - q))`, `q = (m p + 2) / (m + 4)`; so do the
    /// widest limits. If patients are in both parts (`shared`), choice and rate may err together: `c + 2 sqrt(v c)` in
    /// place of `c`, the most that it can be.
    ///
    /// # Source
    /// Satterthwaite, Biometrics Bulletin 2:110, 1946; Agresti and Coull, Am Stat 52:119, 1998 (`q`).
    pub fn chosen(&self, spread: Spread, shared: bool) -> Self {
        let of = |known: &Known| known.chosen(spread, shared);
        Self { known: self.known.as_ref().map(of).map_err(|reason| *reason), samples: self.samples }
    }

    /// The proportion, where there is one.
    pub fn value(&self) -> Option<f64> {
        self.known.as_ref().ok().map(|known| known.contributions.value)
    }

    /// [`Contributions::alone`] of a proportion.
    pub fn alone(self) -> Self {
        let of = |known: Known| Known { contributions: known.contributions.alone(), ..known };
        Self { known: self.known.map(of), ..self }
    }
}

fn graded<'a>(known: &'a Result<Known, &'static str>) -> Option<&'a dyn Graded> {
    known.as_ref().ok().map(|known| known as &dyn Graded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn limits_solve_wilsons_equation() {
        let (p, size, z) = (0.3, 57.0, 1.959_963_984_540_054);
        let (low, high) = wilson(p, size, z);
        for limit in [low, high] {
            let distance: f64 = p - limit;
            assert_abs_diff_eq!(distance.abs(), z * (limit * (1.0 - limit) / size).sqrt(), epsilon = 1e-12);
        }
    }

    #[test]
    fn all_or_none_still_have_an_interval() {
        let clusters: Vec<usize> = (0..20).collect();
        let all = single("s", &[true; 20], &clusters, 0.95).expect("valid");
        assert_eq!((all.value, all.high), (Some(1.0), Some(1.0)));
        // 1 / (1 + z^2 / n)
        assert_abs_diff_eq!(
            all.low.expect("low"),
            1.0 / (1.0 + 3.841_458_820_694_124 / 20.0),
            epsilon = 1e-9
        );
        assert_eq!(single("s", &[], &[], 0.95).expect("valid").value, None);
        assert!(single("s", &[true], &[], 0.95).is_err());
    }

    #[test]
    fn weights_of_samples_that_are_clusters_act_as_repetitions_of_hits() {
        let hits = [true, false, true, true, false, true];
        let clusters = [0, 1, 2, 3, 4, 5];
        let found = weighted("s", &hits, &[2.0, 1.0, 0.0, 1.0, 3.0, 1.0], &clusters, 0.95).expect("valid");
        assert_eq!(found.value, Some(0.5));
        // (2 + 1 + 1)/8; deviations 1, -1/2, 1/2, -3/2, 1/2 over what the others weigh: 6, 7, 7, 5, 7.
        let squares: f64 = 1.0 / 36.0 + 3.0 * 0.25 / 49.0 + 2.25 / 25.0;
        assert_abs_diff_eq!(found.se.expect("se"), (0.8 * squares).sqrt(), epsilon = 1e-12);
        let scaled = weighted("s", &hits, &[0.2, 0.1, 0.0, 0.1, 0.3, 0.1], &clusters, 0.95).expect("valid");
        assert_abs_diff_eq!(found.low.expect("low"), scaled.low.expect("low"), epsilon = 1e-12);
        let none = weighted("s", &hits, &[0.0; 6], &clusters, 0.95).expect("valid");
        assert_eq!(none.reason.as_deref(), Some("all weights are 0"));
        assert!(weighted("s", &hits, &[1.0], &clusters, 0.95).is_err());
    }

    #[test]
    fn a_cluster_of_copies_counts_once() {
        let hits: Vec<bool> = (0..60).map(|i| i / 3 % 2 == 0).collect();
        let (three, one): (Vec<usize>, Vec<usize>) = ((0..60).map(|i| i / 3).collect(), (100..120).collect());
        let copies = single("s", &hits, &three, 0.95).expect("valid");
        let once: Vec<bool> = (0..20).map(|i| i % 2 == 0).collect();
        let single_ = single("s", &once, &one, 0.95).expect("valid");
        // The same variance, whose factor is Student's where it had to be estimated.
        assert_abs_diff_eq!(copies.se.expect("se"), single_.se.expect("se"), epsilon = 1e-12);
        assert!(copies.low < single_.low);
        let gap = difference("gap", (&hits, &three), (&once, &one), 0.95).expect("valid");
        assert_eq!((gap.difference.value, gap.p), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn a_share_of_one_is_not_known_exactly() {
        // 8 of 8 against 30 of 40: Wald takes the first for certain, its p is 0.0003.
        let (all, some) = (vec![true; 8], (0..40).map(|i| i % 4 != 0).collect::<Vec<_>>());
        let (a, b): (Vec<usize>, Vec<usize>) = ((0..8).collect(), (8..48).collect());
        let found = difference("gap", (&all, &a), (&some, &b), 0.95).expect("valid");
        let (low, p) = (found.difference.low.expect("low"), found.p.expect("p"));
        assert!(low < 0.0 && p > 0.05, "{low} {p}");
    }

    #[test]
    fn one_patient_with_most_samples_leaves_the_share_open() {
        let patients: Vec<usize> = [39, 5, 3, 2, 1]
            .iter()
            .enumerate()
            .flat_map(|(patient, &m)| std::iter::repeat_n(patient, m))
            .collect();
        let hits: Vec<bool> =
            patients.iter().enumerate().map(|(i, &patient)| patient == 0 || i % 2 == 0).collect();
        let found = single("s", &hits, &patients, 0.95).expect("valid");
        assert!(found.low < Some(0.3), "{found:?}");
        assert_eq!(found.flag.as_deref(), Some("5 independent units, 78 % of one"));
    }

    #[test]
    fn a_choice_adds_its_variance_and_none_changes_nothing() {
        let hits: Vec<bool> = (0..80).map(|i| i % 4 != 0).collect();
        let clusters: Vec<usize> = (0..80).map(|i| i / 2).collect();
        let rate = Rate::of(&hits, None, &clusters).expect("lengths");
        let plain = rate.estimate("s", 0.95).expect("valid");
        let spread = |variance| Spread { variance, df: 50.0 };
        let none = rate.chosen(spread(0.0), false).estimate("s", 0.95).expect("valid");
        assert_abs_diff_eq!(none.low.expect("low"), plain.low.expect("low"), epsilon = 1e-12);
        assert_eq!(none.method, plain.method);
        let own = plain.se.expect("se");
        let more = rate.chosen(spread(own * own), false).estimate("s", 0.95).expect("valid");
        assert_abs_diff_eq!(more.se.expect("se"), own * 2f64.sqrt(), epsilon = 1e-12);
        assert!(more.low < plain.low && more.high > plain.high && more.value == plain.value);
        let both = rate.chosen(spread(own * own), true).estimate("s", 0.95).expect("valid");
        assert_abs_diff_eq!(both.se.expect("se"), own * 2.0, epsilon = 1e-12);
        // All hits: the variance is 0, the choice is not.
        let all = Rate::of(&[true; 20], None, &(0..20).collect::<Vec<_>>()).expect("lengths");
        let [one, two] =
            [0.0, 0.01].map(|c| all.chosen(spread(c), false).estimate("s", 0.95).expect("valid"));
        assert!(two.low < one.low && two.high == Some(1.0), "{one:?} {two:?}");
        // One choice for both moves both alike: their difference is surer than with two.
        let (a, b) = (rate.chosen(spread(0.004), false), all.chosen(spread(0.004), false));
        let alike = a.minus_chosen(&b, 0.004, "gap", 0.95).expect("valid").difference;
        let apart = a.minus_chosen(&b, 0.0, "gap", 0.95).expect("valid").difference;
        // The share of 1 has nothing above it, so that the lower limit stays.
        assert!(alike.low >= apart.low && alike.high < apart.high, "{alike:?} {apart:?}");
    }

    #[test]
    fn one_miss_of_many_patients_is_not_taken_for_one_patient() {
        let hits: Vec<bool> = (0..150).map(|i| i != 7).collect();
        let patients: Vec<usize> = (0..150).map(|i| i / 2).collect();
        let found = single("s", &hits, &patients, 0.95).expect("valid");
        let (_, low, high) = found.triple().expect("defined");
        // 74.5 of 75 patients by Wilson with t of 73 degrees: 0.93 to 1.00.
        assert!(low > 0.92 && low < 0.97 && high > 0.995, "{found:?}");
    }
}
