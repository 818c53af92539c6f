//! Augmentation on the device, a whole batch at a time.

use rand::RngExt;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::rng::Rng;

/// Random changes of a training image that leave its diagnosis.
///
/// The paper's text names none. The authors' public code flips left and right and rotates by up to
/// 90 degrees, which is what there is here; top and bottom, skin and transducer, are not mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augment {
    /// Mirror left and right with probability 1/2.
    pub flip: bool,
    /// Rotate by an angle from `U(-r, r)` degrees, corners filled with zero; 0 switches it off.
    pub rotate_degrees: f64,
}

/// What happens to each image of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Turns {
    /// Mirror left and right; `None`: no image is.
    pub mirrored: Option<Vec<bool>>,
    /// Degrees counter-clockwise; `None`: nothing is rotated, so that pixels are only permuted.
    pub degrees: Option<Vec<f64>>,
}

impl Augment {
    /// Draw what happens to `images` images: first all flips, then all angles.
    ///
    /// Nothing but the number of images and the generator decides, so the draws are the same on
    /// every device. A batch drawn in two halves gets other angles than in one piece.
    pub fn draw(&self, images: usize, rng: &mut Rng) -> Turns {
        let (flip, most) = (self.flip, self.rotate_degrees);
        let mirrored = flip.then(|| (0..images).map(|_| rng.random_bool(0.5)).collect());
        let degrees = (most != 0.0).then(|| (0..images).map(|_| rng.random_range(-most..=most)).collect());
        Turns { mirrored, degrees }
    }

    /// [`Self::draw`] and [`Turns::apply`].
    ///
    /// # Shapes
    /// `images (b, c, h, w)`, result likewise.
    pub fn apply(&self, images: &Tensor, rng: &mut Rng) -> Tensor {
        self.draw(images.size()[0] as usize, rng).apply(images)
    }
}

