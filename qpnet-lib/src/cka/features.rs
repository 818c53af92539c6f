//! HSIC from covariances of features: for many images of few features.

use tch::{Kind, Tensor};

use super::CkaError;
use super::activation::{CONSTANT, centred_blocks};
use super::hsic::{PairSums, Parts};

/// Centred features `(n, p)` with the squared length of each image's row.
struct Centred {
    x: Tensor,       // (n, p)
    lengths: Tensor, // (n)
}

impl Centred {
    fn new(x: &Tensor) -> Result<Self, CkaError> {
        let mut blocks = Vec::new();
        let squares = centred_blocks(x, |block| blocks.push(block))?;
        let x = Tensor::cat(&blocks, 1);
        let lengths = x.square().sum_dim_intlist(1, false, Kind::Double);
        let constant = lengths.sum(Kind::Double).double_value(&[]) <= CONSTANT * squares;
        let factor = if constant { 0.0 } else { 1.0 };
        Ok(Self { x: x * factor, lengths: lengths * factor })
    }

    /// `|Xᵀ Y|^2 = tr(K L)`, diagonals included.
    fn covariance(&self, other: &Self) -> f64 {
        self.x.tr().matmul(&other.x).square().sum(Kind::Double).double_value(&[])
    }

    /// The sums over pairs without the diagonals. Centred rows of `K` sum to 0, so without the
    /// diagonal they sum to minus it.
    fn pair_sums(&self, other: &Self) -> PairSums {
        let diagonal = self.lengths.dot(&other.lengths).double_value(&[]);
        let sum = |side: &Self| -side.lengths.sum(Kind::Double).double_value(&[]);
        PairSums {
            trace: self.covariance(other) - diagonal,
            left: sum(self),
            right: sum(other),
            rows: diagonal,
        }
    }
}

/// Biased parts of `x (n, p)` and `y (n, q)`.
pub(super) fn biased(x: &Tensor, y: &Tensor) -> Result<Parts, CkaError> {
    let (x, y) = (Centred::new(x)?, Centred::new(y)?);
    Ok(Parts { cross: x.covariance(&y), left: x.covariance(&x), right: y.covariance(&y) })
}

/// `HSIC_1` parts of `x (n, p)` and `y (n, q)`.
pub(super) fn unbiased(x: &Tensor, y: &Tensor) -> Result<Parts, CkaError> {
    let n = x.size()[0] as usize;
    let (x, y) = (Centred::new(x)?, Centred::new(y)?);
    Ok(Parts {
        cross: x.pair_sums(&y).hsic_1(n),
        left: x.pair_sums(&x).hsic_1_self(n),
        right: y.pair_sums(&y).hsic_1_self(n),
    })
}
