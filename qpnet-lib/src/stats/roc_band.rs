//! The ROC curve with a band of intervals, one for each false positive rate.

use super::StatsError;
use super::bootstrap::{Bootstrap, Counts, LANES, add_drawn, limits};
use crate::metrics::WeightedAuc;

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

/// The ROC curve at the false positive rates `grid`, with pointwise percentile limits over
/// patients: of every replicate the sensitivity is read at the same false positive rates
/// (vertical averaging). `None` when an outcome has no weight. Intervals hold point by point: the
/// whole curve leaves its band more often than one point does.
///
/// `sorted` has the samples of the bootstrap in any order: `place[i]` is the sample of the
/// bootstrap that its sample `i` is, and `own[i]` how much it counts.
///
/// # Errors
/// [`StatsError::Level`].
///
/// # Source
/// Fawcett, Pattern Recognition Letters 27:861, 2006 (vertical averaging).
pub fn roc_band(
    bootstrap: &Bootstrap<'_>,
    sorted: &WeightedAuc,
    place: &[u32],
    own: &[f64],
    grid: &[f64],
) -> Result<Option<Vec<BandPoint>>, StatsError> {
    limits::percentile(&[], bootstrap.level)?;
    let Some(curve) = sorted.true_positive_rates(own, grid) else { return Ok(None) };
    let replicates: Vec<Option<Vec<f64>>> = if own.iter().all(|&own| own == 1.0) {
        let curves = Curves::new(sorted, place, bootstrap.resampler.slots());
        bootstrap.lanes(|counts| curves.at(counts, grid))
    } else {
        bootstrap.replicate(|drawn| {
            let weight = |(&place, own): (&u32, &f64)| f64::from(drawn[place as usize]) * own;
            let weights: Vec<f64> = place.iter().zip(own).map(weight).collect();
            sorted.true_positive_rates(&weights, grid)
        })
    };
    let replicates: Vec<Vec<f64>> = replicates.into_iter().flatten().collect();
    let point = |(at, (&rate, value)): (usize, (&f64, f64))| {
        let mut column: Vec<f64> = replicates.iter().map(|row| row[at]).collect();
        column.sort_unstable_by(f64::total_cmp);
        let found = limits::percentile(&column, bootstrap.level)?;
        let (low, high) = found.unwrap_or((f64::NAN, f64::NAN));
        Ok(BandPoint { false_positive_rate: rate, true_positive_rate: value, low, high })
    };
    grid.iter().zip(curve).enumerate().map(point).collect::<Result<_, _>>().map(Some)
}

/// Samples that count alike, for the curves of several draws in one pass: the numbers of
/// [`WeightedAuc::true_positive_rates`], bit for bit.
struct Curves {
    /// By ascending score: slot of the patient, whether the sample is positive, whether its score
    /// ends here.
    entries: Vec<u32>,
    /// Negatives and positives of each patient, by slot.
    patients: Vec<[f64; 2]>,
}

/// The curve of one draw, from its right end on.
struct Curve {
    rates: Vec<f64>,
    /// Rates of the grid not yet reached.
    open: usize,
}

impl Curves {
    fn new(sorted: &WeightedAuc, place: &[u32], slots: &[u32]) -> Self {
        let (mut entries, mut begin) = (Vec::with_capacity(place.len()), 0);
        for &end in sorted.ends() {
            for (at, &(sample, positive)) in (begin + 1..).zip(&sorted.order()[begin..end]) {
                let slot = slots[place[sample as usize] as usize];
                entries.push(slot << 2 | u32::from(positive) << 1 | u32::from(at == end));
            }
            begin = end;
        }
        let mut patients = vec![[0.0; 2]; slots.iter().max().map_or(0, |&most| most as usize + 1)];
        for entry in &entries {
            patients[(entry >> 2) as usize][(entry >> 1 & 1) as usize] += 1.0;
        }
        Self { entries, patients }
    }