impl Turns {
    /// Rotate each image about its centre, then mirror it.
    ///
    /// Both are one affine map per image and one bilinear resampling; without a rotation pixels
    /// are only permuted, so nothing is interpolated. What comes from outside the image is zero:
    /// after normalisation that is the mean grey, not black.
    ///
    /// # Shapes
    /// `images (b, c, h, w)`, square where they are rotated; result likewise.
    pub fn apply(&self, images: &Tensor) -> Tensor {
        let Some(degrees) = &self.degrees else {
            let Some(mirrored) = &self.mirrored else { return images.shallow_clone() };
            let mirrored = Tensor::from_slice(mirrored).to_device(images.device()).view([-1, 1, 1, 1]);
            return images.flip([3]).where_self(&mirrored, images);
        };
        let matrix = |(at, degrees): (usize, &f64)| {
            let flip = if self.mirrored.as_ref().is_some_and(|mirrored| mirrored[at]) { -1.0 } else { 1.0 };
            let (sin, cos) = (degrees.to_radians() as f32).sin_cos();
            // From where each pixel of the result comes.
            [flip * cos, -sin, 0.0, flip * sin, cos, 0.0]
        };
        let theta: Vec<f32> = degrees.iter().enumerate().flat_map(matrix).collect();
        let theta = Tensor::from_slice(&theta).view([-1, 2, 3]).to_device(images.device());
        let grid = Tensor::affine_grid_generator(&theta.to_kind(images.kind()), images.size(), false);
        images.grid_sampler(&grid, 0, 0, false) // bilinear, zero padding
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

    /// Bilinear resampling by the definition: rotate the picture, then mirror it.
    fn turned(picture: &[f64], side: usize, mirrored: bool, degrees: f64) -> Vec<f64> {
        let middle = (side as f64 - 1.0) / 2.0;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let at = |x: f64, y: f64| {
            let inside = x >= 0.0 && y >= 0.0 && x < side as f64 && y < side as f64;
            if inside { picture[y as usize * side + x as usize] } else { 0.0 }
        };
        let value = |place: usize| {
            let column = if mirrored { side - 1 - place % side } else { place % side };
            let (right, down) = (column as f64 - middle, (place / side) as f64 - middle);
            // Rows grow downwards: what turns counter-clockwise to (right, down) comes from here.
            let (x, y) = (right * cos - down * sin + middle, right * sin + down * cos + middle);
            let (left, top) = (x.floor(), y.floor());
            let (dx, dy) = (x - left, y - top);
            (1.0 - dy) * ((1.0 - dx) * at(left, top) + dx * at(left + 1.0, top))
                + dy * ((1.0 - dx) * at(left, top + 1.0) + dx * at(left + 1.0, top + 1.0))
        };
        (0..side * side).map(value).collect()
    }

    #[test]
    fn quarter_turns_are_permutations_and_the_flip_comes_last() {
        for side in [7, 8] {
            let images = Tensor::arange(4 * 2 * side * side, (Kind::Float, Device::Cpu))
                .view([4, 2, side, side])
                * (1.0 / 64.0);
            let turns = Turns {
                mirrored: Some(vec![false, false, true, true]),
                degrees: Some(vec![90.0, -90.0, 90.0, 0.0]),
            };
            let expected = [
                images.get(0).rot90(1, [1, 2]),
                images.get(1).rot90(-1, [1, 2]),
                images.get(2).rot90(1, [1, 2]).flip([2]),
                images.get(3).flip([2]),
            ];
            let difference = (turns.apply(&images) - Tensor::stack(&expected, 0)).abs().max();
            assert!(difference.double_value(&[]) < 1e-4, "{side} px: {difference}");
        }
    }

    #[test]
    fn any_angle_agrees_with_bilinear_resampling_written_out() {
        const SIDE: usize = 11;
        let turns = Turns {
            mirrored: Some(vec![false, true, true, false]),
            degrees: Some(vec![17.0, -63.5, 88.0, -3.25]),
        };
        let picture: Vec<f64> = (0..SIDE * SIDE).map(|at| (at as f64 * 0.7).sin()).collect();
        let images = Tensor::from_slice(&picture).view([1, 1, SIDE as i64, SIDE as i64]);
        let got = turns.apply(&images.repeat([4, 1, 1, 1]));
        for (image, degrees) in turns.degrees.iter().flatten().enumerate() {
            let mirrored = turns.mirrored.as_ref().expect("drawn")[image];
            let expected = Tensor::from_slice(&turned(&picture, SIDE, mirrored, *degrees));
            let difference = (got.get(image as i64).view([-1]) - expected).abs().max();
            // Angles are single precision.
            assert!(difference.double_value(&[]) < 1e-5, "{degrees} degrees: {difference}");
        }
    }

    /// Kolmogorov and Smirnov's `D sqrt(n)` of angles against `U(-90, 90)`.
    fn distance_from_uniform(mut degrees: Vec<f64>) -> f64 {
        degrees.sort_by(f64::total_cmp);
        let images = degrees.len() as f64;
        let furthest = degrees.iter().enumerate().map(|(rank, angle)| {
            let (expected, below) = ((angle + 90.0) / 180.0, rank as f64 / images);
            (expected - below).abs().max((expected - below - 1.0 / images).abs())
        });
        furthest.fold(0.0, f64::max) * images.sqrt()
    }

    #[test]
    fn angles_are_uniform_and_half_of_the_images_are_mirrored() {
        const SEEDS: u64 = 100;
        const IMAGES: usize = 2000;
        let augment = Augment { flip: true, rotate_degrees: 90.0 };
        let (mut distances, mut mirrored) = (0.0, 0);
        for seed in 0..SEEDS {
            let turns = augment.draw(IMAGES, &mut Streams::new(seed).get("augment"));
            distances += distance_from_uniform(turns.degrees.expect("drawn"));
            mirrored += turns.mirrored.expect("drawn").into_iter().filter(|mirrored| *mirrored).count();
        }
        // Under uniformity the mean of D sqrt(n) is sqrt(pi / 2) ln 2 = 0.8687, its deviation 0.260;
        // with 2,000 images the mean is 0.004 lower. Three standard errors.
        let mean = distances / SEEDS as f64;
        assert!((mean - 0.865).abs() < 3.0 * 0.260 / (SEEDS as f64).sqrt(), "{mean}");
        // Three standard deviations of a fair coin.
        let images = SEEDS as f64 * IMAGES as f64;
        assert!((mirrored as f64 - images / 2.0).abs() < 3.0 * images.sqrt() / 2.0, "{mirrored}");
    }

    #[test]
    fn flips_are_drawn_before_angles() {
        // Frozen: another order is another training.
        let mut rng = Streams::new(1).get("augment");
        let flips: Vec<bool> = (0..3).map(|_| rng.random_bool(0.5)).collect();
        let degrees: Vec<f64> = (0..3).map(|_| rng.random_range(-90.0..=90.0)).collect();
        let turns = Augment { flip: true, rotate_degrees: 90.0 }.draw(3, &mut Streams::new(1).get("augment"));
        assert_eq!(turns, Turns { mirrored: Some(flips.clone()), degrees: Some(degrees) });
        let only = Augment { flip: true, rotate_degrees: 0.0 }.draw(3, &mut Streams::new(1).get("augment"));
        assert_eq!(only, Turns { mirrored: Some(flips), degrees: None });
    }

    #[test]
    fn without_augmentation_the_images_are_the_same() {
        let images = Tensor::arange(32, (Kind::Float, Device::Cpu)).sin().view([2, 1, 4, 4]);
        assert!(Augment::default().apply(&images, &mut Streams::new(1).get("augment")).equal(&images));
    }
}
