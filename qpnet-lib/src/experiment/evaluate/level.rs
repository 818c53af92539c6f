//! The level of intervals.

/// Level of every interval.
pub(in crate::experiment) const LEVEL: f64 = 0.95;
