//! Speckle: the amplitude of a complex Gaussian field with a given correlation length.

use rand_distr::{Distribution, StandardNormal};

use crate::rng::Rng;

/// Speckle of `side x side` pixels, mean 1 and standard deviation 0.523, row-major.
///
/// # Formula
/// `R = sqrt(a^2 + b^2) / sqrt(pi / 2)`
///
/// Where: `a`, `b` white noise on `(side + 2 r)^2`, `r = max(1, ceil(3 s))`, smoothed by
/// separable taps proportional to `exp(-i^2 / (2 s^2))` and scaled back to unit variance.
pub fn speckle(rng: &mut Rng, side: usize, s: f64) -> Vec<f32> {
    let taps = taps(s);
    let a = smooth_field(rng, side, &taps);
    let b = smooth_field(rng, side, &taps);
    let mean = std::f32::consts::FRAC_PI_2.sqrt();
    a.iter().zip(&b).map(|(a, b)| (a * a + b * b).sqrt() / mean).collect()
}

/// Gaussian taps, scaled so that both passes together leave unit variance.
fn taps(s: f64) -> Vec<f32> {
    let radius = (3.0 * s).ceil().max(1.0) as i64;
    let raw: Vec<f64> = (-radius..=radius).map(|i| (-((i * i) as f64) / (2.0 * s * s)).exp()).collect();
    // Dividing by the norm is dividing by the sum, and then by the root of the sum of squares:
    // two passes divide by the sum of squares of taps that sum to 1.
    let norm = raw.iter().map(|tap| tap * tap).sum::<f64>().sqrt();
    raw.iter().map(|tap| (tap / norm) as f32).collect()
}

fn smooth_field(rng: &mut Rng, side: usize, taps: &[f32]) -> Vec<f32> {
    let wide = side + taps.len() - 1;
    let white: Vec<f32> = StandardNormal.sample_iter(rng).take(wide * wide).collect();
    let mut rows = vec![0f32; wide * side]; // (wide, side)
    for (row, out) in white.chunks_exact(wide).zip(rows.chunks_exact_mut(side)) {
        for (k, tap) in taps.iter().enumerate() {
            for (value, input) in out.iter_mut().zip(&row[k..k + side]) {
                *value += tap * input;
            }
        }
    }
    let mut field = vec![0f32; side * side]; // (side, side)
    for (y, out) in field.chunks_exact_mut(side).enumerate() {
        for (k, tap) in taps.iter().enumerate() {
            for (value, input) in out.iter_mut().zip(&rows[(y + k) * side..(y + k + 1) * side]) {
                *value += tap * input;
            }
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    #[test]
    fn is_rayleigh_with_mean_one_at_any_correlation_length() {
        for (s, images) in [(0.6, 40), (1.5, 60), (4.2, 160)] {
            let mut values = Vec::new();
            for image in 0..images {
                values.extend(speckle(&mut Streams::new(3).at("speckle", image), 64, s));
            }
            let n = values.len() as f64;
            let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
            let sd = (values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n).sqrt();
            assert!((mean - 1.0).abs() < 0.02, "mean {mean} at s = {s}");
            assert!((sd - 0.523).abs() < 0.02, "sd {sd} at s = {s}");
        }
    }
}
