//! From one normalisation of images to another.

use serde::{Deserialize, Serialize};
use tch::Tensor;

/// An affine map per channel, applied before the backbone.
///
/// Pretrained weights expect the normalisation they were trained with; a population comes in
/// its manifest's. A contrast that is twice too large is no small difference to a frozen
/// batch-norm statistic, so the network converts.
///
/// # Formula
/// `x' = scale * x + shift`, with `scale = std / std'` and `shift = (mean - mean') / std'` from
/// normalisation `(mean, std)` to `(mean', std')`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputRescale {
    /// One factor per channel.
    pub scale: Vec<f64>,
    /// One summand per channel.
    pub shift: Vec<f64>,
}

impl InputRescale {
    /// From images normalised by `from = (mean, std)` to `to`; each is one pair per channel, in
    /// units of pixels divided by 255.
    pub fn between(from: &[(f64, f64)], to: &[(f64, f64)]) -> Self {
        let pairs = || from.iter().zip(to);
        Self {
            scale: pairs().map(|(from, to)| from.1 / to.1).collect(),
            shift: pairs().map(|(from, to)| (from.0 - to.0) / to.1).collect(),
        }
    }

    /// Apply to images `(b, c, h, w)`.
    pub fn apply(&self, x: &Tensor) -> Tensor {
        let per_channel = |values: &[f64]| {
            let values = Tensor::from_slice(values).view([1, -1, 1, 1]);
            values.to_device(x.device()).to_kind(x.kind())
        };
        x * per_channel(&self.scale) + per_channel(&self.shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Kind;

    #[test]
    fn the_same_pixels_in_another_normalisation() {
        let pixels = Tensor::from_slice(&[0.1, 0.5, 0.9, 0.2]).view([1, 2, 1, 2]);
        let normalised = |parameters: [(f64, f64); 2]| {
            let column =
                |of: fn((f64, f64)) -> f64| Tensor::from_slice(&parameters.map(of)).view([1, 2, 1, 1]);
            (&pixels - column(|p| p.0)) / column(|p| p.1)
        };
        let (from, to) = ([(0.485, 0.229), (0.456, 0.224)], [(127.0 / 255.0, 128.0 / 255.0); 2]);
        let got = InputRescale::between(&from, &to).apply(&normalised(from));
        let gap = (got - normalised(to)).abs().max().to_kind(Kind::Double).double_value(&[]);
        assert!(gap < 1e-12, "{gap}");
    }
}
