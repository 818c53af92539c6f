//! A proportion whose samples come in clusters: sensitivity, specificity, share called positive.

use super::normal::{percent, two_sided_factor};
use super::{Comparison, Estimate, StatsError};
use crate::metrics::MetricError;
use crate::stats::normal::two_sided_p;

/// The share of `hits` with Wilson's interval at the effective sample size; `None` of the value
/// without samples. `clusters[i]` is any number that sample `i` shares with the samples of the
/// same patient, and with no other.
///
/// # Formula
/// `v = C / (C - 1) sum_c (sum_{i in c} (x_i - p))^2 / n^2` over `C` clusters, effective size
/// `m = p (1 - p) / v`, at most `n`; where `v` is 0 (`p` is 0 or 1, or every cluster has the same
/// share) the number of clusters stands for it. With one sample a cluster `m` is `n - 1`.
/// Wilson's limits solve `|p - t| = z sqrt(t (1 - t) / m)`.
///
/// # Errors
/// [`StatsError::Level`]; clusters of another length.
///
/// # Source
/// Wilson, J Am Stat Assoc 22:209, 1927. Korn and Graubard, Survey Methodology 24:193, 1998
/// (effective size).
///
/// # Examples
/// ```
/// use qpnet_lib::stats::proportion;
/// let hits = [true, true, true, true, false, false, true, true];
/// let found = proportion::single("sensitivity", &hits, &[0, 1, 2, 3, 4, 5, 6, 7], 0.95)?;
/// assert_eq!(found.value, Some(0.75));
/// let pairs = proportion::single("sensitivity", &hits, &[0, 0, 1, 1, 2, 2, 3, 3], 0.95)?;
/// assert!(pairs.low < found.low, "images of one patient repeat each other");
/// # Ok::<(), qpnet_lib::stats::StatsError>(())
/// ```
pub fn single(name: &str, hits: &[bool], clusters: &[usize], level: f64) -> Result<Estimate, StatsError> {
    weighted(name, hits, &vec![1.0; hits.len()], clusters, level)
}

/// [`single`] when sample `i` counts `weights[i]`, any finite number from 0 up.
///
/// # Formula
/// `p = sum_i w_i x_i / W`, `W = sum_i w_i`, and
/// `v = C / (C - 1) sum_c (sum_{i in c} w_i (x_i - p))^2 / W^2` over the clusters with weight.
///
/// # Errors
/// As [`single`]; weights of another length.
///
/// # Source
/// Korn and Graubard, Survey Methodology 24:193, 1998.
pub fn weighted(
    name: &str,
    hits: &[bool],
    weights: &[f64],
    clusters: &[usize],
    level: f64,
) -> Result<Estimate, StatsError> {
    let z = two_sided_factor(level)?;
    for (what, got) in [("the slice of clusters", clusters.len()), ("the slice of weights", weights.len())] {
        let expected = hits.len();
        if expected != got {
            return Err(MetricError::LengthMismatch { what, expected, got }.into());
        }
    }
    let method = format!("{name}, Wilson at the effective size, {}", percent(level));
    if hits.is_empty() {
        return Ok(Estimate::undefined(method, 0, "no samples"));
    }
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return Ok(Estimate::undefined(method, hits.len(), "all weights are 0"));
    }
    let n = weights.iter().filter(|&&weight| weight > 0.0).count() as f64;
    let hit: f64 = hits.iter().zip(weights).filter(|(hit, _)| **hit).map(|(_, weight)| weight).sum();
    // A sum of nothing is -0.
    let p = (hit + 0.0) / total;
    // Summed in one order, so that the same table gives the same bits.
    let deviation = |hit: bool, weight: f64| weight * (f64::from(u8::from(hit)) - p);
    let mut own: Vec<(usize, f64)> = (0..hits.len())
        .filter(|&i| weights[i] > 0.0)
        .map(|i| (clusters[i], deviation(hits[i], weights[i])))
        .collect();
    own.sort_by_key(|(cluster, _)| *cluster);
    let sums: Vec<f64> =
        own.chunk_by(|a, b| a.0 == b.0).map(|cluster| cluster.iter().map(|(_, part)| part).sum()).collect();
    let units = sums.len() as f64;
    let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
    let variance = if units > 1.0 { units / (units - 1.0) * squares / (total * total) } else { 0.0 };
    let size = if variance > 0.0 { (p * (1.0 - p) / variance).min(n) } else { units };
    let (low, high) = wilson(p, size, z);
    let mut found = Estimate::new(p, low, high, method, hits.len());
    found.se = (units > 1.0).then(|| variance.sqrt());
    let few = (units < 10.0).then(|| format!("only {units} independent units"));
    Ok(found.flagged(few))
}

