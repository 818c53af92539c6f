//! Limits of a size that noise enlarges: the sizes that the data do not refute.

use super::bootstrap::Bootstrap;
use super::bootstrap::limits::quantile;
use super::normal::{percent, two_sided_factor};
use super::{Estimate, StatsError};

/// Halvings of a bracket: to a billionth of the size.
const STEPS: usize = 40;
/// A size that noise alone falls short of more rarely than this says nothing about how small the truth is:
/// without it one experiment in forty would be sure, to the last digit, that there is no difference.
const POWER: f64 = 0.05;
/// A scale that nothing refutes up to here is not refuted.
const LARGEST: f64 = 1e6;

/// A statistic that is the size `F(d)` of several differences `d`, such as the sum of their absolute values
/// or their range. `F` is never negative and grows with its argument, `F(l d) = l F(d)`.
///
/// Around equal differences noise makes any size larger than the true one, and so do replicates once more.
/// Percentile limits count that bias twice; basic ones take it off as large as it is at the data, where it
/// is smallest. Here the limits are the sizes that the data do not refute.
///
/// # Formula
/// With the size of the data `T = F(d)` and the errors of replicates `e* = d* - d`, a population of the
/// shape `s` and the size `l F(s)` would show `T*(l) = F(l s + e*)`. Its limits are `l F(s)` for the smallest
/// `l` with `P(T*(l) >= T) >= a / 2` and the largest with `P(T*(l) <= T) >= a / 2`, `a = 1 - level`.
///
/// The shape is not known either: that of the data is more uneven than the true one. So limits are the
/// outermost ones of several shapes, that of the data among them. For the upper limit `T` is at least the
/// quantile 0.05 of `T*(0)`: a size that even no difference at all rarely undercuts proves nothing.
///
/// # Source
/// Test inversion by the bootstrap along a curve of models: DiCiccio and Romano, Int Stat Rev 58:59,
/// 1990; Carpenter, JRSS B 61:159, 1999. The outermost limits over what is not known otherwise:
/// Berger and Boos, JASA 89:1012, 1994 (without their allowance for the shapes left out). Limits where
/// a test has no power: Cowan, Cranmer, Gross and Vitells, arXiv 1105.3166, 2011.
pub(super) struct Size<'a, F> {
    /// What is measured, for the name of the method.
    pub(super) name: &'a str,
    /// `F(scale * shape + error)` from `scale`, `shape` and `error`.
    pub(super) size: F,
    /// `d`; one that is NaN makes the whole undefined.
    pub(super) differences: &'a [f64],
    /// `d*` of every replicate; one with a NaN is left out.
    pub(super) replicates: &'a [&'a [f64]],
    /// Samples.
    pub(super) n: usize,
}

/// Shapes beside that of the data, which may make the size smaller or larger than it.
#[derive(Default)]
pub(super) struct Shapes {
    pub(super) for_low: Vec<Vec<f64>>,
    pub(super) for_high: Vec<Vec<f64>>,
}

