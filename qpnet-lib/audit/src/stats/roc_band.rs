//! The ROC curve with a band of intervals, one for each false positive rate.

use super::StatsError;
use super::contributions::{Held, numbered};
use super::normal::two_sided_factor;
use super::proportion::Rate;
use crate::math::hypot;
use crate::metrics::{MetricError, WeightedAuc};
use std::ops::Range;

/// The curve at one false positive rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandPoint {
    /// One minus specificity.
    pub false_positive_rate: f64,
    /// Sensitivity.
    pub true_positive_rate: f64,
    /// Lower limit of the sensitivity there.
    pub low: f64,
    /// Upper limit of the sensitivity there.
    pub high: f64,
}

/// Samples with their patients.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// Outcome of each sample.
    pub labels: &'a [bool],
    /// Score of each sample.
    pub scores: &'a [f64],
    /// Patient of each sample, any number.
    pub patients: &'a [usize],
    /// How much each sample counts, any finite number from 0 up.
    pub weights: &'a [f64],
}

/// The ROC curve at the false positive rates `grid`, which ascends, with pointwise limits over patients. `None`
/// when an outcome has no weight. Intervals hold point by point: the whole curve leaves its band more often
/// than one point does.
///
/// # Formula
/// At the false positive rate `t` the curve has the sensitivity `s(t)`. There both are proportions with limits
/// by patients ([`proportion`](super::proportion)): `(l, u)` of the sensitivity, `(v, w)` of the false
/// positive rate. The band is `s - sqrt((s - l)^2 + (s - s(v))^2)` to
/// `s + sqrt((u - s)^2 + (s(w) - s)^2)`, cut at 0 and 1: never narrower than the interval of a sensitivity at a
/// fixed threshold, however few patients there are. (Percentile limits over drawn patients have no width
/// where three patients are all above.)
///
/// # Errors
/// [`StatsError::Level`]; lengths differ, a score is not finite.
///
/// # Source
/// Both errors of an operating point: Zhou, Obuchowski and McClish, Statistical Methods in Diagnostic Medicine,
/// 2nd ed., 2011, 4.2; square and add: Newcombe, Stat Med 17:873, 1998.
pub fn roc_band(scored: Scored<'_>, level: f64, grid: &[f64]) -> Result<Option<Vec<BandPoint>>, StatsError> {
    two_sided_factor(level)?;
    let Scored { labels, scores, patients, weights } = scored;
    for (what, got) in [("the slice of patients", patients.len()), ("the slice of weights", weights.len())] {
        let expected = labels.len();
        if expected != got {
            return Err(MetricError::LengthMismatch { what, expected, got }.into());
        }
    }
    let sorted = WeightedAuc::new(labels, scores)?;
    let Some(mut sweep) = Sweep::of(&sorted, patients, weights) else { return Ok(None) };
    let mut limits = Vec::with_capacity(grid.len());
    for &rate in grid {
        let [negatives, positives] = sweep.at(rate);
        limits.push([positives.limits(level)?, negatives.limits(level)?]);
    }
    let Some(curve) = sorted.true_positive_rates(weights, grid) else { return Ok(None) };
    let ends = |end: usize| -> Option<Vec<f64>> {
        let rates: Vec<f64> = limits.iter().map(|[_, rate]| if end == 0 { rate.0 } else { rate.1 }).collect();
        ascending(&sorted, weights, &rates)
    };
    let Some((left, right)) = ends(0).zip(ends(1)) else { return Ok(None) };
    let point = |at: usize| {
        let (s, (low, high)) = (curve[at], limits[at][0]);
        let below = hypot((s - low).max(0.0), (s - left[at]).max(0.0));
        let above = hypot((high - s).max(0.0), (right[at] - s).max(0.0));
        BandPoint {
            false_positive_rate: grid[at],
            true_positive_rate: s,
            low: (s - below).max(0.0),
            high: (s + above).min(1.0),
        }
    };
    Ok(Some((0..grid.len()).map(point).collect()))
}

/// The curve at rates in any order.
fn ascending(sorted: &WeightedAuc, weights: &[f64], rates: &[f64]) -> Option<Vec<f64>> {
    let mut order: Vec<usize> = (0..rates.len()).collect();
    order.sort_by(|&a, &b| rates[a].total_cmp(&rates[b]));
    let grid: Vec<f64> = order.iter().map(|&at| rates[at]).collect();
    let found = sorted.true_positive_rates(weights, &grid)?;
    let mut back = vec![0.0; rates.len()];
    order.into_iter().zip(found).for_each(|(at, value)| back[at] = value);
    Some(back)
}

