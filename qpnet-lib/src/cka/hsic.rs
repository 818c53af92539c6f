//! The Hilbert–Schmidt independence criterion of two Gram matrices.

use super::Gram;

/// Fewest images of `HSIC_1`: it divides by `n (n - 3)`.
pub(super) const FEWEST: usize = 4;

/// `HSIC(K, L), HSIC(K, K), HSIC(L, L)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parts {
    pub cross: f64,
    pub left: f64,
    pub right: f64,
}

impl Parts {
    /// The ratio of equation 21; `None` where a side has no variance. By Cauchy and Schwarz it
    /// lies in [-1, 1] for every estimator here, so only rounding is cut off.
    pub fn ratio(self) -> Option<f64> {
        let scale = (self.left * self.right).sqrt();
        (self.left > 0.0 && self.right > 0.0 && scale > 0.0).then(|| (self.cross / scale).clamp(-1.0, 1.0))
    }
}

/// Sums over different images `i != j` of two matrices of which `HSIC_1` is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct PairSums {
    /// `tr(K L) = sum K_ij L_ij`.
    pub trace: f64,
    /// `1ᵀ K 1`.
    pub left: f64,
    /// `1ᵀ L 1`.
    pub right: f64,
    /// `1ᵀ K L 1`.
    pub rows: f64,
}

impl PairSums {
    /// `HSIC_1` of `n` images (Song et al. 2012, equation 5); the diagonals are 0.
    ///
    /// # Formula
    /// `[tr(K L) + 1ᵀK1 1ᵀL1 / ((n-1)(n-2)) - 2 / (n-2) 1ᵀKL1] / (n (n-3))`
    pub fn hsic_1(self, n: usize) -> f64 {
        let n = n as f64;
        let sum = self.trace + self.left * self.right / ((n - 1.0) * (n - 2.0)) - 2.0 / (n - 2.0) * self.rows;
        sum / (n * (n - 3.0))
    }

    /// `HSIC_1` of a matrix with itself, a sum of squares; 0 where nothing but rounding is left.
    pub fn hsic_1_self(self, n: usize) -> f64 {
        const ROUNDING: f64 = 1e-12;
        let value = self.hsic_1(n);
        let size = self.trace / (n as f64 * (n as f64 - 3.0));
        if value > ROUNDING * size { value } else { 0.0 }
    }
}

/// Gretton's biased HSIC of centred matrices, `sum K_ij L_ij / (n - 1)^2`.
pub(super) fn biased(k: &Gram, l: &Gram) -> Parts {
    let norm = (k.len() as f64 - 1.0).powi(2);
    let dot = |a: &Gram, b: &Gram| dot(a.values(), b.values()) / norm;
    Parts { cross: dot(k, l), left: dot(k, k), right: dot(l, l) }
}

/// `HSIC_1` of two matrices and of each with itself; `n >= 4`.
pub(super) fn unbiased(k: &Gram, l: &Gram) -> Parts {
    let n = k.len();
    Parts {
        cross: pair_sums(k, l).hsic_1(n),
        left: pair_sums(k, k).hsic_1_self(n),
        right: pair_sums(l, l).hsic_1_self(n),
    }
}

/// The sums over all pairs.
pub(super) fn pair_sums(k: &Gram, l: &Gram) -> PairSums {
    let diagonal: f64 = (0..k.len()).map(|i| k.row(i)[i] * l.row(i)[i]).sum();
    PairSums {
        trace: dot(k.values(), l.values()) - diagonal,
        left: k.row_sums().iter().sum(),
        right: l.row_sums().iter().sum(),
        rows: dot(k.row_sums(), l.row_sums()),
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
