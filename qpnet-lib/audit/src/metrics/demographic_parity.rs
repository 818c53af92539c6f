//! Demographic parity: is every subgroup called positive as often?

use super::{Confusion, Disparity, disparity};

/// Largest minus smallest share called positive over subgroups; `None` with fewer than two that
/// have samples. Where the disease is rarer in one subgroup, a perfect model has a difference too:
/// it is a description, and no aim by itself.
///
/// # Formula
/// `max_g P(called positive | g) - min_g P(called positive | g)`
///
/// # Source
/// Agarwal et al., ICML 2018; the `demographic_parity_difference` of Fairlearn.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::{Confusion, demographic_parity};
/// let often = Confusion::at(0.5, &[true, false], &[0.9, 0.8])?;
/// let seldom = Confusion::at(0.5, &[true, false], &[0.9, 0.2])?;
/// assert_eq!(demographic_parity(&[often, seldom]).map(|gap| gap.value), Some(0.5));
/// assert_eq!(demographic_parity(&[often]), None);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
pub fn demographic_parity(groups: &[Confusion]) -> Option<Disparity> {
    disparity(&groups.iter().map(Confusion::positive_rate).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_subgroups_take_no_part() {
        let at = |scores: &[f64]| Confusion::at(0.5, &[true, false][..scores.len()], scores).expect("valid");
        let found = demographic_parity(&[at(&[0.9, 0.1]), at(&[]), at(&[0.1, 0.1])]).expect("two");
        assert_eq!((found.value, found.best, found.worst, found.left_out), (0.5, 0, 2, vec![1]));
    }
}
