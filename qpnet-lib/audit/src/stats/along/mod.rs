//! A measure along a continuous attribute: by kernel weights, with one band that holds along all of it.
//!
//! Cutting ages into groups chooses where they are cut, and treats 39 and 41 as strangers. Here every age `x` of a
//! grid has the measure of samples weighted by how near their age is.
//!
//! # Formula
//! Sample `i` with the attribute `a_i` and the weight `v_i` (1 where samples count alike) counts
//! `w_i(x) = v_i exp(-((a_i - x) / h)^2 / 2)` at `x`. The bandwidth `h` is given, or follows from the attribute alone
//! ([`bandwidth`]). With these weights
//! - AUC: `sum_ij w_i w_j psi_ij / (sum_i w_i sum_j w_j)` over positives `i` and negatives `j`;
//! - sensitivity: the share of the weight of positives that score the threshold or more;
//! - observed minus predicted: `sum_i w_i (y_i - p_i) / sum_i w_i`, above 0 where probabilities are too low.
//!
//! What is estimated is the curve smoothed with this bandwidth: what happens within `h` is not seen, and at the ends
//! of the attribute, where neighbours lie on one side, it is that of the inside. Observed minus predicted of a right
//! model is 0 under any weights.
//!
//! **Errors.** Patient `c` moves the measure at `x` by `d_c(x)`, as of any weighted AUC or mean (`Contributions`), so that
//! `s(x)^2 = sum_c d_c(x)^2`. That of observed minus predicted is at least `sum_i w_i^2 p_i (1 - p_i) / (sum_i w_i)^2`, what
//! the probabilities themselves imply: twenty patients without an event do not show that there are none.
//!
//! **Band.** Along the grid the errors have the correlations `R(x, z) = sum_c d_c(x) d_c(z) / (s(x) s(z))`. With `Z`
//! normal of correlation `R`, the factor `c` is the quantile of `max_x |Z(x)|` at the level, over [`DRAWS`] draws; at every
//! point the interval of the measure at the level `P(|Z_1| <= c)` is taken (logit of an AUC, Wilson's of a sensitivity,
//! symmetric of observed minus predicted, each with Student's t of its own degrees of freedom), and so the whole
//! curve lies in the band with the chance that the level says.
//!
//! **Where it is drawn.** At least [`EFFECTIVE`] effective patients of each outcome that the measure needs
//! (`(sum W_c)^2 / sum W_c^2` over their weights `W_c`), and [`NEAR`] of them within one bandwidth. Other points of
//! the grid are named.
//!
//! # Source
//! Weighting by a kernel: Nadaraya, Theor Probab Appl 9:141, 1964; an AUC along a covariate: Pepe, The Statistical
//! Evaluation of Medical Tests, 2003, 6.4; the simultaneous band by the maximum of a Gaussian process: Montiel Olea and
//! Plagborg-Moller, J Appl Econometrics 34:1, 2019.

mod calibration;
mod curve;
mod grid;
mod sorted;
mod supremum;

pub use calibration::{CalibrationPoint, calibration_curve};
pub use curve::{Curve, Point, along};
pub use grid::{GridRule, bandwidth, grid};
pub use sorted::{EFFECTIVE, Measure, Measured, NEAR};
pub use supremum::{DRAWS, critical};
