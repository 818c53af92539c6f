//! How many positives and negatives there are, and whether that is enough.

/// Number of samples of either outcome.
///
/// # Examples
/// ```
/// use qpnet_audit::metrics::Outcomes;
/// let outcomes = Outcomes::of(&[true, true]);
/// assert_eq!(outcomes.undefined().as_deref(), Some("no negatives among 2 samples"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcomes {
    /// Samples labelled `true`.
    pub positives: usize,
    /// Samples labelled `false`.
    pub negatives: usize,
}

impl Outcomes {
    /// With fewer than this many positives or negatives a cell is flagged.
    pub const SMALL: usize = 10;

    /// Count the labels.
    pub fn of(labels: &[bool]) -> Self {
        let positives = labels.iter().filter(|&&label| label).count();
        Self { positives, negatives: labels.len() - positives }
    }

    /// All samples.
    pub fn total(&self) -> usize {
        self.positives + self.negatives
    }

    /// Why an AUC does not exist here, or `None` when both outcomes occur.
    pub fn undefined(&self) -> Option<String> {
        match (self.positives, self.negatives) {
            (0, 0) => Some("no samples".into()),
            (0, n) => Some(format!("no positives among {n} samples")),
            (m, 0) => Some(format!("no negatives among {m} samples")),
            _ => None,
        }
    }

    /// A remark when an outcome occurs, but fewer than [`Outcomes::SMALL`] times.
    pub fn flag(&self) -> Option<String> {
        let few = |count: usize, one: &str| {
            (count < Self::SMALL).then(|| format!("only {count} {one}{}", if count == 1 { "" } else { "s" }))
        };
        match (few(self.positives, "positive"), few(self.negatives, "negative")) {
            (Some(a), Some(b)) => Some(format!("{a} and {}", b.trim_start_matches("only "))),
            (a, b) => a.or(b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_cells_are_flagged_and_empty_ones_explained() {
        let of = |positives, negatives| Outcomes { positives, negatives };
        assert_eq!(of(10, 10).flag(), None);
        assert_eq!(of(1, 10).flag().as_deref(), Some("only 1 positive"));
        assert_eq!(of(9, 2).flag().as_deref(), Some("only 9 positives and 2 negatives"));
        assert_eq!(of(0, 0).undefined().as_deref(), Some("no samples"));
        assert_eq!(of(0, 3).undefined().as_deref(), Some("no positives among 3 samples"));
        assert_eq!(of(1, 1).undefined(), None);
    }
}
