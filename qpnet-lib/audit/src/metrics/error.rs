//! Input on which no measure can be computed.

/// Why a measure refuses its input.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MetricError {
    /// Two slices that belong together have different lengths.
    #[error("{what} has {got} entries where {expected} are expected (one per label)")]
    LengthMismatch {
        /// Which slice is wrong.
        what: &'static str,
        /// The number of labels.
        expected: usize,
        /// The number of entries found.
        got: usize,
    },
    /// A value is NaN or infinite.
    #[error("entry {index} (counted from 0) is {value}: scores must be finite")]
    NotFinite {
        /// Position in the slice, from 0.
        index: usize,
        /// The value found.
        value: f64,
    },
    /// A matrix without columns.
    #[error("a macro AUC needs at least one class, got 0")]
    NoClasses,
    /// A class that does not exist.
    #[error(
        "sample {index} (counted from 0) has class {got}: with {classes} classes they are numbered from 0"
    )]
    NoSuchClass {
        /// Position in the slice, from 0.
        index: usize,
        /// The class found.
        got: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A decomposition over no bins.
    #[error("at least one bin is needed, got 0")]
    NoBins,
    /// A prevalence of 0 or 1, or none at all.
    #[error("{what} is {got}: expected a number strictly between 0 and 1")]
    Prevalence {
        /// Which one.
        what: &'static str,
        /// The number found.
        got: f64,
    },
    /// A temperature that cannot be one.
    #[error("a temperature is a finite number above 0; got {got}")]
    Temperature {
        /// The number found.
        got: f64,
    },
    /// A probability lies outside [0, 1].
    #[error("entry {index} (counted from 0) is {value}: a probability lies in [0, 1]")]
    NotAProbability {
        /// Position in the slice, from 0.
        index: usize,
        /// The value found.
        value: f64,
    },
}

/// One finite score per label.
pub(crate) fn check(labels: &[bool], scores: &[f64]) -> Result<(), MetricError> {
    if scores.len() != labels.len() {
        return Err(MetricError::LengthMismatch {
            what: "the slice of scores",
            expected: labels.len(),
            got: scores.len(),
        });
    }
    finite(scores)
}

/// Every value is finite.
pub(crate) fn finite(values: &[f64]) -> Result<(), MetricError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(MetricError::NotFinite { index, value: values[index] }),
        None => Ok(()),
    }
}
