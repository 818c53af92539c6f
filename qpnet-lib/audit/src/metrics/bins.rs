//! Bins of equal mass, and the reliability diagram made of them.

use serde::{Deserialize, Serialize};

use super::{MetricError, Weight, brier, sorted};

/// One point of a reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Samples.
    pub n: usize,
    /// Mean probability that was said.
    pub forecast: f64,
    /// Rate of positives that was seen.
    pub rate: f64,
}

/// Ranges of equal mass in an ascending order, ties together: a bin closes after the tie that
/// reaches the next multiple of `n / bins`.
pub(super) fn equal_mass(order: &[(f64, usize)], bins: usize) -> Vec<std::ops::Range<usize>> {
    let (mut ranges, mut start, mut end, mut closed) = (Vec::new(), 0, 0, 0);
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        end += tied.len();
        // `end >= (closed + 1) n / bins`, in integers.
        if end * bins >= (closed + 1) * order.len() {
            ranges.push(start..end);
            start = end;
            closed = end * bins / order.len();
        }
    }
    ranges
}

/// Forecast and rate in at most `bins` bins of equal mass, by ascending probability. Tied
/// probabilities stay together.
///
/// # Errors
/// As [`brier`]; [`MetricError::NoBins`].
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::reliability;
/// let bins = reliability(&[false, false, true, true], &[0.1, 0.3, 0.6, 0.8], 2)?;
/// assert_eq!((bins[0].forecast, bins[0].rate), (0.2, 0.0));
/// assert_eq!((bins[1].n, bins[1].rate), (2, 1.0));
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn reliability(
    labels: &[bool],
    probabilities: &[f64],
    bins: usize,
) -> Result<Vec<ReliabilityBin>, MetricError> {
    if bins == 0 {
        return Err(MetricError::NoBins);
    }
    brier(labels, probabilities)?; // refuses what is no probability
    let order = sorted(probabilities);
    let bin = |range: std::ops::Range<usize>| {
        let samples = &order[range];
        let n = samples.len();
        let positives = samples.iter().filter(|(_, index)| labels[*index]).count();
        let forecast = samples.iter().map(|(p, _)| p).sum::<f64>() / n as f64;
        ReliabilityBin { n, forecast, rate: positives as f64 / n as f64 }
    };
    Ok(equal_mass(&order, bins).into_iter().map(bin).collect())
}

/// Expected calibration error; `None` without samples.
///
/// It is an estimate from above: with few samples a bin the rates scatter around the
/// forecasts of even a perfect model.
///
/// # Formula
/// `ECE = sum_b n_b / n |forecast_b - rate_b|` over [`reliability`]'s bins.
///
/// # Errors
/// As [`reliability`].
///
/// # Source
/// Naeini, Cooper and Hauskrecht, AAAI 2015; equal mass as in Nixon et al., CVPR workshops 2019.
pub fn calibration_error(
    labels: &[bool],
    probabilities: &[f64],
    bins: usize,
) -> Result<Option<f64>, MetricError> {
    let bins = reliability(labels, probabilities, bins)?;
    let gap = |bin: &ReliabilityBin| bin.n as f64 * (bin.forecast - bin.rate).abs();
    Ok((!labels.is_empty()).then(|| bins.iter().map(gap).sum::<f64>() / labels.len() as f64))
}

/// Probabilities in order, ready for the calibration error under any whole weights: how often a
/// bootstrap drew each sample.
#[derive(Clone, Debug)]
pub struct WeightedCalibrationError {
    /// Probability, sample and outcome, by ascending probability.
    order: Vec<(f64, u32, bool)>,
    bins: f64,
}

impl WeightedCalibrationError {
    /// Sort the samples.
    ///
    /// # Errors
    /// As [`reliability`].
    pub fn new(labels: &[bool], probabilities: &[f64], bins: usize) -> Result<Self, MetricError> {
        if bins == 0 {
            return Err(MetricError::NoBins);
        }
        brier(labels, probabilities)?; // refuses what is no probability
        let entry = |(p, index): (f64, usize)| (p, index as u32, labels[index]);
        Ok(Self { order: sorted(probabilities).into_iter().map(entry).collect(), bins: bins as f64 })
    }

    /// [`calibration_error`] of the data in which sample `i` stands `weights[i]` times, or counts so
    /// much; `None` without weight.
    ///
    /// # Panics
    /// With fewer weights than samples.
    pub fn at<W: Weight>(&self, weights: &[W]) -> Option<f64> {
        let weight = |&(_, index, _): &(f64, u32, bool)| weights[index as usize].number();
        // Whole numbers, and hence exact, where weights are.
        let total: f64 = self.order.iter().map(weight).sum();
        let (mut error, mut end, mut closed) = (0.0, 0.0, 0.0);
        let (mut forecasts, mut positives) = (0.0, 0.0);
        for tied in self.order.chunk_by(|a, b| a.0 == b.0) {
            for sample in tied {
                let w = weight(sample);
                end += w;
                forecasts += w * sample.0;
                positives += w * f64::from(u8::from(sample.2)); // without a branch, which chance would mislead
            }
            if end * self.bins >= (closed + 1.0) * total && total > 0.0 {
                // n_b |mean forecast - rate|, without dividing by n_b and multiplying again.
                error += f64::abs(forecasts - positives);
                (forecasts, positives) = (0.0, 0.0);
                closed = (end * self.bins / total).floor();
            }
        }
        // Rounding of real weights may leave the last bin open.
        error += f64::abs(forecasts - positives);
        (total > 0.0).then(|| error / total)
    }