/// Who is called positive, from the highest score down, by outcome and patient.
struct Sweep {
    /// Samples with weight, highest score first: patient, weight, outcome.
    samples: Vec<(usize, f64, bool)>,
    /// Where each group of tied scores ends.
    ends: Vec<usize>,
    /// The tie that is next, and where it begins.
    next: (usize, usize),
    /// Of negatives and of positives.
    held: [Held; 2],
    /// Weight of each patient that is called positive.
    called: [Vec<f64>; 2],
    /// Weight of all negatives, and of those that are called positive.
    negatives: f64,
    passed: f64,
}

impl Sweep {
    fn of(sorted: &WeightedAuc, patients: &[usize], weights: &[f64]) -> Option<Self> {
        let (order, slots) = numbered(patients);
        let mut held = [vec![(0, 0.0); order.len()], vec![(0, 0.0); order.len()]];
        let mut totals = [0.0; 2];
        let (mut samples, mut ends) = (Vec::with_capacity(patients.len()), Vec::new());
        let starts = std::iter::once(0).chain(sorted.ends().iter().copied());
        let ties: Vec<(usize, usize)> = starts.zip(sorted.ends().iter().copied()).collect();
        for &(begin, end) in ties.iter().rev() {
            for &(sample, positive) in &sorted.order()[begin..end] {
                let (patient, weight) = (slots[sample as usize], weights[sample as usize]);
                if weight > 0.0 {
                    samples.push((patient, weight, positive));
                    let own = &mut held[usize::from(positive)][patient];
                    *own = (own.0 + 1, own.1 + weight);
                    totals[usize::from(positive)] += weight;
                }
            }
            ends.push(samples.len());
        }
        let called = [vec![0.0; order.len()], vec![0.0; order.len()]];
        let held = held.map(|held| Held::of(&held));
        let both = totals.iter().all(|&total| total > 0.0);
        both.then_some(Self { samples, ends, next: (0, 0), held, called, negatives: totals[0], passed: 0.0 })
    }

    /// Both rates where the false positive rate is `rate`; rates ascend from call to call.
    fn at(&mut self, rate: f64) -> [Rate; 2] {
        let wanted = rate * self.negatives;
        let mut partly = None;
        while let Some(&end) = self.ends.get(self.next.0) {
            let tied = self.next.1..end;
            let own: f64 = self.samples[tied.clone()].iter().filter(|sample| !sample.2).map(|s| s.1).sum();
            // Rounding of sums must not leave a whole tie behind.
            if own > 0.0 && self.passed + own > wanted * (1.0 + 1e-12) {
                partly = Some((tied, ((wanted - self.passed) / own).clamp(0.0, 1.0)));
                break;
            }
            self.call(tied, 1.0);
            self.passed += own;
            self.next = (self.next.0 + 1, end);
        }
        let Some((tied, share)) = partly.filter(|(_, share)| *share > 0.0) else { return self.rates() };
        // A part of the tie, and back.
        let before: Vec<f64> = tied.clone().map(|at| self.called_of(at)).collect();
        self.call(tied.clone(), share);
        let rates = self.rates();
        for (at, before) in tied.zip(before).rev() {
            let (patient, _, positive) = self.samples[at];
            self.called[usize::from(positive)][patient] = before;
        }
        rates
    }

    fn called_of(&self, at: usize) -> f64 {
        let (patient, _, positive) = self.samples[at];
        self.called[usize::from(positive)][patient]
    }

    fn call(&mut self, samples: Range<usize>, share: f64) {
        for &(patient, weight, positive) in &self.samples[samples] {
            self.called[usize::from(positive)][patient] += share * weight;
        }
    }

