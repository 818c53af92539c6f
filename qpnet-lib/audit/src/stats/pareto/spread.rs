//! Shape and spread of the rows of a learning curve, and how seeds would have moved it.

use super::profile::Profile;
use crate::rng::Rng;
use crate::stats::StatsError;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// Mean over rows.
pub(super) fn average(rows: &[Vec<f64>]) -> Vec<f64> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns).map(|k| rows.iter().map(|row| row[k]).sum::<f64>() / rows.len() as f64).collect()
}

pub(super) fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Covariance of columns whose rows sum to 0, divisor one less than the rows; 0 for one row.
pub(super) fn covariance(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let (columns, free) = (rows.first().map_or(0, Vec::len), (rows.len() as f64 - 1.0).max(1.0));
    let entry = |k: usize, l: usize| rows.iter().map(|row| row[k] * row[l]).sum::<f64>() / free;
    (0..columns).map(|k| (0..columns).map(|l| entry(k, l)).collect()).collect()
}

/// Variance of the shape of a curve: the trace of its covariance less that of its level, which
/// moves no difference between sizes.
fn shape_variance(covariance: &[Vec<f64>]) -> f64 {
    let trace: f64 = (0..covariance.len()).map(|k| covariance[k][k]).sum();
    trace - covariance.iter().flatten().sum::<f64>() / covariance.len() as f64
}

/// The number of seeds, when every size has as many.
pub(super) fn shape<T>(sizes: &[usize], rows: &[Vec<T>]) -> Result<usize, StatsError> {
    let wrong = |what, expected, got| Err(StatsError::Curve { what, expected, got });
    if sizes.len() < 2 {
        return wrong("sizes of a learning curve (at least two)", 2, sizes.len());
    }
    if rows.len() != sizes.len() {
        return wrong("rows of a learning curve (one per size)", sizes.len(), rows.len());
    }
    let seeds = rows[0].len();
    if seeds == 0 {
        return wrong("seeds of a learning curve (at least one)", 1, 0);
    }
    match rows.iter().find(|row| row.len() != seeds) {
        Some(row) => wrong("seeds of a size (as many as of the first)", seeds, row.len()),
        None => Ok(seeds),
    }
}

/// How the noise of seeds is imitated, from few residual curves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeedNoise {
    /// With a size and a direction as uncertain as few seeds leave them. It keeps the level of
    /// [`LearningCurve::violation`](super::LearningCurve::violation).
    #[default]
    Uncertain,
    /// As the residuals show it: normal, with their covariance. **For comparison only**: with two seeds
    /// the test rejects up to three times as often as it says.
    AsSeen,
}

/// How seeds would have moved the mean curve.
///
/// # Formula
/// With residual curves `r_s` of `S` seeds at `K` sizes, `u` the variance of their shape (the trace of
/// their covariance, without that of the level) and `v` the part of it that patients explain:
///
/// - **Direction.** Between what few seeds show and no direction at all:
///   `d = sqrt(w u / ((K - 1) S)) n + sqrt((1 - w) / (S (S - 1))) sum_s g_s r_s` with normal `n_k`, `g_s`
///   and `w = 2 (K - 1) / (2 (K - 1) + S - 1)`. Residuals of two seeds have one direction only, in which `K`
///   sizes move together: taken alone they hide most of what a curve may do. `w` is that of an
///   inverse Wishart prior with twice the fewest degrees of freedom that it may have. The `n_k` are
///   independent, with the variances of [`Profile`]: seeds may differ more at small sizes than at
///   large ones.
/// - **Size.** `e = sqrt(f - v / u) d` with `f = m / chi^2_m` and the `m` of [`Profile`],
///   `(K - 1)(S - 1)` at most: a draw of the variance of seeds from what is known of it. Fitting the
///   residuals uses up nothing but `m`; what a seed does on *these* patients is in their error already
///   and is taken off (`v`), **after** the draw.
/// - **Less than patients explain.** Where `f u < v`, nothing is added, and the error of patients, whose
///   shape has the variance `a`, is multiplied by `sqrt(max(0, 1 - (v - f u) / (a S)))`. In both cases
///   the error has the variance `a + (f u - v) / S`: that of what patients do to all seeds alike, and that
///   of everything else by the residuals. Were `v` the least, as it is in truth, only draws that are too
///   large would count, and a flat curve whose seeds add nothing would be rejected once or twice in a
///   hundred.
///
/// With one seed nothing is added. [`SeedNoise::AsSeen`] has `w = 0` and `f = 1`.
///
/// # Source
/// Weerahandi, *Exact Statistical Methods for Data Analysis*, 1995 (variance components by
/// generalised p-values); Chen, JRSS B 41:235, 1979 (covariance under an inverse Wishart prior).
pub(super) struct Imitation<'a> {
    noise: SeedNoise,
    residuals: &'a [Vec<f64>],
    /// `v / u`
    explained: f64,
    /// `u / (a S)`
    share: f64,
    /// Of normal deviates at each size.
    own: Vec<f64>,
    /// Of residuals.
    block: f64,
    chi: Option<ChiSquared<f64>>,
    df: f64,
}

