//! Transcendental functions from one implementation on every machine.
//!
//! Those of the standard library are the system's: a WebAssembly build and a native one differ in the last digit of a
//! tenth of all arguments. Everything of this crate calls these instead (`clippy.toml` sees to it), so that an audit
//! gives the same numbers in a browser. `sqrt` is exact everywhere and stays. What is left to the system are the
//! logarithms inside statrs' tails and quantiles and those of one in a thousand normal deviates.

pub(crate) use libm::{exp, hypot, log as ln, log1p as ln_1p, log10, pow as powf};