/// The first proportion minus the second, of independent samples.
///
/// # Formula
/// Square and add: `d - sqrt((p - l_p)^2 + (u_q - q)^2)` and its mirror image, from the limits of
/// [`single`]; `z = d / sqrt(v_p + v_q)`.
///
/// # Errors
/// As [`single`] of either.
///
/// # Source
/// Newcombe, Stat Med 17:873, 1998, method 10.
pub fn difference(name: &str, a: &Estimate, b: &Estimate, level: f64) -> Result<Comparison, StatsError> {
    two_sided_factor(level)?;
    let method = format!("{name}, square and add, {}", percent(level));
    let n = a.n + b.n;
    let (Some((p, p_low, p_high)), Some((q, q_low, q_high))) = (a.triple(), b.triple()) else {
        return Ok(Comparison::undefined(method, n, "one of the two does not exist"));
    };
    let value = p - q;
    let (low, high) = (value - (p - p_low).hypot(q_high - q), value + (p_high - p).hypot(q - q_low));
    let mut found = Estimate::new(value, low, high, method, n);
    found.se = a.se.zip(b.se).map(|(s, t)| s.hypot(t));
    let z = match found.se {
        Some(se) if se > 0.0 => Some(value / se),
        Some(_) if value == 0.0 => Some(0.0),
        _ => None,
    };
    let found = found.flagged(z.is_none().then(|| "no test: a variance is 0 or cannot be estimated".into()));
    Ok(Comparison { difference: found, z, p: z.map(two_sided_p) })
}

fn wilson(p: f64, size: f64, z: f64) -> (f64, f64) {
    let square = z * z / size;
    let centre = p + square / 2.0;
    let half = (p * (1.0 - p) * square + square * square / 4.0).sqrt();
    let (low, high) = ((centre - half) / (1.0 + square), (centre + half) / (1.0 + square));
    // Rounding must not take the value out of its interval at the ends.
    (low.clamp(0.0, p), high.clamp(p, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn limits_solve_wilsons_equation() {
        let (p, size, z) = (0.3, 57.0, 1.959_963_984_540_054);
        let (low, high) = wilson(p, size, z);
        for limit in [low, high] {
            let distance: f64 = p - limit;
            assert_abs_diff_eq!(distance.abs(), z * (limit * (1.0 - limit) / size).sqrt(), epsilon = 1e-12);
        }
    }

    #[test]
    fn all_or_none_still_have_an_interval() {
        let clusters: Vec<usize> = (0..20).collect();
        let all = single("s", &[true; 20], &clusters, 0.95).expect("valid");
        assert_eq!((all.value, all.high), (Some(1.0), Some(1.0)));
        // 1 / (1 + z^2 / n)
        assert_abs_diff_eq!(
            all.low.expect("low"),
            1.0 / (1.0 + 3.841_458_820_694_124 / 20.0),
            epsilon = 1e-9
        );
        assert_eq!(single("s", &[], &[], 0.95).expect("valid").value, None);
        assert!(single("s", &[true], &[], 0.95).is_err());
    }

    #[test]
    fn weights_of_samples_that_are_clusters_act_as_repetitions_of_hits() {
        let hits = [true, false, true, true, false, true];
        let clusters = [0, 1, 2, 3, 4, 5];
        let found = weighted("s", &hits, &[2.0, 1.0, 0.0, 1.0, 3.0, 1.0], &clusters, 0.95).expect("valid");
        assert_eq!(found.value, Some(0.5));
        // (2 + 1 + 1)/8; deviations 1, -1/2, 1/2, -3/2, 1/2: squares 4; 5/4 * 4 / 64.
        assert_abs_diff_eq!(found.se.expect("se"), (5.0f64 / 64.0).sqrt(), epsilon = 1e-12);
        let scaled = weighted("s", &hits, &[0.2, 0.1, 0.0, 0.1, 0.3, 0.1], &clusters, 0.95).expect("valid");
        assert_abs_diff_eq!(found.low.expect("low"), scaled.low.expect("low"), epsilon = 1e-12);
        let none = weighted("s", &hits, &[0.0; 6], &clusters, 0.95).expect("valid");
        assert_eq!(none.reason.as_deref(), Some("all weights are 0"));
        assert!(weighted("s", &hits, &[1.0], &clusters, 0.95).is_err());
    }

    #[test]
    fn a_cluster_of_copies_counts_once() {
        let hits: Vec<bool> = (0..60).map(|i| i / 3 % 2 == 0).collect();
        let copies = single("s", &hits, &(0..60).map(|i| i / 3).collect::<Vec<_>>(), 0.95).expect("valid");
        let once: Vec<bool> = (0..20).map(|i| i % 2 == 0).collect();
        let single_ = single("s", &once, &(0..20).collect::<Vec<_>>(), 0.95).expect("valid");
        assert_abs_diff_eq!(copies.low.expect("low"), single_.low.expect("low"), epsilon = 1e-12);
        let gap = difference("gap", &copies, &single_, 0.95).expect("valid");
        assert_eq!((gap.difference.value, gap.p), (Some(0.0), Some(1.0)));
    }
}
