//! Limits at any level from ascending replicates, and the level at which they touch a value.

use super::quantile::quantile;
use crate::math::powf;
use statrs::distribution::{ContinuousCDF, Normal};

/// Ascending replicates with the way they are read: the same for the limits and for the test.
pub(super) struct Reading<'a> {
    sorted: &'a [f64],
    form: Form,
}

enum Form {
    Percentile,
    /// Mirrored at the value.
    Basic(f64),
    Bca {
        bias: f64,
        acceleration: f64,
    },
}

impl<'a> Reading<'a> {
    pub(super) fn percentile(sorted: &'a [f64]) -> Self {
        Self { sorted, form: Form::Percentile }
    }

    pub(super) fn basic(value: f64, sorted: &'a [f64]) -> Self {
        Self { sorted, form: Form::Basic(value) }
    }

    /// `None` where BCa does not exist for limits `factor` normal deviates from the middle.
    pub(super) fn bca(value: f64, sorted: &'a [f64], jackknife: &[Vec<f64>], factor: f64) -> Option<Self> {
        let below = sorted.partition_point(|&t| t < value) as f64;
        let through = sorted.partition_point(|&t| t <= value) as f64;
        let share = (below + through) / (2.0 * sorted.len() as f64);
        let (mut squares, mut cubes) = (0.0, 0.0);
        for stratum in jackknife {
            let n = stratum.len() as f64;
            let mean = stratum.iter().sum::<f64>() / n;
            for influence in stratum.iter().map(|t| (n - 1.0) * (mean - t) / n) {
                squares += influence.powi(2);
                cubes += influence.powi(3);
            }
        }
        if !(share > 0.0 && share < 1.0 && squares > 0.0) {
            return None;
        }
        let (bias, acceleration) =
            (Normal::standard().inverse_cdf(share), cubes / (6.0 * powf(squares, 1.5)));
        let turned = |z: f64| 1.0 - acceleration * (bias + z) <= 0.0;
        let exists = !turned(factor) && !turned(-factor);
        exists.then_some(Self { sorted, form: Form::Bca { bias, acceleration } })
    }

    /// Both limits, `factor` normal deviates from the middle; `None` without replicates.
    pub(super) fn interval(&self, factor: f64) -> Option<(f64, f64)> {
        let limit = |z| self.limit(z);
        limit(-factor).zip(limit(factor))
    }

    fn limit(&self, z: f64) -> Option<f64> {
        let at = |z: f64| quantile(self.sorted, Normal::standard().cdf(z));
        match self.form {
            Form::Percentile => at(z),
            Form::Basic(value) => at(-z).map(|t| 2.0 * value - t),
            Form::Bca { bias, acceleration } => at(bias + (bias + z) / (1.0 - acceleration * (bias + z))),
        }
    }

    /// The normal deviates at which the lower and the upper limit touch `null`: the lower limit lies at `null` or
    /// below from the first one downwards, the upper one at `null` or above from the second one upwards.
    ///
    /// # Formula
    /// With `Q` the quantiles of the replicates, `s = sup {q: Q(q) <= null}`, taken as `1 / (B + 1)` and
    /// `B / (B + 1)` where it lies beyond, the percentile limit touches at `Phi^-1(s)`, the BCa limit at
    /// `w / (1 + a w) - z0`, `w = Phi^-1(s) - z0`; basic limits touch where those of `2 t - null` do, mirrored.
    pub(super) fn touching(&self, null: f64) -> (f64, f64) {
        match self.form {
            Form::Percentile => self.places(null),
            Form::Basic(value) => {
                let (through, below) = self.places(2.0 * value - null);
                (-below, -through)
            }
            Form::Bca { bias, acceleration } => {
                let (through, below) = self.places(null);
                let back = |place: f64, end: f64| {
                    let w = place - bias;
                    let turned = 1.0 + acceleration * w;
                    if turned > 0.0 { w / turned - bias } else { end }
                };
                let (low, high) = (back(through, f64::NEG_INFINITY), back(below, f64::INFINITY));
                // Beyond all replicates the correction has nothing to go by, and must not make little of it.
                let beyond = |null_is_below: bool| {
                    let (first, last) = (self.sorted.first(), self.sorted.last());
                    if null_is_below { first > Some(&null) } else { last < Some(&null) }
                };
                let low = if beyond(true) { low.min(through) } else { low };
                (low, if beyond(false) { high.max(below) } else { high })
            }
        }
    }

    /// Normal deviates of the largest level whose quantile is `null` or less, and of the smallest whose is `null`
    /// or more.
    fn places(&self, null: f64) -> (f64, f64) {
        let count = self.sorted.len() as f64;
        let (first, last) = (1.0 / (count + 1.0), count / (count + 1.0));
        let between = |after: usize| {
            let (a, b) = (self.sorted[after - 1], self.sorted[after]);
            (after as f64 - 1.0 + (null - a) / (b - a)) / (count - 1.0)
        };
        let level = |at: usize| match at {
            0 => 0.0,
            at if at >= self.sorted.len() => 1.0,
            at => between(at),
        };
        let through = level(self.sorted.partition_point(|&t| t <= null));
        // The first that is not below may be equal: then its own place.
        let below = match self.sorted.partition_point(|&t| t < null) {
            at if self.sorted.get(at) == Some(&null) => at as f64 / (count - 1.0),
            at => level(at),
        };
        let deviate = |q: f64| Normal::standard().inverse_cdf(q.clamp(first, last));
        (deviate(through), deviate(below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_touch_where_the_inversion_says() {
        let sorted: Vec<f64> = (0..400).map(|i| (f64::from(i) / 100.0).powi(2) - 3.0).collect();
        let even = vec![vec![0.1, 0.2, 0.5, 0.1, 0.0]];
        let bca = Reading::bca(0.3, &sorted, &even, 2.0).expect("exists");
        for reading in [Reading::percentile(&sorted), Reading::basic(0.3, &sorted), bca] {
            for null in [-2.5, -1.0, 0.0, 0.4, 2.0, 5.0] {
                let (low, high) = reading.touching(null);
                let [at_low, at_high] = [low, high].map(|z| reading.limit(z).expect("replicates"));
                // Beyond the replicates the place is that of the outermost.
                let inside = |z: f64| z.abs() < 2.5;
                assert!(!inside(low) || (at_low - null).abs() < 1e-9, "{null}: {low} {at_low}");
                assert!(!inside(high) || (at_high - null).abs() < 1e-9, "{null}: {high} {at_high}");
            }
        }
    }

    #[test]
    fn a_plateau_is_inside_from_end_to_end() {
        let sorted = [-1.0, 0.0, 0.0, 0.0, 1.0];
        let (through, below) = Reading::percentile(&sorted).touching(0.0);
        assert!((Normal::standard().cdf(through) - 0.75).abs() < 1e-12);
        assert!((Normal::standard().cdf(below) - 0.25).abs() < 1e-12);
    }
}
