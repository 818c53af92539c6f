//! Every kind of figure: what it shows, in words, numbers and pixels.

mod charts;
#[path = "../support/figure.rs"]
mod figure_support;
mod kinds;
