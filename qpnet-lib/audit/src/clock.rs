//! Elapsed time as an argument, so that nothing below the program reads the wall clock itself.

#[cfg(feature = "system")]
use std::time::Instant;

/// A source of elapsed seconds.
pub trait Clock {
    /// Seconds since this clock was made.
    fn seconds(&self) -> f64;
}

/// The monotonic clock of the machine.
#[cfg(feature = "system")]
#[derive(Clone, Copy, Debug)]
pub struct Monotonic(Instant);

#[cfg(feature = "system")]
impl Monotonic {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

#[cfg(feature = "system")]
impl Clock for Monotonic {
    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// A clock that stands still, for tests and for outputs that must not change between runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frozen(pub f64);

impl Clock for Frozen {
    fn seconds(&self) -> f64 {
        self.0
    }
}
