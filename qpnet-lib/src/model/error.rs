//! What is wrong with the shape of a network.

/// A shape that is no network.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("model configuration: {field} must be {expected}, got {got}")]
pub struct ModelError {
    pub(super) field: &'static str,
    pub(super) expected: &'static str,
    pub(super) got: String,
}
