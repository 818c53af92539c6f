//! Maximum Mean Discrepancy between the features of the two subgroups (equations 17–19).

use tch::{Kind, Tensor};

/// Mean off-diagonal kernel value below which the term moves nothing; a run warns of it.
pub const DEAD_KERNEL: f64 = 1e-6;

/// The kernel `k(z1, z2)`, a function of the squared distance `s = |z1 - z2|^2`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kernel {
    /// `exp(-s)`, as the paper prints it. With 100 features distances are so large that the
    /// kernel is numerically zero and the term has no gradient.
    Unit,
    /// `sum_{i < num} exp(-s / h_i)`, `h_i = h mul^(i - num/2)` (integer division), `h` the mean
    /// of `s` over all pairs of different samples of the batch, detached. The default.
    MeanHeuristic {
        /// Ratio of neighbouring bandwidths.
        mul: f64,
        /// Number of kernels.
        num: u32,
    },
    /// `exp(-s / h)` with `h` the median of `s` over all pairs of different samples, detached.
    Median,
    /// `exp(-s / bandwidth)`.
    Fixed {
        /// In units of squared distance, > 0.
        bandwidth: f64,
    },
}

impl Default for Kernel {
    fn default() -> Self {
        Self::MeanHeuristic { mul: 2.0, num: 5 }
    }
}

/// How the expectations of the kernel are estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// Means over all pairs, the diagonal included (equations 18 and 19): never negative.
    #[default]
    Biased,
    /// The diagonal is left out: expectation zero for equal distributions, and therefore
    /// **negative about half the time** there. Needs two samples of each subgroup.
    Unbiased,
}

/// The term and a sign of life.
#[derive(Debug)]
pub struct Mmd {
    /// `L_MMD`, a scalar that carries the gradient; 0 where a subgroup has too few samples.
    pub loss: Tensor,
    /// Mean kernel value over pairs of different samples, detached: see [`DEAD_KERNEL`].
    pub mean_kernel: Tensor,
}

/// Squared MMD between two sets of features.
///
/// # Formula
/// ```text
/// L_MMD = mean k(domi, domi) - 2 mean k(domi, less) + mean k(less, less)
/// ```
///
/// # Shapes
/// `domi (n, D)`, `less (m, D)`.
///
/// # Source
/// Yao, Dai et al. 2024, equations 17–19; Gretton et al. 2012 (JMLR 13:723), equations 3 and 5;
/// the sum of bandwidths: Long et al. 2015 (arXiv 1502.02791).
pub fn mmd(domi: &Tensor, less: &Tensor, kernel: Kernel, estimator: Estimator) -> Mmd {
    let (n, m) = (domi.size()[0], less.size()[0]);
    let needed = if estimator == Estimator::Unbiased { 2 } else { 1 };
    if n < needed || m < needed {
        let zero = || Tensor::zeros([], (domi.kind(), domi.device()));
        return Mmd { loss: zero(), mean_kernel: zero() };
    }
    let pooled = Tensor::cat(&[domi, less], 0); // (n + m, D)
    let k = kernel.of(&squared_distances(&pooled)); // (n + m, n + m)
    let (rows_domi, rows_less) = (k.narrow(0, 0, n), k.narrow(0, n, m));
    let within_domi = within(&rows_domi.narrow(1, 0, n), estimator);
    let within_less = within(&rows_less.narrow(1, n, m), estimator);
    let between = rows_domi.narrow(1, n, m).mean(k.kind());
    let mean_kernel = off_diagonal_mean(&k.detach());
    Mmd { loss: within_domi - 2.0 * between + within_less, mean_kernel }
}

fn within(block: &Tensor, estimator: Estimator) -> Tensor {
    match estimator {
        Estimator::Biased => block.mean(block.kind()),
        Estimator::Unbiased => off_diagonal_mean(block),
    }
}

fn off_diagonal_mean(square: &Tensor) -> Tensor {
    let n = square.size()[0] as f64;
    (square.sum(square.kind()) - square.trace()) / (n * (n - 1.0)).max(1.0)
}

/// `s_ij = |z_i - z_j|^2` by differences: the expanded form loses all digits of small distances.
fn squared_distances(z: &Tensor) -> Tensor {
    let difference = z.unsqueeze(1) - z.unsqueeze(0); // (b, b, D)
    difference.square().sum_dim_intlist(-1, false, z.kind()) // (b, b)
}

impl Kernel {
    fn of(self, s: &Tensor) -> Tensor {
        match self {
            Self::Unit => (-s).exp(),
            Self::Fixed { bandwidth } => (s / -bandwidth).exp(),
            Self::Median => {
                let distances = s.detach();
                let size = s.size()[0];
                let upper = Tensor::ones([size, size], (Kind::Bool, s.device())).triu(1);
                let median = distances.masked_select(&upper).median();
                (-(s / positive(&median))).exp()
            }
            Self::MeanHeuristic { mul, num } => {
                let base = positive(&off_diagonal_mean(&s.detach()));
                let middle = (num / 2) as i32;
                let one = |i: u32| (-(s / (&base * mul.powi(i as i32 - middle)))).exp();
                (1..num).fold(one(0), |sum, i| sum + one(i))
            }
        }
    }
}

/// A bandwidth of zero (all features equal) would divide zero by zero.
fn positive(bandwidth: &Tensor) -> Tensor {
    bandwidth.clamp_min(1e-12)
}
