//! The calibration line of a replicate, found from that of the data.

use super::{CalibrationLine, Outcomes, Weight};
use crate::math::{exp, ln};

/// Probabilities of 0 and 1 have no logit; they are moved as [`CalibrationLine`] does.
const EDGE: f64 = 1e-12;
/// With so many of both outcomes the first step is enough.
const MANY: usize = 20_000;
/// A step below this, relative to the coefficient, is the last: what is left is its square.
const CLOSE: f64 = 1e-6;
/// From so near, more steps than this mean that there is no maximum.
const STEPS: usize = 12;

/// Newton's method from the line of the data, whose first step needs no exponential.
///
/// A step squares the distance to the maximum. Replicates of `m` positives and negatives lie about
/// `1 / sqrt(m)` from the line of the data, so that after the first step about `1 / m` is left, a
/// part of `1 / sqrt(m)` of their spread. From 20,000 on, where that is below a hundredth, it is
/// the only one.
///
/// # Source
/// Davison and Hinkley, *Bootstrap Methods and their Application*, 1997, section 7.2.
#[derive(Clone, Debug)]
pub struct CalibrationStep {
    line: CalibrationLine,
    labels: Vec<bool>,
    /// Logit; residual and `p (1 - p)` at the line; the same at slope 1.
    samples: Vec<[f64; 5]>,
    /// `exp` of minus each logit: at slope 1 a step needs no other.
    odds: Vec<f64>,
    many: bool,
}

impl CalibrationStep {
    /// How many sums a step is made of.
    pub(crate) const SUMS: usize = 7;

    /// Whether [`CalibrationStep::at`] takes one step only.
    pub(crate) fn takes_one(&self) -> bool {
        self.many
    }

    /// What sample `i` adds to the sums of the first step.
    pub(crate) fn adds(&self, i: usize) -> [f64; Self::SUMS] {
        let [x, residual, curve, r, s] = self.samples[i];
        [residual, residual * x, curve, curve * x, curve * x * x, r, s]
    }

    /// The line of the data.
    pub(crate) fn line(&self) -> CalibrationLine {
        self.line
    }

    /// The line after the first step from `line`, by the weighted sums of [`CalibrationStep::adds`].
    pub(crate) fn first(line: &CalibrationLine, sums: [f64; Self::SUMS]) -> Option<CalibrationLine> {
        moved(line, sums)
    }

    /// Itself, without the samples if it takes one step: whoever has summed them needs them no more.
    pub(crate) fn without_first(self) -> Self {
        if self.many {
            Self { samples: Vec::new(), odds: Vec::new(), labels: Vec::new(), ..self }
        } else {
            self
        }
    }

    /// From `line`, which is that of the data.
    pub fn of(line: CalibrationLine, labels: &[bool], probabilities: &[f64]) -> Self {
        let clamped = |&p: &f64| p.clamp(EDGE, 1.0 - EDGE);
        let odds: Vec<f64> = probabilities.iter().map(clamped).map(|p| (1.0 - p) / p).collect();
        let shift = exp(-line.in_the_large);
        let sample = |(&label, &odds): (&bool, &f64)| moments([-ln(odds), odds], label, &line, shift);
        let samples = labels.iter().zip(&odds).map(sample).collect();
        let Outcomes { positives, negatives } = Outcomes::of(labels);
        Self { line, labels: labels.to_vec(), samples, odds, many: positives.min(negatives) >= MANY }
    }

    /// The line of the data in which sample `i` counts `weights[i]`; `None` where steps do not end,
    /// as where the outcomes do not overlap. There are as many weights as samples.
    pub fn at<W: Weight>(&self, weights: &[W]) -> Option<CalibrationLine> {
        let numbers = weights.iter().map(|weight| weight.number());
        let mut line = step(&self.line, numbers.clone().zip(self.samples.iter().copied()))?;
        if self.many {
            return Some(line);
        }
        // A replicate leaves out more than a third of the samples, and each asks for an exponential at every step.
        let samples = self.samples.iter().zip(&self.odds).zip(&self.labels);
        let samples = samples.map(|((&[x, ..], &odds), &label)| ([x, odds], label));
        let drawn: Vec<(f64, ([f64; 2], bool))> =
            numbers.zip(samples).filter(|(weight, _)| *weight != 0.0).collect();
        for _ in 0..STEPS {
            let shift = exp(-line.in_the_large);
            let at_line = |&(weight, (x, label))| (weight, moments(x, label, &line, shift));
            let next = step(&line, drawn.iter().map(at_line))?;
            let moved = [
                (next.intercept, line.intercept),
                (next.slope, line.slope),
                (next.in_the_large, line.in_the_large),
            ];
            line = next;
            if moved.iter().all(|(a, b)| (a - b).abs() <= CLOSE * (1.0 + b.abs())) {
                return Some(line);
            }
        }
        None
    }
}

