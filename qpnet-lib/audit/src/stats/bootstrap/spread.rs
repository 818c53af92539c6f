//! How much a number that was chosen on other patients moves what is found at it.

use super::engine::Bootstrap;
use super::widening::Widening;

/// The spread that the choice of a threshold brings into a rate at it.
///
/// # Formula
/// `b / a` times the mean square of `t*_r - t` over replicates `r` of the patients who chose, where `t*_r` is the
/// rate, on the patients who are judged as they are, at the threshold of replicate `r`, and `t` the one at the
/// threshold of the data. `b / a` and the degrees of freedom allow for few patients, as those of limits do (see
/// `Widening`). Squares are taken around `t`, not around the mean of replicates: what a rule gives on replicates lies to
/// one side of it where scores are few.
///
/// # Source
/// Davison and Hinkley, *Bootstrap Methods and their Application*, 1997, section 2.2; Hesterberg, Am Stat 69:371, 2015.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Variance.
    pub variance: f64,
    /// Degrees of freedom.
    pub df: f64,
}

impl Bootstrap<'_> {
    /// The spread of `replicates` around `value`; undefined ones are NaN and left out.
    ///
    /// # Errors
    /// Why there is none: too few patients, or too many replicates in which nothing could be chosen.
    pub fn spread(&self, value: f64, replicates: &[f64]) -> Result<Spread, String> {
        Ok(Spread { variance: self.common((value, replicates), (value, replicates))?, df: self.few()?.df })
    }

    /// What two rates have in common by one choice: the mean product in place of the mean square.
    ///
    /// # Errors
    /// As [`Bootstrap::spread`].
    pub fn common(&self, a: (f64, &[f64]), b: (f64, &[f64])) -> Result<f64, String> {
        let ratio = self.few()?.ratio;
        let known = a.1.iter().zip(b.1).filter(|(x, y)| x.is_finite() && y.is_finite());
        let (mut count, mut sum) = (0usize, 0.0);
        for (x, y) in known {
            count += 1;
            sum += (x - a.0) * (y - b.0);
        }
        let all = a.1.len().max(1);
        if 2 * count <= all {
            return Err(format!("undefined in {} of {all} replicates: no interval", all - count));
        }
        Ok(ratio * ratio * sum / count as f64)
    }

    fn few(&self) -> Result<Widening, String> {
        Widening::of(self.resampler)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use crate::stats::bootstrap::Resampler;

    #[test]
    fn the_spread_is_the_mean_square_and_few_patients_have_none() {
        let streams = Streams::new(1);
        let patients: Vec<usize> = (0..40).collect();
        let resampler = Resampler::new(&patients, &[0; 40]).expect("lengths");
        let bootstrap = Bootstrap::new(&resampler, &streams);
        let found = bootstrap.spread(0.5, &[0.4, 0.6, 0.8, f64::NAN, 0.5]).expect("many");
        // One stratum of 40: b / a is 40 / 39.
        assert!((found.variance - 40.0 / 39.0 * (0.01 + 0.01 + 0.09) / 4.0).abs() < 1e-14, "{found:?}");
        assert!((found.df - 39.0).abs() < 1e-9);
        let apart = bootstrap.common((0.5, &[0.4, 0.6]), (0.5, &[0.6, 0.4])).expect("many");
        assert!((apart + 40.0 / 39.0 * 0.01).abs() < 1e-14);
        assert!(bootstrap.spread(0.5, &[f64::NAN, f64::NAN, 0.1]).is_err());
        let few = Resampler::new(&patients[..4], &[0; 4]).expect("lengths");
        assert!(Bootstrap::new(&few, &streams).spread(0.5, &[0.4]).is_err());
    }
}
