//! The calibration line of a replicate by one step of Newton's method from that of the data.

use super::{CalibrationLine, Weight};

/// Probabilities of 0 and 1 have no logit; they are moved as [`CalibrationLine`] does.
const EDGE: f64 = 1e-12;

/// Sums ready for the line of many replicates without a single exponential.
///
/// A step squares the distance to the maximum. Replicates of `m` positives and negatives lie about
/// `1 / sqrt(m)` from the line of the data, so that what is left is about `1 / m`, a part of
/// `1 / sqrt(m)` of their spread: take it where `m` is large.
///
/// # Source
/// Davison and Hinkley, *Bootstrap Methods and their Application*, 1997, section 7.2.
#[derive(Clone, Debug)]
pub struct CalibrationStep {
    line: CalibrationLine,
    /// Logit; residual and `p (1 - p)` at the line; the same at slope 1.
    samples: Vec<[f64; 5]>,
}

impl CalibrationStep {
    /// From `line`, which is that of the data.
    pub fn of(line: CalibrationLine, labels: &[bool], probabilities: &[f64]) -> Self {
        let sample = |(&label, &p): (&bool, &f64)| {
            let p = p.clamp(EDGE, 1.0 - EDGE);
            let logit = (p / (1.0 - p)).ln();
            let y = f64::from(u8::from(label));
            let at = |eta: f64| {
                let p = 1.0 / (1.0 + (-eta).exp());
                (y - p, p * (1.0 - p))
            };
            let (own, shifted) = (at(line.intercept + line.slope * logit), at(line.in_the_large + logit));
            [logit, own.0, own.1, shifted.0, shifted.1]
        };
        Self { line, samples: labels.iter().zip(probabilities).map(sample).collect() }
    }

    /// The line of the data in which sample `i` counts `weights[i]`; `None` where a step leads
    /// nowhere.
    ///
    /// # Panics
    /// With fewer weights than samples.
    pub fn at<W: Weight>(&self, weights: &[W]) -> Option<CalibrationLine> {
        let [mut g0, mut g1, mut h00, mut h01, mut h11, mut shift, mut spread] = [0.0; 7];
        for (i, [x, residual, curve, r, s]) in self.samples.iter().enumerate() {
            let w = weights[i].number();
            g0 += w * residual;
            g1 += w * residual * x;
            h00 += w * curve;
            h01 += w * curve * x;
            h11 += w * curve * x * x;
            shift += w * r;
            spread += w * s;
        }
        let determinant = h00 * h11 - h01 * h01;
        let found = CalibrationLine {
            intercept: self.line.intercept + (h11 * g0 - h01 * g1) / determinant,
            slope: self.line.slope + (h00 * g1 - h01 * g0) / determinant,
            in_the_large: self.line.in_the_large + shift / spread,
        };
        let finite =
            [found.intercept, found.slope, found.in_the_large].iter().all(|number| number.is_finite());
        finite.then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::WeightedCalibration;
    use crate::rng::Streams;
    use rand::RngExt;

    #[test]
    fn a_step_is_within_a_hundredth_of_the_spread_of_replicates() {
        let mut rng = Streams::new(5).get("data");
        let said: Vec<f64> = (0..60_000).map(|_| rng.random_range(0.02..0.98)).collect();
        let labels: Vec<bool> = said.iter().map(|p| rng.random::<f64>() < p * p).collect();
        let full = WeightedCalibration::new(&labels, &said).expect("valid");
        let line = full.at(&vec![1u32; said.len()]).expect("overlap");
        let step = CalibrationStep::of(line, &labels, &said);
        let same = step.at(&vec![1u32; said.len()]).expect("step");
        assert!((same.slope - line.slope).abs() < 1e-8, "at the maximum no step is left");
        for _ in 0..5 {
            let mut weights = vec![0u32; said.len()];
            (0..said.len()).for_each(|_| weights[rng.random_range(0..said.len())] += 1);
            let (exact, near) = (full.at(&weights).expect("line"), step.at(&weights).expect("step"));
            // Standard errors here are about 0.007 and 0.01.
            assert!((exact.slope - near.slope).abs() < 1e-4, "{exact:?} {near:?}");
            assert!((exact.in_the_large - near.in_the_large).abs() < 1e-4, "{exact:?} {near:?}");
        }
    }
}
