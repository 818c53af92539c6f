//! An interval of the expected calibration error, which is biased upwards.

use super::bootstrap::Bootstrap;
use super::inverted::{Shapes, Size};
use super::{Estimate, StatsError};
use crate::metrics::{MetricError, WeightedCalibrationError};

/// The [expected calibration error](crate::metrics::calibration_error) with an interval over patients.
///
/// In a bin of `n` samples the rate scatters around a perfect forecast, and its distance is never
/// negative: so the error of a perfect model is above 0, and replicates lie above the error as the error
/// lies above the truth. The error itself may lie above its interval, and is flagged then: all of it may
/// be bias.
///
/// # Formula
/// With signed gaps `g_b = sum_{i in b} w_i (p_i - y_i) / sum_i w_i` of the bins of the data, the error is
/// `T = sum_b |g_b|`, and `e*_b = g*_b - g_b` are their errors in the replicates. A model with the gaps `l s_b`
/// would show `T*(l) = sum_b |l s_b + e*_b|`. Limits are `l sum_b |s_b|` for the smallest `l` with
/// `P(T*(l) >= T) >= a / 2` and the largest with `P(T*(l) <= T) >= a / 2`, `a = 1 - level`; the outermost ones of
/// two shapes `s`: the gaps of the data, which scatter more than true ones, and those gaps moved towards a
/// shift of all logits as far as the data are like one.
///
/// Simulated coverage at a nominal 95 %, in percent (300 patients, ten bins, 800 draws each, known to
/// ±0.9; `cargo run --release --example simulate -- probabilities 0.4`):
///
/// | true error | images | inverted | basic | percentile |
/// |---|---|---|---|---|
/// | 0 | 1 | 97.2 | 59.9 | 0 |
/// | 0.040 | 1 | 94.2 | 85.6 | 4.8 |
/// | 0.090 | 1 | 97.0 | 91.1 | 73.6 |
/// | 0.101 | 1 | 93.8 | 90.0 | 89.8 |
/// | 0 | 3 | 98.2 | 57.2 | 0 |
/// | 0.040 | 3 | 92.6 | 84.8 | 71.0 |
/// | 0.090 | 3 | 96.9 | 92.1 | 94.2 |
/// | 0.101 | 3 | 93.2 | 90.8 | 94.6 |
///
/// Of a perfect model the truth is an end of what is possible: only the lower limit can miss it. Where
/// positives come by chance and all patients are drawn alike, as in an audit: 97.5 of a perfect model, 95.0
/// of a shift (0.090, logits 0.5 too high), 94.9 with three images, 95.5 under weights (topic `audits`).
///
/// # Errors
/// As [`Bootstrap::estimate`]; [`MetricError::LengthMismatch`], [`MetricError::NotAProbability`],
/// [`MetricError::NoBins`].
///
/// # Source
/// Test inversion by the bootstrap along a curve of models: DiCiccio and Romano, Int Stat Rev 58:59,
/// 1990; Carpenter, JRSS B 61:159, 1999.
pub fn calibration_error(
    bootstrap: &Bootstrap<'_>,
    labels: &[bool],
    probabilities: &[f64],
    bins: usize,
) -> Result<Estimate, StatsError> {
    let (expected, got) = (bootstrap.resampler.samples(), labels.len());
    if expected != got {
        return Err(MetricError::LengthMismatch { what: "the slice of labels", expected, got }.into());
    }
    let one = vec![1; labels.len()];
    let bin = WeightedCalibrationError::new(labels, probabilities, bins)?.bins(&one);
    let number = 1 + bin.iter().copied().max().unwrap_or_default() as usize;
    let gaps = |weights: &[u32]| {
        let (mut gaps, mut total) = (vec![0.0; number], 0.0);
        for i in 0..labels.len() {
            let weight = f64::from(weights[i]);
            gaps[bin[i] as usize] += weight * (probabilities[i] - f64::from(u8::from(labels[i])));
            total += weight;
        }
        gaps.iter().map(|gap| gap / total).collect::<Vec<f64>>()
    };
    let replicates = bootstrap.replicate(gaps);
    let replicates: Vec<&[f64]> = replicates.iter().map(Vec::as_slice).collect();
    inverted_calibration_error(bootstrap, &gaps(&one), &replicates, labels.len())
}

