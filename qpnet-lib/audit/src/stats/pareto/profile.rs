//! How the noise of seeds changes from small training sets to large ones, as far as residuals show it.

use crate::math::{exp, ln};

/// The largest slope looked at, three prior standard deviations, and the steps to it.
const STEEPEST: f64 = 15.0;
const STEPS: i32 = 60;
/// Prior standard deviation of the slope: variances of the last and the first size differ by a factor of
/// `e^5`, standard deviations by one of 12, at one of it.
const PRIOR: f64 = 5.0;

/// The variance of seeds at each size, up to a factor.
///
/// # Formula
/// `sigma_k^2 = c exp(b x_k)`, `x_k` even from -1/2 at the first size to 1/2 at the last. From the residual
/// curves `r_s` of `S` seeds at `K` sizes, with `w_k = exp(-b x_k)`, `W = sum_k w_k` and
/// `Q = sum_s (sum_k w_k r_sk^2 - (sum_k w_k r_sk)^2 / W)`, the density of the slope `b` is proportional to
/// `exp(-b^2 / 50) W^(-(S - 1) / 2) Q^(-m / 2)`, `m = (K - 1)(S - 1)`: the restricted likelihood without the
/// level of each seed, without `c` (prior `1 / c`), and a normal prior of `b` with standard deviation 5.
/// Variances are those at the mean `b` of this density.
///
/// **Degrees of freedom.** Where variances differ, the sum of squares of a seed's shape counts as
/// `tr(D)^2 / tr(D^2)` instead of `K - 1`, `D` the covariance without the level. A slope that is estimated
/// makes this too small even where there is none: `D` is taken at the slope whose square is `b^2` less the
/// variance of the density, or at 0.
///
/// # Source
/// Patterson and Thompson, Biometrika 58:545, 1971 (restricted likelihood); Satterthwaite, Biometrics
/// Bulletin 2:110, 1946 (degrees of freedom).
pub(super) struct Profile {
    /// Variance at each size, of mean 1.
    pub(super) variances: Vec<f64>,
    /// Degrees of freedom of the variance of the shape.
    pub(super) df: f64,
}

impl Profile {
    /// As much at each size.
    pub(super) fn even(sizes: usize, seeds: usize) -> Self {
        let variances = vec![1.0; sizes];
        Self { df: shape_df(&variances, seeds), variances }
    }

    /// From residuals `[S][K]`, of which some must differ between sizes.
    pub(super) fn of(residuals: &[Vec<f64>]) -> Self {
        let (seeds, sizes) = (residuals.len(), residuals[0].len());
        let slopes = (-STEPS..=STEPS).map(|step| STEEPEST * f64::from(step) / f64::from(STEPS));
        let known: Vec<(f64, f64)> = slopes.map(|b| (b, log_density(residuals, b))).collect();
        let top = known.iter().map(|&(_, log)| log).fold(f64::MIN, f64::max);
        // Total, and sums of the slope and of its square.
        let add = |[total, sum, squares]: [f64; 3], &(b, log): &(f64, f64)| {
            let weight = exp(log - top);
            [total + weight, sum + weight * b, squares + weight * b * b]
        };
        let [total, sum, squares] = known.iter().fold([0.0; 3], add);
        let (slope, square) = (sum / total, squares / total);
        let sure = (2.0 * slope * slope - square).max(0.0).sqrt();
        let raw = variances(slope, sizes);
        let mean = raw.iter().sum::<f64>() / sizes as f64;
        Self {
            variances: raw.iter().map(|v| v / mean).collect(),
            df: shape_df(&variances(sure, sizes), seeds),
        }
    }
}

/// `exp(b x_k)`.
fn variances(slope: f64, sizes: usize) -> Vec<f64> {
    (0..sizes).map(|k| exp(slope * (k as f64 / (sizes as f64 - 1.0) - 0.5))).collect()
}

