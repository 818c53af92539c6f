//! The centred Gram matrix of a layer.

use tch::{Device, Kind, Tensor};

use super::CkaError;
use super::activation::{CONSTANT, centred_blocks};

/// `H X Xᵀ H` of `n` images: all that linear CKA needs to know of a layer.
///
/// `HSIC_1` does not see the centring (it only removes what its own does), but numbers near 0
/// lose fewer digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Gram {
    n: usize,
    values: Vec<f64>,
    /// Sums of the rows without the diagonal.
    rows: Vec<f64>,
}

impl Gram {
    /// The Gram matrix of rows `x (n, features)`, in double precision.
    ///
    /// # Errors
    /// [`CkaError`]: no matrix, no image, or a number that is not finite.
    pub fn new(x: &Tensor) -> Result<Self, CkaError> {
        let n = x.size().first().copied().unwrap_or(0);
        if n < 1 {
            return Err(CkaError::TooFew { estimator: "a Gram matrix", needed: 1, got: 0 });
        }
        let mut gram = Tensor::zeros([n, n], (Kind::Double, x.device()));
        let squares = centred_blocks(x, |block| gram += block.matmul(&block.tr()))?; // (n, n)
        let mut values = vec![0.0; (n * n) as usize];
        gram.to_device(Device::Cpu).copy_data(&mut values, (n * n) as usize);
        let n = n as usize;
        if (0..n).map(|i| values[i * n + i]).sum::<f64>() <= CONSTANT * squares {
            values.fill(0.0);
        }
        let off_diagonal = |i: usize| values[i * n..(i + 1) * n].iter().sum::<f64>() - values[i * n + i];
        let rows = (0..n).map(off_diagonal).collect();
        Ok(Self { n, values, rows })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Never: a Gram matrix has an image.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// All entries, row by row.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.n..(i + 1) * self.n]
    }

    /// Sums of the rows without the diagonal.
    pub(super) fn row_sums(&self) -> &[f64] {
        &self.rows
    }

    /// The number of images on both sides, when it is the same and large enough.
    pub(super) fn paired(
        &self,
        other: &Self,
        needed: usize,
        estimator: &'static str,
    ) -> Result<usize, CkaError> {
        check_rows(self.n, other.n, needed, estimator)
    }
}

pub(super) fn check_rows(
    left: usize,
    right: usize,
    needed: usize,
    estimator: &'static str,
) -> Result<usize, CkaError> {
    if left != right {
        return Err(CkaError::Rows { left, right });
    }
    if left < needed {
        return Err(CkaError::TooFew { estimator, needed, got: left });
    }
    Ok(left)
}