/// [`calibration_error`] from the signed gaps of the data and those of every replicate of `bootstrap`, in
/// the bins of the data; gaps of nobody are NaN.
pub(crate) fn inverted_calibration_error(
    bootstrap: &Bootstrap<'_>,
    gaps: &[f64],
    replicates: &[&[f64]],
    n: usize,
) -> Result<Estimate, StatsError> {
    let sum = |scale: f64, shape: &[f64], error: &[f64]| {
        shape.iter().zip(error).map(|(gap, e)| (scale * gap + e).abs()).sum::<f64>()
    };
    let sized = Size { name: "calibration error", size: sum, differences: gaps, replicates, n };
    sized.estimate(bootstrap, |errors| {
        let shifted = shifted(gaps, errors);
        Shapes { for_low: vec![shifted.clone()], for_high: vec![shifted] }
    })
}

/// The gaps, moved towards those of a shift of all logits as far as they do not scatter more around it than
/// by chance.
///
/// # Formula
/// Variances `v_b` of the errors are proportional to `n_b p (1 - p)`, and so are the gaps of a small shift of
/// logits: `f_b = v_b sum g / sum v`. With `Q = sum (g_b - f_b)^2 / v_b` over `B` bins the shape is
/// `f + max(0, 1 - (B - 1) / Q) (g - f)`. Without any gap it is `v`, the direction of a shift.
fn shifted(gaps: &[f64], errors: &[Vec<f64>]) -> Vec<f64> {
    let count = errors.len() as f64;
    let variance = |b: usize| {
        let mean = errors.iter().map(|e| e[b]).sum::<f64>() / count;
        errors.iter().map(|e| (e[b] - mean).powi(2)).sum::<f64>() / (count - 1.0)
    };
    let variances: Vec<f64> = (0..gaps.len()).map(variance).collect();
    if gaps.iter().all(|&gap| gap == 0.0) {
        return variances;
    }
    let level = gaps.iter().sum::<f64>() / variances.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let apart = |(gap, v): (&f64, &f64)| gap - v * level;
    let residuals: Vec<f64> = gaps.iter().zip(&variances).map(apart).collect();
    let scattered = residuals.iter().zip(&variances).filter(|(_, v)| **v > 0.0);
    let (bins, q) = scattered.fold((0.0, 0.0), |(bins, q), (r, v)| (bins + 1.0, q + r * r / v));
    let kept = if q > 0.0 { (1.0 - (bins - 1.0) / q).max(0.0) } else { 0.0 };
    let back = |(r, v): (&f64, &f64)| v * level + if *v > 0.0 { kept * r } else { *r };
    residuals.iter().zip(&variances).map(back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;
    use crate::rng::Streams;
    use crate::stats::Resampler;

    fn error(labels: &[bool], said: &[f64]) -> Estimate {
        let patients: Vec<usize> = (0..labels.len()).collect();
        let resampler = Resampler::new(&patients, &vec![0; labels.len()]).expect("lengths");
        let streams = Streams::new(5);
        calibration_error(&Bootstrap::new(&resampler, &streams), labels, said, 10).expect("valid")
    }

    #[test]
    fn a_perfect_model_may_have_an_error_of_zero_and_a_bad_one_may_not() {
        let said: Vec<f64> = (0..400).map(|i| 0.05 + 0.9 * f64::from(i) / 400.0).collect();
        let fair: Vec<bool> =
            (0..400).map(|i| f64::from(i * 7 % 10) / 10.0 + 0.05 < said[i as usize]).collect();
        let found = error(&fair, &said);
        let plain = metrics::calibration_error(&fair, &said, 10).expect("valid").expect("samples");
        assert!((found.value.expect("samples") - plain).abs() < 1e-12);
        assert_eq!(found.low, Some(0.0));
        let low: Vec<f64> = said.iter().map(|p| p / 3.0).collect();
        let bad = error(&fair, &low);
        assert!(bad.low > Some(0.2) && bad.high > bad.value && bad.low < bad.value, "{bad:?}");
    }

    #[test]
    fn input_is_checked() {
        assert_eq!(error(&[], &[]).reason.as_deref(), Some("no samples"));
        let resampler = Resampler::new(&[0, 1], &[0, 0]).expect("lengths");
        let streams = Streams::new(5);
        let bootstrap = Bootstrap::new(&resampler, &streams);
        assert!(calibration_error(&bootstrap, &[true], &[0.5], 10).is_err());
        assert!(calibration_error(&bootstrap, &[true, false], &[0.5, 1.5], 10).is_err());
        assert!(calibration_error(&bootstrap, &[true, false], &[0.5, 0.5], 0).is_err());
    }
}
