//! Performance disparity between subgroups (eq 4).

/// Disparity of one pair of subgroups, `None` when either performance is undefined.
/// Negative when the less-prevalent subgroup does better.
///
/// # Formula
/// `Delta A = A(M, D_domi) - A(M, D_less)` (4)
///
/// # Examples
/// ```
/// assert_eq!(qpnet_audit::metrics::gap(Some(0.75), Some(0.5)), Some(0.25));
/// assert_eq!(qpnet_audit::metrics::gap(Some(0.75), None), None);
/// ```
pub fn gap(dominant: Option<f64>, less: Option<f64>) -> Option<f64> {
    Some(dominant? - less?)
}

/// The disparity over any number of subgroups.
#[derive(Clone, Debug, PartialEq)]
pub struct Disparity {
    /// Best minus worst, never negative.
    pub value: f64,
    /// Position of the best subgroup.
    pub best: usize,
    /// Position of the worst subgroup.
    pub worst: usize,
    /// Positions of subgroups whose performance is undefined: they took no part, and whoever
    /// shows `value` should say so.
    pub left_out: Vec<usize>,
}

/// Best minus worst subgroup; `None` when fewer than two are defined. Among equals the
/// first counts.
///
/// # Formula
/// `Delta A = max_g A(M, D_g) - min_g A(M, D_g)`: eq 4 with the pair chosen by the data, so
/// that its sampling distribution is not that of [`gap`].
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::disparity;
/// let found = disparity(&[Some(0.75), None, Some(0.5), Some(0.625)]).expect("three defined");
/// assert_eq!((found.value, found.best, found.worst), (0.25, 0, 2));
/// assert_eq!(found.left_out, [1]);
/// ```
pub fn disparity(values: &[Option<f64>]) -> Option<Disparity> {
    let defined: Vec<(usize, f64)> =
        values.iter().enumerate().filter_map(|(i, value)| value.map(|v| (i, v))).collect();
    if defined.len() < 2 || defined.iter().any(|(_, v)| v.is_nan()) {
        return None;
    }
    let (mut best, mut worst) = (defined[0], defined[0]);
    for &candidate in &defined[1..] {
        if candidate.1 > best.1 {
            best = candidate;
        }
        if candidate.1 < worst.1 {
            worst = candidate;
        }
    }
    let left_out = (0..values.len()).filter(|&i| values[i].is_none()).collect();
    Some(Disparity { value: best.1 - worst.1, best: best.0, worst: worst.0, left_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_groups_have_no_disparity_and_one_group_has_none() {
        assert_eq!(disparity(&[Some(0.5), Some(0.5)]).map(|d| d.value), Some(0.0));
        assert_eq!(disparity(&[Some(0.5), None]), None);
        assert_eq!(disparity(&[]), None);
    }
}
