//! From which size on a curve falls.

use serde::Serialize;

use super::curve::LearningCurve;
use super::drop::max_drop;
use super::spread::SeedNoise;
use crate::stats::StatsError;
use crate::stats::normal::two_sided_factor;

/// The size from which the largest fall starts, with an interval over the sizes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Onset {
    /// The size before the fall.
    pub size: usize,
    /// Lower limit: a size of the curve.
    pub low: usize,
    /// Upper limit: a size of the curve.
    pub high: usize,
    /// Share of the falling replicates that fall from each size.
    pub shares: Vec<f64>,
    /// Share of all replicates that fall at all.
    pub falling: f64,
}

impl LearningCurve {
    /// Where the largest fall of the mean curve starts: the highest point before it; `None` when
    /// the curve never falls. The limits are quantiles of the same point over replicates of the
    /// curve (patients and seeds) that fall, rounded outwards to sizes that were measured.
    ///
    /// It reads as "where it would fall from, if it falls": whether it does is for
    /// [`LearningCurve::violation`]. On a flat curve the interval spans nearly all sizes.
    ///
    /// # Errors
    /// [`StatsError::Level`] unless `0 < level < 1`.
    pub fn onset(&self, level: f64, noise: SeedNoise) -> Result<Option<Onset>, StatsError> {
        two_sided_factor(level)?;
        let observed = max_drop(self.mean());
        if observed.value == 0.0 {
            return Ok(None);
        }
        let errors = self.errors(noise);
        let mut counts = vec![0usize; self.mean().len()];
        for error in &errors {
            let curve: Vec<f64> = self.mean().iter().zip(error).map(|(a, e)| a + e).collect();
            let found = max_drop(&curve);
            counts[found.from] += usize::from(found.value > 0.0);
        }
        let total: usize = counts.iter().sum();
        let tail = (1.0 - level) / 2.0 * total as f64;
        // The outermost sizes beyond which less than a tail lies; the observed one is inside.
        let outside = |order: Vec<usize>| {
            let mut beyond = 0.0;
            let reached = |&k: &usize| {
                beyond += counts[k] as f64;
                beyond > tail
            };
            order.into_iter().find(reached).unwrap_or(observed.from)
        };
        let low = outside((0..counts.len()).collect()).min(observed.from);
        let high = outside((0..counts.len()).rev().collect()).max(observed.from);
        let shares = counts.iter().map(|&c| if total > 0 { c as f64 / total as f64 } else { 0.0 }).collect();
        Ok(Some(Onset {
            size: self.sizes()[observed.from],
            low: self.sizes()[low],
            high: self.sizes()[high],
            shares,
            falling: total as f64 / errors.len() as f64,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    #[test]
    fn a_sharp_peak_is_found_and_a_rising_curve_has_none() {
        let onset = |means: [f64; 4], noise: f64| {
            let row = |m: &f64| vec![m - noise, m + noise, *m];
            let table: Vec<_> = means.iter().map(row).collect();
            let curve = LearningCurve::of_table(&[10, 20, 40, 80], &table, 500, &Streams::new(8));
            curve.expect("valid").onset(0.95, SeedNoise::default()).expect("level")
        };
        let found = onset([0.6, 0.7, 0.9, 0.8], 0.01).expect("it falls");
        assert_eq!((found.size, found.low, found.high, found.falling), (40, 40, 40, 1.0));
        assert_eq!(found.shares, [0.0, 0.0, 1.0, 0.0]);
        assert_eq!(onset([0.6, 0.7, 0.8, 0.9], 0.01), None);
    }
}