    fn rates(&self) -> [Rate; 2] {
        [0, 1].map(|outcome| {
            let held = &self.held[outcome];
            Rate::of_contributions(held.share(&self.called[outcome]), held.samples())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use crate::stats::proportion;
    use rand_distr::{Distribution, StandardNormal};

    /// Scores of `n` positives around 1.2 and `n` negatives around 0.
    fn data(n: usize, seed: u64) -> (Vec<bool>, Vec<f64>) {
        let mut rng = Streams::new(seed).get("data");
        let labels: Vec<bool> = (0..2 * n).map(|i| i % 2 == 0).collect();
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let scores = labels.iter().map(|&label| normal() + if label { 1.2 } else { 0.0 }).collect();
        (labels, scores)
    }

    fn band(labels: &[bool], scores: &[f64], patients: &[usize], grid: &[f64]) -> Option<Vec<BandPoint>> {
        let weights = vec![1.0; labels.len()];
        roc_band(Scored { labels, scores, patients, weights: &weights }, 0.95, grid).expect("valid")
    }

    #[test]
    fn bands_hold_the_true_curve_about_as_often_as_they_say() {
        // The true sensitivity at the false positive rate t is Phi(1.2 + Phi^-1(t)).
        let (grid, truth) = ([0.1, 0.3, 0.5], [0.467_502, 0.750_353, 0.884_930]);
        let mut held = [0u32; 3];
        for seed in 0..300 {
            let (labels, scores) = data(100, seed);
            let patients: Vec<usize> = (0..200).collect();
            for (at, point) in band(&labels, &scores, &patients, &grid).expect("both").iter().enumerate() {
                assert!(point.low <= point.true_positive_rate && point.true_positive_rate <= point.high);
                held[at] += u32::from((point.low..=point.high).contains(&truth[at]));
            }
        }
        // 95 of 100 said; of 300 draws fewer than 274 or more than 297 would be a chance of 0.1 %.
        assert!(held.iter().all(|count| (274..=297).contains(count)), "{held:?} of 300");
    }

    #[test]
    fn a_band_is_as_wide_as_the_interval_of_the_sensitivity_there() {
        // Four patients with positives, one of them with most.
        let labels: Vec<bool> = (0..60).map(|i| i % 3 != 0).collect();
        let patients: Vec<usize> =
            (0..60).map(|i| if i % 3 == 0 { 10 + i } else { (i / 3) % 20 / 6 }).collect();
        let scores: Vec<f64> =
            (0..60).map(|i| ((i * 37) % 60) as f64 + f64::from(u8::from(labels[i])) * 20.0).collect();
        let grid: Vec<f64> = (0..=20).map(|at| f64::from(at) / 20.0).collect();
        let found = band(&labels, &scores, &patients, &grid).expect("both");
        for point in &found {
            // The threshold just above the negatives that may be called positive.
            let mut negatives: Vec<f64> = (0..60).filter(|&i| !labels[i]).map(|i| scores[i]).collect();
            negatives.sort_by(|a, b| b.total_cmp(a));
            let passed = (point.false_positive_rate * 20.0).round() as usize;
            let own: Vec<usize> = (0..60).filter(|&i| labels[i]).collect();
            let above = |i: usize| passed >= 20 || scores[i] > negatives[passed];
            let hits: Vec<bool> = own.iter().map(|&i| above(i)).collect();
            let clusters: Vec<usize> = own.iter().map(|&i| patients[i]).collect();
            let table = proportion::single("sensitivity", &hits, &clusters, 0.95).expect("valid");
            let (value, low, high) = table.triple().expect("defined");
            assert!((value - point.true_positive_rate).abs() < 1e-12, "{point:?} {value}");
            assert!(point.low <= low + 1e-12 && high <= point.high + 1e-12, "{point:?} {low} {high}");
        }
    }

    #[test]
    fn one_outcome_has_no_curve_and_no_weight_counts_as_absent() {
        assert_eq!(band(&[true, true], &[0.1, 0.2], &[0, 1], &[0.5]), None);
        let (labels, scores, patients) = ([true, false, true, false], [0.9, 0.2, 0.4, 0.5], [0, 1, 2, 3]);
        let with = |weights: &[f64]| {
            roc_band(
                Scored { labels: &labels, scores: &scores, patients: &patients, weights },
                0.95,
                &[0.0, 1.0],
            )
        };
        assert_eq!(with(&[1.0, 0.0, 1.0, 0.0]).expect("valid"), None);
        assert!(with(&[1.0]).is_err());
        let found = with(&[1.0; 4]).expect("valid").expect("both");
        assert_eq!((found[0].true_positive_rate, found[1].true_positive_rate), (0.5, 1.0));
    }
}
