//! When to stop: the validation AUC has stalled.

/// Whether the last `window` epochs moved the AUC by less than `tolerance`.
///
/// The paper halts "if the change in validation AUC over the past ten epochs is less than
/// 0.01": the change is read as largest minus smallest value over the `window + 1` values that
/// span `window` epochs, so that one good epoch among bad ones does not look like a stall.
///
/// # Source
/// Yao, Dai et al. 2024, Methods, "Training section".
pub fn has_stalled(aucs: &[f64], window: usize, tolerance: f64) -> bool {
    if aucs.len() <= window {
        return false;
    }
    let last = &aucs[aucs.len() - window - 1..];
    let largest = last.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let smallest = last.iter().copied().fold(f64::INFINITY, f64::min);
    largest - smallest < tolerance
}

#[cfg(test)]
mod tests {
    use super::has_stalled;

    #[test]
    fn stalls_only_over_a_whole_window() {
        let flat = [0.5, 0.7, 0.800, 0.803, 0.806];
        assert!(has_stalled(&flat, 2, 0.01));
        assert!(!has_stalled(&flat, 3, 0.01));
        assert!(!has_stalled(&flat[..2], 2, 0.01));
        assert!(!has_stalled(&[0.8, 0.9, 0.8], 2, 0.01));
    }
}
