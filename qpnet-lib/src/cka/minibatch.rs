//! CKA from batches, for more images than fit at once.

use super::hsic::{self, Parts};
use super::{CkaError, Gram, Jackknife};

/// Sums of `HSIC_1` over batches of images.
///
/// # Formula
/// `sum_b HSIC_1(K_b, L_b) / sqrt(sum_b HSIC_1(K_b, K_b) sum_b HSIC_1(L_b, L_b))`: numerator and
/// denominators are averaged first, so that the result does not depend on the size of a batch in
/// expectation.
///
/// Batches of fewer than four images are refused; `HSIC_1` divides by `n - 3`. Give similar
/// neighbours (images of one patient) to different batches: within a batch they would count as
/// independent pairs, which in a small batch weigh much.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Minibatch {
    batches: Vec<Parts>,
    images: usize,
}

impl Minibatch {
    /// Add a batch.
    ///
    /// # Errors
    /// [`CkaError`] for different numbers of images, or fewer than four.
    pub fn add(&mut self, k: &Gram, l: &Gram) -> Result<(), CkaError> {
        self.images += k.paired(l, hsic::FEWEST, "a minibatch of CKA")?;
        self.batches.push(hsic::unbiased(k, l));
        Ok(())
    }

    /// CKA over all batches so far; `None` where there is none, or a layer says the same of
    /// every image.
    pub fn value(&self) -> Option<f64> {
        self.without(None)
    }

    /// The value with its delete-a-batch replicates; `None` where the value is undefined.
    ///
    /// Batches are taken as independent. Where a patient has images in several of them, the
    /// interval is too narrow.
    pub fn jackknife(&self) -> Option<Jackknife> {
        let replicates = (0..self.batches.len()).map(|batch| self.without(Some(batch)));
        Some(Jackknife::new(self.value()?, replicates, self.images))
    }

    fn without(&self, batch: Option<usize>) -> Option<f64> {
        let kept = || self.batches.iter().enumerate().filter(|(b, _)| Some(*b) != batch);
        let sum = |of: fn(&Parts) -> f64| kept().map(|(_, parts)| of(parts)).sum();
        Parts { cross: sum(|p| p.cross), left: sum(|p| p.left), right: sum(|p| p.right) }.ratio()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cka::debiased;
    use approx::assert_abs_diff_eq;
    use tch::{Device, Kind, Tensor};

    #[test]
    fn one_batch_is_the_full_batch() {
        let x = Tensor::arange(10 * 30, (Kind::Double, Device::Cpu)).square().sin().view([10, 30]);
        let y = x.narrow(1, 0, 4).cos() + x.narrow(1, 4, 4);
        let mut minibatch = Minibatch::default();
        assert_eq!(minibatch.value(), None);
        minibatch.add(&Gram::new(&x).expect("gram"), &Gram::new(&y).expect("gram")).expect("batch");
        let full = debiased(&x, &y).expect("comparable").expect("defined");
        assert_abs_diff_eq!(minibatch.value().expect("defined"), full, epsilon = 1e-12);
        let three = Gram::new(&x.narrow(0, 0, 3)).expect("gram");
        assert!(matches!(minibatch.add(&three, &three), Err(CkaError::TooFew { got: 3, .. })));
    }
}
