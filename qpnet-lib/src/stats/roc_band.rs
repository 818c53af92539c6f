//! The ROC curve with a band of intervals, one for each false positive rate.

use super::StatsError;
use super::bootstrap::{Bootstrap, limits};
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
    let replicate = |drawn: &[u32]| {
        let weight = |(&place, own): (&u32, &f64)| f64::from(drawn[place as usize]) * own;
        let weights: Vec<f64> = place.iter().zip(own).map(weight).collect();
        sorted.true_positive_rates(&weights, grid)
    };
    let replicates: Vec<Vec<f64>> = bootstrap.replicate(replicate).into_iter().flatten().collect();
    let point = |(at, (&rate, value)): (usize, (&f64, f64))| {
        let mut column: Vec<f64> = replicates.iter().map(|row| row[at]).collect();
        column.sort_unstable_by(f64::total_cmp);
        let found = limits::percentile(&column, bootstrap.level)?;
        let (low, high) = found.unwrap_or((f64::NAN, f64::NAN));
        Ok(BandPoint { false_positive_rate: rate, true_positive_rate: value, low, high })
    };
    grid.iter().zip(curve).enumerate().map(point).collect::<Result<_, _>>().map(Some)
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
    fn one_outcome_has_no_curve() {
        let resampler = Resampler::by_cell(&[0, 1], &[0, 0], &[true, true]).expect("lengths");
        let streams = Streams::new(1);
        let sorted = WeightedAuc::new(&[true, true], &[0.1, 0.2]).expect("valid");
        let found = roc_band(&Bootstrap::new(&resampler, &streams), &sorted, &[0, 1], &[1.0; 2], &[0.5]);
        assert_eq!(found.expect("valid"), None);
    }
}