impl<'a> Imitation<'a> {
    /// From the residuals `[S][K]`, and the covariances `[K][K]` over patients of what is a seed's own and of the
    /// mean.
    pub(super) fn of(
        residuals: &'a [Vec<f64>],
        interaction: &[Vec<f64>],
        patients: &[Vec<f64>],
        noise: SeedNoise,
    ) -> Self {
        let (seeds, sizes) = (residuals.len() as f64, residuals.first().map_or(0, Vec::len));
        let spread = shape_variance(&covariance(residuals));
        let free = sizes as f64 - 1.0;
        let (weight, profile) = match noise {
            SeedNoise::Uncertain if spread > 0.0 => {
                (2.0 * free / (2.0 * free + seeds - 1.0), Profile::of(residuals))
            }
            _ => (0.0, Profile::even(sizes, residuals.len())),
        };
        let own = |variance: &f64| (weight * spread * variance / (free * seeds)).sqrt();
        Self {
            noise,
            residuals,
            explained: shape_variance(interaction) / spread,
            share: spread / (shape_variance(patients) * seeds),
            own: profile.variances.iter().map(own).collect(),
            block: ((1.0 - weight) / (seeds * (seeds - 1.0))).sqrt(),
            // None with one seed, and where all move alike.
            chi: ChiSquared::new(profile.df).ok().filter(|_| spread > 0.0),
            df: profile.df,
        }
    }

    /// Add one imitation to an error of patients.
    pub(super) fn add(&self, error: &mut [f64], rng: &mut Rng) {
        let Some(chi) = &self.chi else { return };
        let known = match self.noise {
            SeedNoise::Uncertain => self.df / chi.sample(rng),
            SeedNoise::AsSeen => 1.0,
        };
        let more = known - self.explained;
        if more < 0.0 {
            let less = (1.0 + more * self.share).max(0.0).sqrt();
            error.iter_mut().for_each(|e| *e *= less);
            return;
        }
        let size = more.sqrt();
        for residual in self.residuals {
            let factor: f64 = StandardNormal.sample(rng);
            for (e, r) in error.iter_mut().zip(residual) {
                *e += size * self.block * factor * r;
            }
        }
        for (e, own) in error.iter_mut().zip(&self.own) {
            let deviate: f64 = StandardNormal.sample(rng);
            *e += size * own * deviate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    /// Shape variance of many imitations.
    fn imitated(residuals: &[Vec<f64>], interaction: f64, noise: SeedNoise) -> f64 {
        let sizes = residuals[0].len();
        let diagonal: Vec<Vec<f64>> = (0..sizes)
            .map(|k| (0..sizes).map(|l| if k == l { interaction } else { 0.0 }).collect())
            .collect();
        let patients = vec![vec![0.0; sizes]; sizes];
        let noise = Imitation::of(residuals, &diagonal, &patients, noise);
        let mut rng = Streams::new(2).get("noise");
        let (draws, mut sum) = (20_000, 0.0);
        for _ in 0..draws {
            let mut error = vec![0.0; sizes];
            noise.add(&mut error, &mut rng);
            let mean = error.iter().sum::<f64>() / sizes as f64;
            sum += error.iter().map(|e| (e - mean).powi(2)).sum::<f64>();
        }
        sum / f64::from(draws)
    }

    /// Residuals of five seeds at four sizes: variances 0.5 each, no two sizes together.
    fn residuals() -> Vec<Vec<f64>> {
        let half = 0.5f64;
        let rows = [[1.0, 0.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, -1.0, 0.0, 1.0]];
        let last = [0.0, 0.0, -1.0, -1.0];
        rows.iter().chain([&last]).map(|row| row.iter().map(|r| r * half.sqrt()).collect()).collect()
    }

    #[test]
    fn imitations_spread_as_means_of_seeds_do_and_as_much_more_as_few_seeds_ask_for() {
        let residuals = residuals();
        let spread = shape_variance(&covariance(&residuals));
        let df = 12.0;
        // The mean of 1 / chi^2 is 1 / (df - 2).
        let expected = spread / 5.0 * df / (df - 2.0);
        let found = imitated(&residuals, 0.0, SeedNoise::Uncertain);
        assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
        let seen = imitated(&residuals, 0.0, SeedNoise::AsSeen);
        assert!((seen / (spread / 5.0) - 1.0).abs() < 0.03, "{seen} {spread}");
    }

    #[test]
    fn what_patients_explain_is_taken_off_but_seeds_stay_possible() {
        let (residuals, noise) = (residuals(), SeedNoise::Uncertain);
        let spread = shape_variance(&covariance(&residuals));
        let all = imitated(&residuals, spread / 3.0, noise);
        assert!(all > 0.0 && all < 0.5 * imitated(&residuals, 0.0, noise), "{all}");
        assert_eq!(imitated(&residuals[..1], 0.0, noise), 0.0);
        assert_eq!(imitated(&[vec![0.0; 3], vec![0.0; 3]], 0.0, noise), 0.0);
    }
}
