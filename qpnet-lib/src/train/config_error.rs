//! Settings that make no sense, and how they are refused.

/// A setting that makes no sense.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("training configuration: {field} must be {expected}, got {got}")]
pub struct ConfigError {
    field: &'static str,
    expected: &'static str,
    got: String,
}

impl ConfigError {
    /// Refuse a number that is not finite and > 0.
    pub(super) fn positive(field: &'static str, got: f64) -> Result<(), Self> {
        require(field, "a finite number > 0", got, got.is_finite() && got > 0.0)
    }
}

pub(super) fn require(
    field: &'static str,
    expected: &'static str,
    got: impl ToString,
    holds: bool,
) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError { field, expected, got: got.to_string() }) }
}
