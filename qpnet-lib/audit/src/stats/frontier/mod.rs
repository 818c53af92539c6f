//! Does a method reach what one weight between the subgroups cannot? The re-weighting frontier and the distance from it.
//!
//! Models trained with a fixed weight `delta` of the dominant class loss trade AUC of one subgroup for AUC of the
//! other: their places trace the frontier ([`Frontier`]). The gain of a method is how far it lies above
//! ([`gains`](fn@gains)); [`Verdict`] says what that shows.
//!
//! # The choice of the estimator
//! The frontier is not linear and its points are noisy. A distance of every seed from its own frontier, averaged, has a
//! bias that no number of seeds removes; an upper hull adds one of its own. Here places are averaged over seeds
//! first, so that the bias goes as noise does, and the spread over seeds is the jackknife's. Simulated for a method
//! that **is** a point of a concave frontier, 20 seeds, own noise 0.006 in each AUC (1/1000; coverage of nominal 95 %):
//!
//! | | bias, at its end | bias, at a bend | coverage, at its end | at a bend |
//! |---|---|---|---|---|
//! | distances of every seed, averaged | -6.6 | +1.4 | 22 | 94 |
//! | the same from the upper hull | -8.9 | -2.5 | 9 | 83 |
//! | the same from "as much or more of both" | -8.0 | -1.0 | 10 | 94 |
//! | places averaged first (taken) | -1.1 | +0.7 | 93 | 92 |
//!
//! With patients (4,000 images of 2,000 patients in each subgroup, own noise 0.003 and 0.012, 200 draws each, so known to
//! ±1.5; a program outside this tree made them with this module's method, and
//! `cargo run --example simulate -- frontier 0.05` is to make them again), coverage of nominal 95 %, and of a true gain of 0
//! the share in which it is rejected at 5 %:
//!
//! | the method is | 5 seeds | 10 | 20 | rejected: 5 | 10 | 20 |
//! |---|---|---|---|---|---|---|
//! | between two points | 98.0 | 96.5 | 96.5 | 2.0 | 3.5 | 3.5 |
//! | 0.02 above | 98.0 | 95.5 | 98.0 | | | |
//! | 0.01 above | 97.0 | 95.5 | 97.0 | | | |
//! | a point, at a bend | 97.5 | 96.0 | 97.0 | 2.5 | 4.0 | 3.0 |
//! | a point, at the end | 94.5 | 95.5 | 92.0 | 5.5 | 4.5 | 8.0 |
//! | a point, and the weight does nothing | 98.5 | 98.5 | 99.0 | 1.5 | 1.5 | 1.0 |
//!
//! It errs on the wide side, but at the end of the frontier, where the nearest end is too high for a method that chance has
//! put beyond: false gains are then rarer than 2.5 % (none in 600), false costs more frequent. A frontier should reach
//! beyond the methods. With a gain of 0.01 equivalence was claimed in at most 0.5 %.
//!
//! No point is left out for being dominated: at its AUC of the dominant subgroup it is what that weight gives, and
//! which points look dominated is chance. Where the truth turns back, a method can lie above the line and still have
//! less of both than some point: the verdict then says so ([`Verdict::Beaten`]). Points with the same dominant AUC count
//! by their mean.

mod curve;
mod gain;
mod points;
mod seen;
mod verdict;

pub use curve::{Frontier, Place, Reading};
pub use gain::{Gain, gains};
pub use points::{mean_gain, slope};
pub use verdict::{EQUIVALENCE, Verdict};