    /// Number of the bin of each sample where sample `i` stands `weights[i]` times, or counts so much; 0
    /// everywhere without weight.
    ///
    /// # Panics
    /// With fewer weights than samples.
    pub fn bins<W: Weight>(&self, weights: &[W]) -> Vec<u32> {
        let weight = |&(_, index, _): &(f64, u32, bool)| weights[index as usize].number();
        let total: f64 = self.order.iter().map(weight).sum();
        let (mut found, mut bin, mut end, mut closed) = (vec![0; self.order.len()], 0, 0.0, 0.0);
        for tied in self.order.chunk_by(|a, b| a.0 == b.0) {
            for sample in tied {
                end += weight(sample);
                found[sample.1 as usize] = bin;
            }
            if end * self.bins >= (closed + 1.0) * total && total > 0.0 {
                bin += 1;
                closed = (end * self.bins / total).floor();
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn ties_stay_together_and_every_sample_is_in_a_bin() {
        let values = [0.1, 0.1, 0.1, 0.1, 0.5, 0.6, 0.7, 0.8];
        let ranges = |bins| equal_mass(&sorted(&values), bins);
        assert_eq!(ranges(4), [0..4, 4..6, 6..8]);
        assert_eq!(ranges(1), vec![0..8; 1]);
        assert_eq!(ranges(100).len(), 5);
        assert_eq!(ranges(3), [0..4, 4..6, 6..8]);
    }

    #[test]
    fn weights_are_repetitions() {
        let labels = [false, true, true, false, true, false];
        let p = [0.2, 0.4, 0.6, 0.6, 0.8, 0.35];
        let weights = [2u32, 1, 0, 3, 2, 1];
        let (mut many, mut often) = (Vec::new(), Vec::new());
        for at in 0..6 {
            for _ in 0..weights[at] {
                many.push(labels[at]);
                often.push(p[at]);
            }
        }
        for bins in 1..6 {
            let weighted = WeightedCalibrationError::new(&labels, &p, bins).expect("valid").at(&weights);
            let repeated = calibration_error(&many, &often, bins).expect("valid");
            assert_abs_diff_eq!(weighted.expect("weight"), repeated.expect("samples"), epsilon = 1e-15);
            let once = WeightedCalibrationError::new(&labels, &p, bins).expect("valid").at(&[1; 6]);
            let plain = calibration_error(&labels, &p, bins).expect("valid");
            assert_abs_diff_eq!(once.expect("weight"), plain.expect("samples"), epsilon = 1e-15);
        }
    }

    #[test]
    fn gaps_of_bins_add_up_to_the_error() {
        let labels = [false, true, true, false, true, false];
        let p = [0.2, 0.4, 0.6, 0.6, 0.8, 0.35];
        for weights in [[1.0; 6], [2.0, 1.0, 0.0, 3.0, 2.0, 1.0], [0.3, 1.7, 0.2, 0.9, 2.2, 0.1]] {
            for number in 1..8 {
                let sorted = WeightedCalibrationError::new(&labels, &p, number).expect("valid");
                let (bins, mut gaps) = (sorted.bins(&weights), vec![0.0; number + 1]);
                assert_eq!(bins[2], bins[3], "ties stay together");
                for at in 0..6 {
                    gaps[bins[at] as usize] += weights[at] * (p[at] - f64::from(u8::from(labels[at])));
                }
                let sum = gaps.iter().map(|gap: &f64| gap.abs()).sum::<f64>() / weights.iter().sum::<f64>();
                assert_abs_diff_eq!(sum, sorted.at(&weights).expect("weight"), epsilon = 1e-15);
            }
        }
        let nobody = WeightedCalibrationError::new(&labels, &p, 3).expect("valid").bins(&[0u32; 6]);
        assert_eq!(nobody, [0; 6]);
    }

    #[test]
    fn the_error_is_the_mean_gap() {
        let (labels, p) = ([false, true, true, true], [0.2, 0.4, 0.6, 0.8]);
        // Bins (0.3, 1/2) and (0.7, 1).
        let found = calibration_error(&labels, &p, 2).expect("valid").expect("samples");
        assert_abs_diff_eq!(found, (0.2 + 0.3) / 2.0, epsilon = 1e-15);
        assert_eq!(calibration_error(&[], &[], 5), Ok(None));
        assert_eq!(calibration_error(&labels, &p, 0), Err(MetricError::NoBins));
    }
}