    fn at(&self, counts: &[Counts], grid: &[f64]) -> [Option<Vec<f64>>; LANES] {
        let [mut negatives, mut positives] = [[0.0; LANES]; 2];
        for (own, drawn) in self.patients.iter().zip(counts) {
            for lane in 0..LANES {
                negatives[lane] += own[0] * f64::from(drawn[lane]);
                positives[lane] += own[1] * f64::from(drawn[lane]);
            }
        }
        let open = grid.iter().take_while(|&&rate| rate < 1.0).count();
        let mut curves: [Curve; LANES] =
            std::array::from_fn(|_| Curve { rates: vec![1.0; grid.len()], open });
        // So many negatives lie below where the next rate is reached, less a half for rounding.
        let reach = |curve: &Curve, negatives: f64| match curve.open.checked_sub(1) {
            Some(at) => negatives * (1.0 - grid[at]) - 0.5,
            None => f64::INFINITY,
        };
        let mut next: [f64; LANES] = std::array::from_fn(|lane| reach(&curves[lane], negatives[lane]));
        let [mut p, mut q, mut p_below, mut q_below] = [[0.0; LANES]; 4];
        for &entry in &self.entries {
            add_drawn(entry, counts, &mut p, &mut q);
            if entry & 1 == 0 {
                continue;
            }
            let mut reached = false;
            for lane in 0..LANES {
                p_below[lane] += p[lane];
                q_below[lane] += q[lane];
                reached |= q_below[lane] >= next[lane];
            }
            for lane in 0..if reached { LANES } else { 0 } {
                if q_below[lane] < next[lane] || q[lane] == 0.0 {
                    continue;
                }
                let (n, m, curve) = (negatives[lane], positives[lane], &mut curves[lane]);
                let from_left = |below: f64| ((n - below) / n).max(0.0);
                let from_bottom = |below: f64| ((m - below) / m).max(0.0);
                let (right, left) = (from_left(q_below[lane] - q[lane]), from_left(q_below[lane]));
                let (top, bottom) = (from_bottom(p_below[lane] - p[lane]), from_bottom(p_below[lane]));
                while curve.open > 0 && grid[curve.open - 1] >= left {
                    let share = (grid[curve.open - 1] - left) / (right - left);
                    curve.rates[curve.open - 1] = bottom + share * (top - bottom);
                    curve.open -= 1;
                }
                next[lane] = reach(curve, n);
            }
            (p, q) = ([0.0; LANES], [0.0; LANES]);
        }
        let mut lane = 0;
        curves.map(|mut curve| {
            curve.rates[..curve.open].fill(0.0);
            lane += 1;
            (negatives[lane - 1] > 0.0 && positives[lane - 1] > 0.0).then_some(curve.rates)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use crate::stats::Resampler;
    use rand_distr::{Distribution, StandardNormal};

    /// Scores of `n` positives around 1.2 and `n` negatives around 0.
    fn data(n: usize, seed: u64) -> (Vec<bool>, Vec<f64>) {
        let mut rng = Streams::new(seed).get("data");
        let labels: Vec<bool> = (0..2 * n).map(|i| i % 2 == 0).collect();
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let scores = labels.iter().map(|&label| normal() + if label { 1.2 } else { 0.0 }).collect();
        (labels, scores)
    }

    #[test]
    fn bands_hold_the_true_curve_about_as_often_as_they_say() {
        // The true sensitivity at the false positive rate t is Phi(1.2 + Phi^-1(t)).
        let (grid, truth) = ([0.1, 0.3, 0.5], [0.467_502, 0.750_353, 0.884_930]);
        let mut held = [0u32; 3];
        for seed in 0..60 {
            let (labels, scores) = data(100, seed);
            let patients: Vec<usize> = (0..200).collect();
            let resampler = Resampler::by_cell(&patients, &[0; 200], &labels).expect("lengths");
            let streams = Streams::new(seed);
            let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(300);
            let sorted = WeightedAuc::new(&labels, &scores).expect("valid");
            let place: Vec<u32> = (0..200).collect();
            let band = roc_band(&bootstrap, &sorted, &place, &[1.0; 200], &grid).expect("valid");
            for (at, point) in band.expect("both").iter().enumerate() {
                assert!(point.low <= point.true_positive_rate && point.true_positive_rate <= point.high);
                held[at] += u32::from((point.low..=point.high).contains(&truth[at]));
            }
        }
        // 95 of 100 said; of 60 draws fewer than 51 would be a chance of 0.1 %.
        assert!(held.iter().all(|&count| count >= 51), "{held:?} of 60");
    }

    #[test]
    fn curves_of_several_draws_are_those_of_each() {
        let grid: Vec<f64> = (0..=20).map(|at| f64::from(at) / 20.0).collect();
        for (n, steps) in [(1, 2.0), (3, 1.0), (20, 2.0), (150, 5.0), (150, 1e9)] {
            let (labels, scores) = data(n, 3);
            let scores: Vec<f64> = scores.iter().map(|score| (score * steps).round()).collect();
            let patients: Vec<usize> = (0..2 * n).map(|i| i / 3).collect();
            let resampler =
                Resampler::by_cell(&patients, &vec![0; 2 * n], &vec![false; 2 * n]).expect("lengths");
            let streams = Streams::new(5);
            let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(21);
            let sorted = WeightedAuc::new(&labels, &scores).expect("valid");
            let place: Vec<u32> = (0..2 * n as u32).collect();
            let curves = Curves::new(&sorted, &place, resampler.slots());
            let plain = bootstrap.replicate(|weights| sorted.true_positive_rates(weights, &grid));
            assert_eq!(bootstrap.lanes(|counts| curves.at(counts, &grid)), plain, "{n}, {steps}");
        }
    }

    #[test]
    fn one_outcome_has_no_curve() {
        let resampler = Resampler::by_cell(&[0, 1], &[0, 0], &[true, true]).expect("lengths");
        let streams = Streams::new(1);
        let sorted = WeightedAuc::new(&[true, true], &[0.1, 0.2]).expect("valid");
        let found = roc_band(&Bootstrap::new(&resampler, &streams), &sorted, &[0, 1], &[1.0; 2], &[0.5]);
        assert_eq!(found.expect("valid"), None);
    }
}