fn log_density(residuals: &[Vec<f64>], slope: f64) -> f64 {
    let weights = variances(-slope, residuals[0].len());
    let (total, free) = (weights.iter().sum::<f64>(), residuals.len() as f64 - 1.0);
    let around = |residual: &Vec<f64>| {
        let sum = |power: i32| weights.iter().zip(residual).map(|(w, r)| w * r.powi(power)).sum::<f64>();
        sum(2) - sum(1).powi(2) / total
    };
    let squares: f64 = residuals.iter().map(around).sum();
    let m = free * (weights.len() as f64 - 1.0);
    -0.5 * ((slope / PRIOR).powi(2) + free * ln(total) + m * ln(squares))
}

/// `(S - 1) tr(D)^2 / tr(D^2)` with `D` the diagonal covariance without the level.
fn shape_df(variances: &[f64], seeds: usize) -> f64 {
    let sizes = variances.len() as f64;
    let sum: f64 = variances.iter().sum();
    let squares: f64 = variances.iter().map(|v| v * v).sum();
    let (trace, square) = (sum * (1.0 - 1.0 / sizes), squares * (1.0 - 2.0 / sizes) + (sum / sizes).powi(2));
    (seeds as f64 - 1.0) * trace * trace / square
}

#[cfg(test)]
mod tests {
    use super::super::spread::{average, minus};
    use super::*;
    use crate::rng::Streams;
    use rand_distr::{Distribution, StandardNormal};

    /// Residuals of normal curves with these standard deviations.
    fn residuals(deviations: &[f64], seeds: usize) -> Vec<Vec<f64>> {
        let mut rng = Streams::new(7).get("profile");
        let mut normal = |sd: &f64| {
            let deviate: f64 = StandardNormal.sample(&mut rng);
            sd * deviate
        };
        let curves: Vec<Vec<f64>> =
            (0..seeds).map(|_| deviations.iter().map(&mut normal).collect()).collect();
        curves.iter().map(|curve| minus(curve, &average(&curves))).collect()
    }

    #[test]
    fn many_seeds_show_a_slope_and_its_degrees_of_freedom() {
        let deviations = [1.8, 1.4, 1.1, 0.9, 0.7, 0.5];
        let squares = deviations.map(|sd: f64| sd * sd);
        let found = Profile::of(&residuals(&deviations, 400));
        let mean = squares.iter().sum::<f64>() / 6.0;
        for (found, square) in found.variances.iter().zip(squares) {
            assert!((found / (square / mean) - 1.0).abs() < 0.15, "{found} {square}");
        }
        assert!((found.df / shape_df(&squares, 400) - 1.0).abs() < 0.1, "{}", found.df);
        // Two standard deviations alone: the sum of two squares of one normal deviate, whatever the slope.
        assert!((shape_df(&[5.0, 0.1], 4) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn even_noise_keeps_its_degrees_of_freedom_and_two_sizes_show_no_slope() {
        let found = Profile::of(&residuals(&[1.0; 6], 400));
        assert!(found.variances.iter().all(|v| (v - 1.0).abs() < 0.15), "{:?}", found.variances);
        assert!((found.df / 1995.0 - 1.0).abs() < 0.01, "{}", found.df);
        let two = Profile::of(&[vec![0.3, -0.1], vec![-0.3, 0.1]]);
        assert!(two.variances.iter().all(|v| (v - 1.0).abs() < 1e-9), "{:?}", two.variances);
        assert!((two.df - 1.0).abs() < 1e-9 && Profile::even(6, 3).df == 10.0);
    }

    #[test]
    fn a_curve_turned_round_has_the_profile_turned_round() {
        let rows = residuals(&[1.5, 1.0, 1.0, 0.7], 3);
        let turned: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let (there, back) = (Profile::of(&rows), Profile::of(&turned));
        for (a, b) in there.variances.iter().zip(back.variances.iter().rev()) {
            assert!((a - b).abs() < 1e-9);
        }
        assert!((there.df - back.df).abs() < 1e-9);
    }
}
