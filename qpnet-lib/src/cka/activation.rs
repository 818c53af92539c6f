//! From activations to a matrix with one row an image.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::CkaError;

/// How the places `(h, w)` of a convolutional activation enter.
///
/// Both keep one row an image, as equation 21 has it; taking every place as an example of its
/// own would count one image `h w` times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spatial {
    /// Every place of every channel is a feature: `(n, c, h, w)` -> `(n, c h w)`, Kornblith's
    /// convention and the default. With all images in one batch the activations of all of them
    /// are held at once: 9 MB an image for ResNet-18 at 224 px, 48 MB at 512 px.
    #[default]
    Flatten,
    /// Averaged to at most so many rows and columns first. It bounds memory and forgives small
    /// shifts, but it is another number: not to be compared with flattened ones.
    PoolTo(u32),
}

impl Spatial {
    /// The rows of an activation.
    ///
    /// # Shapes
    /// `(n, c, h, w)` or `(n, features)` -> `(n, features)`, in the precision it comes in.
    ///
    /// # Errors
    /// [`CkaError::Shape`] for any other shape.
    pub fn rows(self, activation: &Tensor) -> Result<Tensor, CkaError> {
        let size = activation.size();
        match (size.as_slice(), self) {
            ([_, _], _) => Ok(activation.shallow_clone()),
            ([_, _, _, _], Self::Flatten) => Ok(activation.flatten(1, -1)),
            ([_, _, h, w], Self::PoolTo(side)) => {
                let side = i64::from(side.max(1));
                let pooled = activation.adaptive_avg_pool2d([side.min(*h), side.min(*w)]);
                Ok(pooled.flatten(1, -1))
            }
            _ => Err(CkaError::Shape { got: size }),
        }
    }
}

/// Columns that are widened to double precision at a time.
const COLUMNS: i64 = 16_384;

/// Column blocks of `x (n, features)`, in double precision and centred over the images, with
/// the sum of squares before centring.
pub(super) fn centred_blocks(x: &Tensor, mut take: impl FnMut(Tensor)) -> Result<f64, CkaError> {
    let size = x.size();
    let [_, features] = size.as_slice() else { return Err(CkaError::Shape { got: size }) };
    let mut squares = 0.0;
    for start in (0..*features).step_by(COLUMNS as usize) {
        let block = x.narrow(1, start, COLUMNS.min(features - start)).detach().to_kind(Kind::Double);
        squares += block.square().sum(Kind::Double).double_value(&[]);
        take(&block - block.mean_dim(0, true, Kind::Double));
    }
    if squares.is_finite() { Ok(squares) } else { Err(CkaError::NotFinite) }
}

/// The share of all squares below which what centring left is rounding: the layer says the
/// same of every image. (Single precision resolves differences down to a share of 1e-14.)
pub(super) const CONSTANT: f64 = 1e-20;

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn images_stay_rows() {
        let x = Tensor::arange(2 * 3 * 4 * 4, (Kind::Double, Device::Cpu)).view([2, 3, 4, 4]);
        assert_eq!(Spatial::Flatten.rows(&x).expect("flat").size(), [2, 48]);
        let pooled = Spatial::PoolTo(2).rows(&x).expect("pooled");
        assert_eq!(pooled.size(), [2, 12]);
        assert_eq!(pooled.double_value(&[0, 0]), (0.0 + 1.0 + 4.0 + 5.0) / 4.0);
        assert_eq!(Spatial::PoolTo(9).rows(&x).expect("no larger than it is").size(), [2, 48]);
        assert!(Spatial::Flatten.rows(&x.flatten(0, -1)).is_err());
    }
}
