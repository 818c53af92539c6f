//! One outcome of one AUC: the sums of its patients, their shares, and the degrees of freedom these allow.

use crate::stats::interval::{Area, Units};

/// One outcome of one AUC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) positive: bool,
    pub(super) units: Units,
    pub(super) variance: f64,
    pub(super) df: f64,
}

/// Sums over the contributions of units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    pub(super) squares: f64,
    pub(super) fourth: f64,
    pub(super) units: usize,
}

impl Moments {
    pub(super) fn of(parts: &[(usize, f64)]) -> Self {
        let (mut squares, mut fourth) = (0.0, 0.0);
        for &(_, d) in parts {
            squares += d * d;
            fourth += (d * d) * (d * d);
        }
        Self { squares, fourth, units: parts.len() }
    }

    pub(super) fn area(&self, auc: f64, sides: &[Side], identical: bool) -> Area {
        let fewest = |positive: bool| {
            let own = sides.iter().filter(|side| side.positive == positive).map(|side| side.units);
            own.min_by(|a, b| a.effective.total_cmp(&b.effective)).unwrap_or_default()
        };
        let estimable = sides.iter().all(|side| side.units.count > 1);
        Area {
            auc,
            variance: estimable.then_some(self.squares),
            df: self.df(sides),
            positives: fewest(true),
            negatives: fewest(false),
            identical,
        }
    }

    pub(super) fn df(&self, sides: &[Side]) -> f64 {
        let shown =
            if self.fourth > 0.0 { 2.0 * self.squares * self.squares / self.fourth - 1.0 } else { 1.0 };
        let sum = |of: &dyn Fn(&Side) -> f64| -> f64 {
            sides.iter().filter(|side| side.variance > 0.0).map(of).sum()
        };
        let total = sum(&|side| side.variance);
        let nu = total * total / sum(&|side| side.variance * side.variance / side.df);
        let one_over_e = sum(&|side| side.variance / side.units.effective) / total;
        let allowed = nu.min(self.units as f64 - 1.0) * (1.0 - one_over_e);
        // Without any variance there is nothing to allow for, and no number either.
        shown.min(if allowed.is_finite() { allowed } else { 1.0 }).max(1.0)
    }
}

/// The samples of one outcome of one patient: how many count, their weight, and the sum of their weighted
/// deviations from the mean.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) samples: usize,
    pub(super) weight: f64,
    pub(super) deviation: f64,
}

impl Sum {
    pub(super) fn new(samples: usize, weight: f64, deviation: f64) -> Self {
        Self { samples, weight, deviation }
    }

    pub(super) fn add(&mut self, weight: f64, deviation: f64) {
        self.samples += usize::from(weight > 0.0);
        self.weight += weight;
        self.deviation += weight * deviation;
    }

    /// `scale a_c / (m (1 - h_c))`, for [`Scale`].
    pub(super) fn moved(self, Scale { root, total }: Scale) -> f64 {
        if self.weight > 0.0 { root * self.deviation / (total - self.weight) } else { 0.0 }
    }
}

/// `sqrt(f)` and the weight of all samples of an outcome.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) root: f64,
    pub(super) total: f64,
}

impl Side {
    pub(super) fn of(positive: bool, sums: &[Sum]) -> (Self, Scale) {
        let total: f64 = sums.iter().map(|sum| sum.weight).sum();
        let shares: Vec<f64> =
            sums.iter().map(|sum| sum.weight / total).filter(|share| *share > 0.0).collect();
        let units = Units::of(&shares, sums.iter().map(|sum| sum.samples).sum());
        let count = units.count as f64;
        let scale = Scale { root: ((count - 1.0) / count).sqrt(), total };
        // All of one patient: no variance, as `Contributions::area` says.
        let moved = |sum: &Sum| if units.count > 1 { sum.moved(scale).powi(2) } else { 0.0 };
        let variance = sums.iter().map(moved).sum();
        let scale = if units.count > 1 { scale } else { Scale { root: 0.0, total: f64::INFINITY } };
        (Self { positive, units, variance, df: design_df(&shares) }, scale)
    }
}

/// `tr(M)^2 / tr(M^2)` of `sum_c s_c (u_c - sum_k h_k u_k)^2`, `s_c = (h_c / (1 - h_c))^2`: the degrees of
/// freedom of a variance over patients with these shares.
pub(super) fn design_df(shares: &[f64]) -> f64 {
    let (trace, square) = design(shares);
    trace * trace / square
}

/// `tr(M)` and `tr(M^2)` of the form of [`design_df`].
pub(super) fn design(shares: &[f64]) -> (f64, f64) {
    let squares: f64 = shares.iter().map(|h| h * h).sum();
    let scale = |h: f64| (h / (1.0 - h)).powi(2);
    let sum = |of: &dyn Fn(f64) -> f64| -> f64 { shares.iter().map(|&h| of(h)).sum() };
    let trace = sum(&|h| scale(h) * (1.0 - 2.0 * h + squares));
    let [s0, s1, s2] = [0, 1, 2].map(|power| sum(&|h| scale(h) * h.powi(power)));
    // (H - h_c - h_k)^2 over all pairs, and what the diagonal has beyond it.
    let pairs = squares * squares * s0 * s0 + 2.0 * (s0 * s2 + s1 * s1) - 4.0 * squares * s0 * s1;
    let diagonal = sum(&|h| scale(h).powi(2) * (1.0 + 2.0 * (squares - 2.0 * h)));
    (trace, pairs + diagonal)
}
