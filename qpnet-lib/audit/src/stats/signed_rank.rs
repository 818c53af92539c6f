//! Wilcoxon's signed-rank test: two methods over several data sets.

use super::StatsError;
use super::normal::{two_sided_p, upper_p};
use crate::metrics::midranks;

/// Up to so many differences the distribution is counted out: the numbers fit an `f64` exactly.
const EXACT: usize = 50;

/// The test with both one-sided answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignedRank {
    /// Differences that are not 0.
    pub n: usize,
    /// Differences that are 0, which say nothing and are left out.
    pub zeroes: usize,
    /// Sum of the ranks of positive differences.
    pub w: f64,
    /// The sum in standard errors from its mean, ties corrected for.
    pub z: f64,
    /// Two-sided p-value of "symmetric around 0".
    pub p: f64,
    /// One-sided p-value for the alternative "larger than 0".
    pub p_greater: f64,
    /// One-sided p-value for the alternative "smaller than 0".
    pub p_less: f64,
    /// Whether p-values are exact; they are normal approximations otherwise.
    pub exact: bool,
}

/// Test whether differences, one a data set or patient, are symmetric around 0. `None` when every
/// difference is 0: nothing speaks for either side.
///
/// With five differences or fewer no two-sided p-value is below 0.05, whatever they are.
///
/// # Formula
/// `W = sum_{d_i > 0} rank |d_i|` over the `n` differences that are not 0, tied ones sharing the mean
/// of their ranks. Exact: all `2^n` signs are as likely, counted by the recursion over ranks, where
/// `n <= 50` and there are neither zeroes nor ties. Otherwise
/// `z = (W - n (n + 1) / 4) / s`, `s^2 = n (n + 1) (2n + 1) / 24 - sum_t (t^3 - t) / 48` over ties of
/// `t`, without a correction for continuity.
///
/// # Errors
/// [`MetricError::NotFinite`](crate::metrics::MetricError::NotFinite).
///
/// # Source
/// Wilcoxon, Biometrics Bulletin 1:80, 1945. For methods over data sets: Demsar, JMLR 7:1, 2006.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::signed_rank::signed_rank;
/// let found = signed_rank(&[0.03, 0.01, 0.05, 0.02, 0.04, 0.07])?.expect("differences");
/// assert_eq!((found.w, found.p, found.exact), (21.0, 2.0 / 64.0, true));
/// assert_eq!(signed_rank(&[0.0, 0.0])?, None);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn signed_rank(differences: &[f64]) -> Result<Option<SignedRank>, StatsError> {
    let sizes: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
    midranks(&sizes)?; // names the place of what is no number
    let kept: Vec<f64> = differences.iter().copied().filter(|&d| d != 0.0).collect();
    let (n, zeroes) = (kept.len(), differences.len() - kept.len());
    if n == 0 {
        return Ok(None);
    }
    let sizes: Vec<f64> = kept.iter().map(|d| d.abs()).collect();
    let ranks = midranks(&sizes)?;
    let w: f64 = kept.iter().zip(&ranks).filter(|(d, _)| **d > 0.0).map(|(_, rank)| rank).sum();
    let ties = ties(&ranks);
    let count = n as f64;
    let variance = count * (count + 1.0) * (2.0 * count + 1.0) / 24.0 - ties / 48.0;
    let z = (w - count * (count + 1.0) / 4.0) / variance.sqrt();
    let exact = n <= EXACT && zeroes == 0 && ties == 0.0;
    let (p_greater, p_less, p) = if exact {
        let (below, above) = tails(n, w as usize);
        (above, below, (2.0 * below.min(above)).min(1.0))
    } else {
        (upper_p(z), upper_p(-z), two_sided_p(z))
    };
    Ok(Some(SignedRank { n, zeroes, w, z, p, p_greater, p_less, exact }))
}

/// Sum of `t^3 - t` over ties of `t`.
fn ties(ranks: &[f64]) -> f64 {
    let mut sorted = ranks.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let cube = |tied: &[f64]| (tied.len() as f64).powi(3) - tied.len() as f64;
    sorted.chunk_by(|a, b| a == b).map(cube).sum()
}

/// `P(W <= w)` and `P(W >= w)` for ranks 1 to `n`.
fn tails(n: usize, w: usize) -> (f64, f64) {
    // In how many ways does a set of ranks have a sum?
    let mut ways = vec![0.0; n * (n + 1) / 2 + 1];
    ways[0] = 1.0;
    for rank in 1..=n {
        for sum in (rank..ways.len()).rev() {
            ways[sum] += ways[sum - rank];
        }
    }
    let all = 2f64.powi(n as i32);
    (ways[..=w].iter().sum::<f64>() / all, ways[w..].iter().sum::<f64>() / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_that_of_all_signs() {
        for w in 0..=15 {
            let sum = |signs: u32| (1..=5u32).filter(|rank| signs >> (rank - 1) & 1 == 1).sum::<u32>();
            let below = (0..32).filter(|&signs| sum(signs) <= w).count() as f64 / 32.0;
            let above = (0..32).filter(|&signs| sum(signs) >= w).count() as f64 / 32.0;
            assert_eq!(tails(5, w as usize), (below, above));
        }
    }

    #[test]
    fn fifty_are_exact_and_one_more_is_close_to_them() {
        let of = |n: i32| {
            let differences: Vec<f64> = (1..=n).map(|i| f64::from(if i % 3 == 0 { -i } else { i })).collect();
            signed_rank(&differences).expect("finite").expect("differences")
        };
        let (fifty, more) = (of(50), of(51));
        assert!(fifty.exact && !more.exact);
        assert!((fifty.p - two_sided_p(fifty.z)).abs() < 0.002, "{fifty:?}");
        assert!(signed_rank(&[0.1, f64::NAN]).is_err());
        assert_eq!(signed_rank(&[]), Ok(None));
    }
}
