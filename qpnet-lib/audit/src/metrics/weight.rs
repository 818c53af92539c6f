//! How much a sample counts.

/// A weight of a sample: how often a bootstrap drew it, or any finite number from 0 up.
pub trait Weight: Copy + Sync {
    /// As a number; whole weights stay exact up to 2^53.
    fn number(self) -> f64;
}

impl Weight for u32 {
    fn number(self) -> f64 {
        f64::from(self)
    }
}

impl Weight for f64 {
    fn number(self) -> f64 {
        self
    }
}
