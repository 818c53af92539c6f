//! The values that are tried.

use rand::RngExt;

use crate::rng::Streams;

/// So many digits are kept: what was drawn can be written down, and a cell by hand is then the same cell.
const DIGITS: usize = 4;

/// `count` draws of settings that lie in `ranges`, each log-uniform.
///
/// # Formula
/// `exp(ln a + u (ln b - ln a))`, `u` uniform on [0, 1) from stream `(seed, "tuning/KEY", draw)`, in the order of the
/// settings; rounded to four digits.
pub(super) fn draws(seed: u64, key: &str, ranges: &[[f64; 2]], count: usize) -> Vec<Vec<f64>> {
    let streams = Streams::new(seed).below("tuning");
    let one = |draw: usize| {
        let mut rng = streams.at(key, draw as u64);
        ranges.iter().map(|[from, to]| rounded(from * (to / from).powf(rng.random::<f64>()))).collect()
    };
    (0..count).map(one).collect()
}

fn rounded(value: f64) -> f64 {
    format!("{value:.*e}", DIGITS - 1).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_seed_and_key_alone_and_are_uniform_in_the_logarithm() {
        let first = draws(1, "qpi", &[[0.01, 1.0], [2.0, 20.0]], 12);
        assert_eq!(first, draws(1, "qpi", &[[0.01, 1.0], [2.0, 20.0]], 12));
        assert_eq!(first[..5], draws(1, "qpi", &[[0.01, 1.0], [2.0, 20.0]], 5), "more draws change none");
        assert_ne!(first, draws(2, "qpi", &[[0.01, 1.0], [2.0, 20.0]], 12));
        assert_ne!(first, draws(1, "weak", &[[0.01, 1.0], [2.0, 20.0]], 12));
        assert!(first.iter().all(|own| (0.01..=1.0).contains(&own[0]) && (2.0..=20.0).contains(&own[1])));
        let many = draws(1, "qpi", &[[0.01, 1.0]], 4000);
        let below = many.iter().filter(|own| own[0] < 0.1).count() as f64 / 4000.0;
        assert!((below - 0.5).abs() < 0.03, "{below}");
        assert_eq!(rounded(0.012_345_67), 0.01235);
    }
}
