//! What a forward pass is for: whose statistics, who looks on, what is dropped.

use rand::RngExt;
use tch::Tensor;

use super::Taps;
use crate::rng::Rng;

/// One forward pass through a backbone.
#[derive(Debug)]
pub struct Pass<'a> {
    /// Whether batch normalisation takes the statistics of the batch, and moves the running ones.
    pub train: bool,
    /// Sees the activations of [`Backbone::points`](super::Backbone::points), in that order.
    pub taps: Taps,
    /// Draws which residual branches are dropped; without it none is.
    pub drops: Option<&'a mut Rng>,
}

impl Pass<'_> {
    /// A pass that nobody looks at and that drops nothing.
    pub fn plain(train: bool) -> Self {
        Self { train, taps: Taps::closed(), drops: None }
    }

    /// Stochastic depth: a residual branch on its way to the shortcut.
    ///
    /// # Formula
    /// `y_i b_i / (1 - p)` with `b_i = 0` with probability `p`, else 1, for each image `i`; `y`
    /// itself in evaluation, without a generator, and for `p = 0`.
    ///
    /// # Shapes
    /// `branch (b, c, h, w)`, result likewise; `0 <= p < 1`.
    ///
    /// # Source
    /// Huang et al. 2016, *Deep Networks with Stochastic Depth* (arXiv 1603.09382); scaled in
    /// training instead of evaluation, an image at a time, as torchvision does it.
    pub(super) fn residual(&mut self, branch: Tensor, p: f64) -> Tensor {
        let (true, true, Some(rng)) = (self.train, p > 0.0, self.drops.as_deref_mut()) else {
            return branch;
        };
        let factor = |_| if rng.random_bool(p) { 0.0 } else { 1.0 / (1.0 - p) };
        let factors: Vec<f64> = (0..branch.size()[0]).map(factor).collect();
        let factors = Tensor::from_slice(&factors).to_kind(branch.kind()).to_device(branch.device());
        branch * factors.view([-1, 1, 1, 1]) // (b, c, h, w) * (b, 1, 1, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use tch::{Device, Kind};

    #[test]
    fn whole_branches_are_dropped_and_the_mean_stays() {
        let branch = || Tensor::ones([4000, 2, 1, 3], (Kind::Float, Device::Cpu));
        let draw = |seed: u64| {
            let mut rng = Streams::new(seed).get("drops");
            let mut pass = Pass { drops: Some(&mut rng), ..Pass::plain(true) };
            pass.residual(branch(), 0.2).flatten(1, -1) // (b, 6)
        };
        let dropped = draw(1);
        let (low, high) = (dropped.amin([1], false), dropped.amax([1], false));
        assert_eq!(low, high, "an image is dropped as a whole");
        let kept = high.gt(0.0).to_kind(Kind::Double);
        let share = kept.mean(Kind::Double).double_value(&[]);
        // Five standard deviations of a mean of 4,000: sqrt(0.2 * 0.8 / 4000) = 0.0063.
        assert!((share - 0.8).abs() < 0.032, "{share}");
        let off: Tensor = high.to_kind(Kind::Double) - kept * 1.25;
        assert!(off.abs().max().double_value(&[]) < 1e-6, "those that stay grow by 1 / 0.8");
        assert_eq!(dropped, draw(1), "the generator decides");
        assert_ne!(dropped, draw(2));
    }

    #[test]
    fn nothing_is_dropped_in_evaluation_or_without_a_generator() {
        let branch = Tensor::arange(24, (Kind::Float, Device::Cpu)).view([4, 2, 1, 3]);
        let mut rng = Streams::new(1).get("drops");
        let before = rng.clone();
        for (train, generator, p) in [(false, true, 0.9), (true, false, 0.9), (true, true, 0.0)] {
            let drops = generator.then_some(&mut rng);
            let same = Pass { drops, ..Pass::plain(train) }.residual(branch.shallow_clone(), p);
            assert_eq!(same, branch, "{train} {generator} {p}");
        }
        assert!(rng == before, "and nothing is drawn");
    }
}
