//! Every kind of figure: what it shows, in words, numbers and pixels.

#![allow(clippy::disallowed_methods, reason = "expected values may be the system's")]

mod charts;
#[path = "../support/figure.rs"]
mod figure_support;
mod kinds;