impl<F: Fn(f64, &[f64], &[f64]) -> f64> Size<'_, F> {
    /// The size with its interval; `shapes` are made from the errors of the replicates.
    ///
    /// # Errors
    /// [`StatsError::Level`]; [`StatsError::Replicates`] with fewer than 2.
    pub(super) fn estimate(
        &self,
        bootstrap: &Bootstrap<'_>,
        shapes: impl FnOnce(&[Vec<f64>]) -> Shapes,
    ) -> Result<Estimate, StatsError> {
        two_sided_factor(bootstrap.level)?;
        let (level, count, n) = (percent(bootstrap.level), self.replicates.len(), self.n);
        let method = format!("{}, bootstrap over patients, inverted, {count} replicates, {level}", self.name);
        let none = vec![0.0; self.differences.len()];
        let value = (self.size)(1.0, self.differences, &none);
        if n == 0 || self.differences.iter().any(|d| !d.is_finite()) {
            let reason = if n == 0 { "no samples" } else { "the statistic is undefined on the data" };
            return Ok(Estimate::undefined(method, n, reason));
        }
        let error_of =
            |drawn: &&[f64]| drawn.iter().zip(self.differences).map(|(a, b)| a - b).collect::<Vec<f64>>();
        let known = self.replicates.iter().filter(|drawn| drawn.iter().all(|d| d.is_finite()));
        let errors: Vec<Vec<f64>> = known.map(error_of).collect();
        if count < 2 {
            return Err(StatsError::Replicates(count));
        }
        let lost = count - errors.len();
        if 2 * lost > count || errors.len() < 2 {
            let mut bare = Estimate::bare(value, method, n);
            bare.reason = Some(format!("undefined in {lost} of {count} replicates: no interval"));
            return Ok(bare);
        }
        let tail = (1.0 - bootstrap.level) / 2.0;
        let mut noise: Vec<f64> = errors.iter().map(|error| (self.size)(0.0, &none, error)).collect();
        noise.sort_unstable_by(f64::total_cmp);
        let least = quantile(&noise, POWER).map_or(value, |least| least.max(value));
        let shown = Shown { size: &self.size, errors: &errors, value, least, tail };
        let length = |shape: &[f64]| (self.size)(1.0, shape, &none);
        let sized = |shapes: Vec<Vec<f64>>| {
            let mut shapes = shapes;
            shapes.push(self.differences.to_vec());
            shapes.retain(|shape| length(shape) > 0.0);
            shapes
        };
        let Shapes { for_low, for_high } = shapes(&errors);
        let low = sized(for_low).iter().map(|s| length(s) * shown.low(s)).fold(value, f64::min);
        let high = sized(for_high).iter().map(|s| length(s) * shown.high(s)).fold(0.0, f64::max);
        let mut found = Estimate::new(value, low.min(high), high, method, n);
        found.se = Some(shown.deviation(self.differences));
        let lost = (lost > 0).then(|| format!("{lost} of {count} replicates undefined, left out"));
        let above = found.high < Some(value);
        let remark = above.then(|| "the value lies above its interval: it is biased upwards".to_owned());
        Ok([lost, remark, bootstrap.resampler.flag()].into_iter().fold(found, Estimate::flagged))
    }
}

/// What populations would show, and what that refutes.
struct Shown<'a, F> {
    size: &'a F,
    errors: &'a [Vec<f64>],
    value: f64,
    /// The value, or what noise alone rarely falls short of: what the upper limit is judged by.
    least: f64,
    tail: f64,
}

impl<F: Fn(f64, &[f64], &[f64]) -> f64> Shown<'_, F> {
    /// By a population of this scale and shape, for each replicate.
    fn by(&self, scale: f64, shape: &[f64]) -> impl Iterator<Item = f64> {
        self.errors.iter().map(move |error| (self.size)(scale, shape, error))
    }

    /// Is so large a size as that of the data too rare for this scale?
    fn too_small(&self, scale: f64, shape: &[f64]) -> bool {
        let reached = self.by(scale, shape).filter(|&t| t >= self.value - 1e-12).count();
        (reached as f64) < self.tail * self.errors.len() as f64
    }

    /// Is so small a size as that of the data too rare for this scale?
    fn too_large(&self, scale: f64, shape: &[f64]) -> bool {
        let reached = self.by(scale, shape).filter(|&t| t <= self.least + 1e-12).count();
        (reached as f64) < self.tail * self.errors.len() as f64
    }

    fn low(&self, shape: &[f64]) -> f64 {
        if !self.too_small(0.0, shape) {
            return 0.0;
        }
        let [_, inside] = bracket(|scale| !self.too_small(scale, shape));
        inside
    }

    fn high(&self, shape: &[f64]) -> f64 {
        let [inside, _] = bracket(|scale| self.too_large(scale, shape));
        inside
    }

    /// Standard deviation of replicates at the differences of the data.
    fn deviation(&self, shape: &[f64]) -> f64 {
        let n = self.errors.len() as f64;
        let mean = self.by(1.0, shape).sum::<f64>() / n;
        (self.by(1.0, shape).map(|t| (t - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
    }
}

/// The largest scale found that is not `beyond`, and the smallest that is; 0 is taken for one that is not.
pub(super) fn bracket(beyond: impl Fn(f64) -> bool) -> [f64; 2] {
    let (mut below, mut above) = (0.0, 1.0);
    while !beyond(above) && above < LARGEST {
        (below, above) = (above, 2.0 * above);
    }
    for _ in 0..STEPS {
        let middle = (below + above) / 2.0;
        *(if beyond(middle) { &mut above } else { &mut below }) = middle;
    }
    [below, above]
}
