//! Augmentation on the device, a whole batch at a time.

use rand::RngExt;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::rng::Rng;

/// Random changes of a training image that leave its diagnosis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augment {
    /// Mirror left and right with probability 1/2.
    pub flip: bool,
    /// Rotate by an angle from `U(-r, r)` degrees, corners filled with zero; 0 switches it off.
    pub rotate_degrees: f64,
}

impl Augment {
    /// Apply to a batch.
    ///
    /// Flip and rotation are one affine map per image and one resampling; without a rotation
    /// pixels are only permuted, so nothing is interpolated.
    ///
    /// # Shapes
    /// `images (b, c, h, w)`, result likewise.
    pub fn apply(&self, images: &Tensor, rng: &mut Rng) -> Tensor {
        let size = images.size();
        let flips: Vec<f32> = (0..size[0]).map(|_| self.draw_flip(rng)).collect();
        if self.rotate_degrees == 0.0 {
            if !self.flip {
                return images.shallow_clone();
            }
            let flipped = Tensor::from_slice(&flips).to_device(images.device()).lt(0.0).view([-1, 1, 1, 1]);
            return images.flip([3]).where_self(&flipped, images);
        }
        let matrix = |flip: &f32| {
            let angle = rng.random_range(-self.rotate_degrees..=self.rotate_degrees).to_radians() as f32;
            let (sin, cos) = angle.sin_cos();
            [flip * cos, -sin, 0.0, flip * sin, cos, 0.0]
        };
        let theta: Vec<f32> = flips.iter().flat_map(matrix).collect();
        let theta = Tensor::from_slice(&theta).view([-1, 2, 3]).to_device(images.device());
        let grid = Tensor::affine_grid_generator(&theta.to_kind(images.kind()), &size, false);
        images.grid_sampler(&grid, 0, 0, false) // bilinear, zero padding
    }

    fn draw_flip(&self, rng: &mut Rng) -> f32 {
        if self.flip && rng.random_bool(0.5) { -1.0 } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use tch::{Device, Kind};

    #[test]
    fn a_flip_permutes_columns_and_nothing_else() {
        let images = Tensor::arange(2 * 3 * 4, (Kind::Float, Device::Cpu)).view([2, 1, 3, 4]);
        let augment = Augment { flip: true, rotate_degrees: 0.0 };
        let mut both = [false; 2];
        for index in 0..20 {
            let out = augment.apply(&images, &mut Streams::new(1).at("augment", index));
            for i in 0..2 {
                let (image, original) = (out.get(i), images.get(i));
                let same = image.equal(&original);
                assert!(same || image.equal(&original.flip([2])));
                both[usize::from(same)] = true;
            }
        }
        assert_eq!(both, [true, true]);
    }

    #[test]
    fn a_rotation_keeps_the_middle_and_the_shape() {
        let images = Tensor::ones([5, 2, 16, 16], (Kind::Float, Device::Cpu));
        let augment = Augment { flip: true, rotate_degrees: 90.0 };
        let out = augment.apply(&images, &mut Streams::new(1).get("augment"));
        assert_eq!(out.size(), images.size());
        let middle = out.narrow(2, 6, 4).narrow(3, 6, 4);
        assert!((middle - 1.0).abs().max().double_value(&[]) < 1e-5);
        assert!(out.min().double_value(&[]) < 0.5, "no corner was cut");
    }

    #[test]
    fn without_augmentation_the_images_are_the_same() {
        let images = Tensor::randn([2, 1, 4, 4], (Kind::Float, Device::Cpu));
        assert!(Augment::default().apply(&images, &mut Streams::new(1).get("augment")).equal(&images));
    }
}
