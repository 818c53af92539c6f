//! Friedman's test: several methods over several data sets.

mod exact;

use super::StatsError;
use crate::math::powf;
use crate::metrics::{MetricError, midranks};
use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor};

/// Average ranks with the tests of "all methods alike".
#[derive(Clone, Debug, PartialEq)]
pub struct Friedman {
    /// Number of data sets (blocks).
    pub data_sets: usize,
    /// Average rank of each method: 1 is the best, the one with the largest values.
    pub ranks: Vec<f64>,
    /// Friedman's statistic, corrected for ties; `None` when every row is one tie.
    pub chi: Option<f64>,
    /// Its p-value by the chi-square distribution: conservative with few data sets.
    pub p_chi: Option<f64>,
    /// The form of Iman and Davenport; infinite where all data sets agree.
    pub f: Option<f64>,
    /// Its p-value by the F distribution; `None` above 3,000 degrees of freedom.
    pub p_f: Option<f64>,
    /// **The p-value to use**, by `method`.
    pub p: Option<f64>,
    /// Where `p` is from.
    pub method: PValue,
}

/// How a p-value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PValue {
    /// All arrangements of the ranks within data sets counted out: `p` is exact, with ties as well.
    Exact,
    /// By the F distribution, the approximation of Iman and Davenport: `p` is `p_f`.
    ImanDavenport,
    /// By the chi-square distribution, where F has too many degrees of freedom to be known: `p` is `p_chi`, which
    /// is then as good.
    ChiSquare,
}

/// Test whether methods differ over data sets, by the ranks within each. Larger values are better.
///
/// A small table is tested exactly: 2 methods on up to 30 data sets, 3 on 12, 4 on 7, 5 on 5 (no more than
/// `10^9` arrangements, `(k!)^(N - 1)`). Ranks of such a table take few values, and the level of the exact
/// test is the largest below 5 % that they can have. With two methods and fewer than six data sets it never
/// rejects.
///
/// Simulated rejections of methods alike at 5 %, in percent (20,000 draws each, known to ±0.2;
/// `cargo run --release --example simulate -- tests`):
///
/// | data sets | methods | largest level | `p` | `p_f` | `p_chi` |
/// |---|---|---|---|---|---|
/// | 5 | 3 | 3.9 | 3.8 | 3.8 | 3.8 |
/// | 4 | 4 | 3.6 | 3.8 | 6.7 | 3.4 |
/// | 12 | 4 | | 5.4 | 5.4 | 4.6 |
/// | 30 | 8 | | 5.1 | 5.1 | 4.7 |
///
/// # Formula
/// With ranks `r_ij` (ties share their mean), `A = sum_ij r_ij^2`, `C = N k (k + 1)^2 / 4`:
/// `chi = (k - 1) (sum_j (sum_i r_ij)^2 - N C) / (A - C)` on `k - 1` degrees of freedom, and
/// `F = (N - 1) chi / (N (k - 1) - chi)` on `k - 1` and `(k - 1)(N - 1)`. Where all data sets rank alike,
/// `F` is infinite, and `p_f` is the chance of that without ties, `(k!)^(1 - N)`. Exact: the share of all
/// arrangements, each row in any order of its ranks, whose `sum_j (sum_i r_ij)^2` is at least the one seen.
///
/// # Shapes
/// `table` is `[N][k]`: a row per data set, a column per method.
///
/// # Errors
/// [`StatsError::Table`] with fewer than two rows or columns, or rows of different lengths;
/// [`MetricError::NotFinite`].
///
/// # Source
/// Friedman, JASA 32:675, 1937 (with tables of the exact distribution); Conover, *Practical Nonparametric
/// Statistics*, 1999 (ties); Iman and Davenport, Commun Stat A 9:571, 1980.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::friedman::friedman;
/// let found = friedman(&[vec![0.8, 0.7, 0.6], vec![0.9, 0.8, 0.7], vec![0.7, 0.6, 0.65]])?;
/// assert_eq!(found.ranks, [1.0, 7.0 / 3.0, 8.0 / 3.0]);
/// assert!((found.chi.expect("ranks differ") - 14.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn friedman(table: &[Vec<f64>]) -> Result<Friedman, StatsError> {
    let rows = ranked(table)?;
    let (n, k) = (rows.len() as f64, rows[0].len() as f64);
    let sums: Vec<f64> = (0..rows[0].len()).map(|j| rows.iter().map(|row| row[j]).sum()).collect();
    let squares: f64 = rows.iter().flatten().map(|rank| rank * rank).sum();
    let level = n * k * (k + 1.0).powi(2) / 4.0;
    let between = sums.iter().map(|sum| sum * sum).sum::<f64>() - n * level;
    let ranks = sums.iter().map(|sum| sum / n).collect();
    let mut found = Friedman {
        data_sets: rows.len(),
        ranks,
        chi: None,
        p_chi: None,
        f: None,
        p_f: None,
        p: None,
        method: PValue::ImanDavenport,
    };
    // Ranks are multiples of 1/2: what is not below rounding is at least 1/2.
    if squares - level < 0.25 {
        return Ok(found);
    }
    let chi = (k - 1.0) * between / (squares - level);
    let rest = n * (k - 1.0) - chi;
    let agree = rest <= 1e-9 * n * k;
    let f = if agree { f64::INFINITY } else { (n - 1.0) * chi / rest };
    found.p_chi = Some(chi_square_tail(chi, k - 1.0));
    found.p_f = if agree {
        Some(powf((1..=rows[0].len()).map(|j| j as f64).product::<f64>(), 1.0 - n))
    } else {
        fisher_tail(f, k - 1.0, (k - 1.0) * (n - 1.0))
    };
    (found.chi, found.f) = (Some(chi), Some(f));
    (found.p, found.method) = match (exact::chance(&rows), found.p_f) {
        (Some(chance), _) => (Some(chance), PValue::Exact),
        (None, Some(p)) => (Some(p), PValue::ImanDavenport),
        (None, None) => (found.p_chi, PValue::ChiSquare),
    };
    Ok(found)
}

