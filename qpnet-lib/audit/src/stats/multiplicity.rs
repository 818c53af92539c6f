//! Several tests at once: adjusted p-values.
//!
//! [`holm`] keeps the chance of *any* false claim below the level: for the few confirmatory
//! tests. [`benjamini_hochberg`] keeps the expected *share* of false claims below it: for
//! exploration. A test that could not be carried out (`None`) stays `None`, but counts: a
//! family is fixed before its tests are known to fail.

use super::StatsError;

/// Holm's adjusted p-values, in the order given.
///
/// # Formula
/// With `p_(1) <= ... <= p_(m)`: `p'_(i) = max_{j <= i} min(1, (m - j + 1) p_(j))`.
///
/// # Errors
/// [`StatsError::NotAProbability`].
///
/// # Source
/// Holm, Scand J Statist 6:65, 1979.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::multiplicity::holm;
/// let found = holm(&[Some(0.0625), Some(0.25), None])?;
/// assert_eq!(found, [Some(0.1875), Some(0.5), None]);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn holm(p: &[Option<f64>]) -> Result<Vec<Option<f64>>, StatsError> {
    let order = ascending(p)?;
    let (mut adjusted, mut largest) = (vec![None; p.len()], 0.0f64);
    for (rank, (value, index)) in order.into_iter().enumerate() {
        largest = largest.max(((p.len() - rank) as f64 * value).min(1.0));
        adjusted[index] = Some(largest);
    }
    Ok(adjusted)
}

/// Adjusted p-values of Benjamini and Hochberg, in the order given.
///
/// # Formula
/// `p'_(i) = min_{j >= i} min(1, m p_(j) / j)`.
///
/// # Errors
/// [`StatsError::NotAProbability`].
///
/// # Source
/// Benjamini and Hochberg, JRSS B 57:289, 1995; valid for independent and positively dependent
/// tests.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::multiplicity::benjamini_hochberg;
/// let found = benjamini_hochberg(&[Some(0.0625), Some(0.25)])?;
/// assert_eq!(found, [Some(0.125), Some(0.25)]);
/// # Ok::<(), qpnet_audit::stats::StatsError>(())
/// ```
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Result<Vec<Option<f64>>, StatsError> {
    let order = ascending(p)?;
    let (mut adjusted, mut smallest) = (vec![None; p.len()], 1.0f64);
    for (rank, (value, index)) in order.into_iter().enumerate().rev() {
        smallest = smallest.min(p.len() as f64 * value / (rank as f64 + 1.0));
        adjusted[index] = Some(smallest);
    }
    Ok(adjusted)
}

/// The defined values with their positions, by ascending value.
fn ascending(p: &[Option<f64>]) -> Result<Vec<(f64, usize)>, StatsError> {
    let mut order: Vec<(f64, usize)> =
        p.iter().enumerate().filter_map(|(index, p)| Some(((*p)?, index))).collect();
    if let Some(&(value, index)) = order.iter().find(|(p, _)| !(0.0..=1.0).contains(p)) {
        return Err(StatsError::NotAProbability { index, value });
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_values_keep_the_order_and_stay_below_one() {
        let p = [Some(0.5), Some(0.03125), Some(0.04), Some(0.9)];
        assert_eq!(holm(&p), Ok(vec![Some(1.0), Some(0.125), Some(0.125), Some(1.0)]));
        let found = benjamini_hochberg(&p).expect("valid");
        assert_eq!((found[1], found[2], found[3]), (Some(0.08), Some(0.08), Some(0.9)));
        assert_eq!(holm(&[]), Ok(vec![]));
    }

    #[test]
    fn only_probabilities_are_adjusted() {
        let error = holm(&[None, Some(1.5)]).expect_err("1.5");
        assert_eq!(error, StatsError::NotAProbability { index: 1, value: 1.5 });
        assert!(benjamini_hochberg(&[Some(f64::NAN)]).is_err());
    }
}
