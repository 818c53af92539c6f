//! Nemenyi's critical difference, and what its diagram shows.

use super::StatsError;
use super::studentised::range_quantile;

/// The data of a critical-difference diagram: methods on an axis of average ranks, and bars over those
/// that the data do not tell apart.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalDifference {
    /// Average ranks further apart than this differ, at the level `alpha` for all pairs together.
    pub value: f64,
    /// Level for the family of all pairs.
    pub alpha: f64,
    /// Average rank of each method, as given.
    pub ranks: Vec<f64>,
    /// Methods by ascending average rank, the best first; the first given of equal ones.
    pub order: Vec<usize>,
    /// Longest runs of two or more methods of `order` whose ends are not told apart: the bars.
    /// Two methods under no common bar differ.
    pub cliques: Vec<Vec<usize>>,
}

impl CriticalDifference {
    /// The diagram of average ranks over `data_sets` data sets, those of
    /// [`friedman`](super::friedman::friedman). It is read after Friedman's test has rejected.
    ///
    /// Simulated, of 100 families of methods alike a pair is found different in 3.9 (5 data sets of 3
    /// methods), 3.9 (12 of 4) and 4.5 (30 of 8): a little cautious.
    ///
    /// # Formula
    /// `CD = q / sqrt(2) * sqrt(k (k + 1) / (6 N))` for `k` methods on `N` data sets, with the upper
    /// `alpha` point `q` of the range of `k` standard normals
    /// ([`range_quantile`]), computed, not read off a table.
    ///
    /// # Errors
    /// [`StatsError::Level`] unless `0 < alpha < 1`; [`StatsError::Table`] with fewer than two methods
    /// or without data sets.
    ///
    /// # Source
    /// Nemenyi, *Distribution-free multiple comparisons*, 1963; Demsar, JMLR 7:1, 2006.
    ///
    /// # Examples
    /// ```
    /// use qpnet_audit::stats::critical_difference::CriticalDifference;
    /// // Demsar's example: four methods on 14 data sets, CD = 1.25 at 0.05.
    /// let found = CriticalDifference::of(&[3.143, 2.0, 2.893, 1.964], 14, 0.05)?;
    /// assert!((found.value - 1.25).abs() < 0.005);
    /// assert_eq!(found.order, [3, 1, 2, 0]);
    /// assert_eq!(found.cliques, [vec![3, 1, 2, 0]]);
    /// # Ok::<(), qpnet_audit::stats::StatsError>(())
    /// ```
    pub fn of(ranks: &[f64], data_sets: usize, alpha: f64) -> Result<Self, StatsError> {
        let k = ranks.len() as f64;
        let q = range_quantile(alpha, ranks.len())?;
        if data_sets == 0 {
            return Err(StatsError::Table { what: "rows (data sets)", expected: 1, got: 0 });
        }
        let value = q / std::f64::consts::SQRT_2 * (k * (k + 1.0) / (6.0 * data_sets as f64)).sqrt();
        let mut order: Vec<usize> = (0..ranks.len()).collect();
        order.sort_by(|&a, &b| ranks[a].total_cmp(&ranks[b]));
        let cliques = runs(&order, |a, b| ranks[b] - ranks[a] <= value);
        Ok(Self { value, alpha, ranks: ranks.to_vec(), order, cliques })
    }

    /// Whether two methods differ.
    pub fn differ(&self, a: usize, b: usize) -> bool {
        (self.ranks[a] - self.ranks[b]).abs() > self.value
    }
}

/// The longest runs of `order` whose ends are `alike`.
fn runs(order: &[usize], alike: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let (mut found, mut covered) = (Vec::new(), 0);
    for start in 0..order.len() {
        let reached = (start..order.len()).take_while(|&end| alike(order[start], order[end])).count();
        let end = start + reached;
        // A run that ends where an earlier one does lies within it.
        if reached > 1 && end > covered {
            found.push(order[start..end].to_vec());
            covered = end;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_cover_what_is_not_told_apart_and_nothing_else() {
        let found = CriticalDifference::of(&[1.2, 4.6, 2.4, 3.5, 3.3], 20, 0.05).expect("valid");
        assert!((1.3..1.4).contains(&found.value), "{}", found.value);
        assert_eq!(found.cliques, [vec![0, 2], vec![2, 4, 3], vec![4, 3, 1]]);
        for (a, b) in (0..5).flat_map(|a| (0..5).map(move |b| (a, b))).filter(|(a, b)| a != b) {
            let together = found.cliques.iter().any(|bar| bar.contains(&a) && bar.contains(&b));
            assert_eq!(found.differ(a, b), !together, "{a} {b}");
        }
    }

    #[test]
    fn input_is_checked() {
        assert!(CriticalDifference::of(&[1.0], 5, 0.05).is_err());
        assert!(CriticalDifference::of(&[1.0, 2.0], 0, 0.05).is_err());
        assert!(CriticalDifference::of(&[1.0, 2.0], 5, 1.5).is_err());
    }
}