/// Logit `x`; residual and `p (1 - p)` at `line`; the same at slope 1. `odds` is `exp(-x)`, `shift` the same of
/// the line's calibration in the large.
fn moments([x, odds]: [f64; 2], label: bool, line: &CalibrationLine, shift: f64) -> [f64; 5] {
    let y = f64::from(u8::from(label));
    let at = |against: f64| {
        let p = 1.0 / (1.0 + against);
        (y - p, p * (1.0 - p))
    };
    let (own, shifted) = (at(exp(-(line.intercept + line.slope * x))), at(shift * odds));
    [x, own.0, own.1, shifted.0, shifted.1]
}

/// One step of Newton's method from `line`; `None` where it leads nowhere.
fn step(line: &CalibrationLine, samples: impl Iterator<Item = (f64, [f64; 5])>) -> Option<CalibrationLine> {
    let [mut g0, mut g1, mut h00, mut h01, mut h11, mut shift, mut spread] = [0.0; 7];
    for (w, [x, residual, curve, r, s]) in samples {
        g0 += w * residual;
        g1 += w * residual * x;
        h00 += w * curve;
        h01 += w * curve * x;
        h11 += w * curve * x * x;
        shift += w * r;
        spread += w * s;
    }
    moved(line, [g0, g1, h00, h01, h11, shift, spread])
}

/// Where one step leads from `line`: the weighted sums of the residual by 1 and x, of `p (1 - p)` by 1,
/// x and x squared, and of both by 1 at slope 1.
fn moved(
    line: &CalibrationLine,
    [g0, g1, h00, h01, h11, shift, spread]: [f64; CalibrationStep::SUMS],
) -> Option<CalibrationLine> {
    let determinant = h00 * h11 - h01 * h01;
    let found = CalibrationLine {
        intercept: line.intercept + (h11 * g0 - h01 * g1) / determinant,
        slope: line.slope + (h00 * g1 - h01 * g0) / determinant,
        in_the_large: line.in_the_large + shift / spread,
    };
    let finite = [found.intercept, found.slope, found.in_the_large].iter().all(|number| number.is_finite());
    finite.then_some(found)
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

    #[test]
    fn few_samples_end_at_the_maximum_or_nowhere() {
        let mut rng = Streams::new(6).get("data");
        let said: Vec<f64> = (0..150).map(|_| rng.random_range(0.05..0.95)).collect();
        let labels: Vec<bool> = said.iter().map(|p| rng.random::<f64>() < *p).collect();
        let full = WeightedCalibration::new(&labels, &said).expect("valid");
        let line = full.at(&vec![1u32; said.len()]).expect("overlap");
        let step = CalibrationStep::of(line, &labels, &said);
        for _ in 0..50 {
            let mut weights = vec![0u32; said.len()];
            (0..said.len()).for_each(|_| weights[rng.random_range(0..said.len())] += 1);
            let (exact, near) = (full.at(&weights).expect("line"), step.at(&weights).expect("end"));
            assert!((exact.slope - near.slope).abs() < 1e-7, "{exact:?} {near:?}");
            assert!((exact.in_the_large - near.in_the_large).abs() < 1e-7, "{exact:?} {near:?}");
        }
        // Only the positives above 1/2 and the negatives below count: no line.
        let apart = |(&label, &p): (&bool, &f64)| u32::from(label == (p > 0.5));
        let weights: Vec<u32> = labels.iter().zip(&said).map(apart).collect();
        assert_eq!((step.at(&weights), full.at(&weights)), (None, None));
    }
}