/// `P(X > x)` of chi-square, to 1e-8 of itself for 1 to 199 degrees of freedom (`tests/statistics/tails.rs`).
pub fn chi_square_tail(x: f64, df: f64) -> f64 {
    ChiSquared::new(df).map_or(f64::NAN, |known| known.sf(x))
}

/// Up to here statrs gives the tail of F to eight digits: its series ends after 140 terms.
const MOST: f64 = 3000.0;

/// `P(X > x)` of F, to 1e-8 of itself for up to 3,000 degrees of freedom (`tests/statistics/tails.rs`); `None` for more.
pub fn fisher_tail(x: f64, d1: f64, d2: f64) -> Option<f64> {
    let known = FisherSnedecor::new(d1, d2).ok().filter(|_| d1.max(d2) <= MOST)?;
    Some(known.sf(x))
}

/// Ranks within each row, 1 for the largest value.
fn ranked(table: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, StatsError> {
    let wrong = |what, expected, got| Err(StatsError::Table { what, expected, got });
    if table.len() < 2 {
        return wrong("rows (data sets, at least two)", 2, table.len());
    }
    let columns = table[0].len();
    if columns < 2 {
        return wrong("columns (methods, at least two)", 2, columns);
    }
    if let Some(row) = table.iter().find(|row| row.len() != columns) {
        return wrong("columns of a row (as many as of the first)", columns, row.len());
    }
    let mut values = table.iter().flatten().enumerate();
    if let Some((index, &value)) = values.find(|(_, value)| !value.is_finite()) {
        return Err(MetricError::NotFinite { index, value }.into());
    }
    let downwards = |row: &Vec<f64>| Ok(midranks(&row.iter().map(|value| -value).collect::<Vec<_>>())?);
    table.iter().map(downwards).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_tie_say_nothing() {
        let found = friedman(&[vec![0.5; 3], vec![0.7; 3]]).expect("valid");
        assert_eq!((found.ranks, found.chi, found.p), (vec![2.0; 3], None, None));
    }

    #[test]
    fn full_agreement_has_the_chance_of_it() {
        let found = friedman(&vec![vec![3.0, 1.0, 2.0]; 4]).expect("valid");
        assert_eq!((found.chi, found.f), (Some(8.0), Some(f64::INFINITY)));
        assert!((found.p.expect("a test") - 1.0 / 216.0).abs() < 1e-15);
        assert_eq!((found.method, found.p_f), (PValue::Exact, found.p));
        let large = friedman(&vec![vec![3.0, 1.0, 2.0]; 13]).expect("valid");
        assert_eq!((large.method, large.p_f), (PValue::ImanDavenport, large.p));
    }

    #[test]
    fn tables_are_checked() {
        let error = friedman(&[vec![1.0, 2.0], vec![1.0]]).expect_err("a hole");
        assert!(error.to_string().contains("1 where 2 are expected"), "{error}");
        assert!(friedman(&[vec![1.0, 2.0]]).is_err());
        assert!(friedman(&[vec![1.0], vec![2.0]]).is_err());
        assert!(friedman(&[vec![1.0, f64::NAN], vec![2.0, 1.0]]).is_err());
    }
}
