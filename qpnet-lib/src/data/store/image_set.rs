//! All images of a population, in one tensor or in a pack, and batches of them on a device.

use std::ops::ControlFlow;

use tch::{Device, Kind, Tensor};

use super::blocks::in_blocks;
use super::error::StoreError;
use super::pack::PackedImages;
use crate::data::cohort::image_file::ImageFile;
use crate::data::picture::decode::decode;
use crate::data::picture::mask::joint_hash;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::file_source::FileSource;

/// Images held in main memory or mapped from a pack, normalised when a batch is asked for.
///
/// # Formula
/// `batch = (pixels / scale - mean) / std` per channel, with `scale` 255 for `u8`, 1 for `f32`.
///
/// # Shapes
/// `pixels (n, c, h, w)`; `batch (b, c, h, w)` in `f32`.
#[derive(Debug)]
pub struct ImageSet {
    pixels: Pixels,
    mean: Vec<f32>,
    std: Vec<f32>,
}

/// Where the pixels are.
#[derive(Debug)]
enum Pixels {
    /// `(n, c, h, w)` in `u8` or `f32`, on the processor.
    Memory(Tensor),
    /// `u8`, in a file.
    Packed(PackedImages),
}

impl ImageSet {
    /// Wrap pixels `(n, c, h, w)`, `u8` or `f32`; `mean` and `std` are per channel.
    pub(crate) fn new(pixels: Tensor, mean: &[f64], std: &[f64]) -> Self {
        Self::of(Pixels::Memory(pixels), mean, std)
    }

    /// Images of a pack; `mean` and `std` are per channel.
    pub(in crate::data) fn packed(images: PackedImages, mean: &[f64], std: &[f64]) -> Self {
        Self::of(Pixels::Packed(images), mean, std)
    }

    fn of(pixels: Pixels, mean: &[f64], std: &[f64]) -> Self {
        let narrow = |values: &[f64]| values.iter().map(|&value| value as f32).collect();
        Self { pixels, mean: narrow(mean), std: narrow(std) }
    }

    /// The same images again, without copying them.
    pub(crate) fn share(&self) -> Self {
        let pixels = match &self.pixels {
            Pixels::Memory(pixels) => Pixels::Memory(pixels.shallow_clone()),
            Pixels::Packed(images) => Pixels::Packed(images.clone()),
        };
        Self { pixels, mean: self.mean.clone(), std: self.std.clone() }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        match &self.pixels {
            Pixels::Memory(pixels) => pixels.size()[0] as usize,
            Pixels::Packed(images) => images.len(),
        }
    }

    /// Is there no image at all?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `[c, h, w]`.
    pub fn shape(&self) -> [i64; 3] {
        match &self.pixels {
            Pixels::Memory(pixels) => {
                let size = pixels.size();
                [size[1], size[2], size[3]]
            }
            Pixels::Packed(images) => images.shape(),
        }
    }

    /// Bytes held in main memory; none of a pack, whose pages the operating system keeps or drops.
    pub fn bytes(&self) -> usize {
        match &self.pixels {
            Pixels::Memory(pixels) => pixels.numel() * pixels.kind().elt_size_in_bytes(),
            Pixels::Packed(_) => 0,
        }
    }

    /// The raw pixels `(n, c, h, w)`, `u8` or `f32`, on the processor, not normalised: shared
    /// where they are in main memory, copied out of a pack.
    pub fn pixels(&self) -> Tensor {
        match &self.pixels {
            Pixels::Memory(pixels) => pixels.shallow_clone(),
            Pixels::Packed(images) => images.gather(&(0..images.len()).collect::<Vec<_>>()),
        }
    }

    /// The images of `indices` in that order, normalised, on `device`.
    ///
    /// `u8` pixels travel to the device before they become four times as large.
    ///
    /// # Shapes
    /// `(b, c, h, w)` in `f32`.
    ///
    /// # Panics
    /// When an index is out of range.
    pub fn batch(&self, indices: &[usize], device: Device) -> Tensor {
        let picked = match &self.pixels {
            Pixels::Memory(pixels) => {
                let wanted: Vec<i64> = indices.iter().map(|&index| index as i64).collect();
                pixels.index_select(0, &Tensor::from_slice(&wanted))
            }
            Pixels::Packed(images) => images.gather(indices),
        };
        let picked = picked.to_device(device); // (b, c, h, w)
        let scale = if picked.kind() == Kind::Uint8 { 255.0 } else { 1.0 };
        let channels = self.mean.len() as i64;
        let per_channel = |values: &[f32]| {
            let values: Vec<f32> = values.iter().map(|value| value * scale).collect();
            Tensor::from_slice(&values).view([1, channels, 1, 1]).to_device(device)
        };
        // In place: `picked` is nobody else's, and large batches are bound by memory.
        let mut batch = picked.to_kind(Kind::Float);
        batch -= per_channel(&self.mean);
        batch /= per_channel(&self.std);
        batch
    }
}

/// What decoding a list of files gave, now or when they were packed.
#[derive(Debug)]
pub struct DecodedSet {
    /// Those that could be decoded, in the order of the list.
    pub images: ImageSet,
    /// One hash for each of them.
    pub hashes: Vec<ContentHash>,
    /// The hash of the masks of each of them; zeros where there is none.
    pub masks: Vec<ContentHash>,
    /// Positions in the list that could not be decoded, with the reason.
    pub failures: Vec<(usize, String)>,
}

/// Decode images, each with its mask, in parallel by the rules of `source`; the result does not
/// depend on the number of threads.
///
/// Files are taken in blocks, so that memory beyond the tensor itself stays flat.
/// With `stop_at_failure` the first bad block ends the work.
///
/// # Errors
/// [`StoreError::Memory`] when the tensor of all pixels cannot be had.
pub fn decode_all(
    files: &[ImageFile],
    source: &FileSource,
    size: u32,
    stop_at_failure: bool,
    progress: &dyn Fn(usize, usize),
) -> Result<DecodedSet, StoreError> {
    let (rule, total) = (&source.rule, files.len());
    let (channels, side) = (rule.channels as i64, i64::from(size));
    let pixels = allocate(total, channels, side, Kind::Uint8)?;
    let (mut hashes, mut masks) = (Vec::with_capacity(total), Vec::with_capacity(total));
    let mut failures = Vec::new();
    in_blocks(
        files,
        progress,
        |file| decode(file, rule, source.masks.as_ref(), size),
        |block| {
            let mut bytes = Vec::with_capacity(block.len() * (channels * side * side) as usize);
            let first = hashes.len();
            for result in block {
                match result {
                    Ok(image) => {
                        bytes.extend_from_slice(&image.pixels);
                        hashes.push(image.hash);
                        masks.push(joint_hash(&image.masks));
                    }
                    Err(reason) => failures.push((hashes.len() + failures.len(), reason)),
                }
            }
            let count = (hashes.len() - first) as i64;
            if count > 0 {
                let part = Tensor::from_slice(&bytes).view([count, channels, side, side]);
                pixels.narrow(0, first as i64, count).copy_(&part);
            }
            let stop = stop_at_failure && !failures.is_empty();
            Ok::<_, StoreError>(if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        },
    )?;
    let pixels = pixels.narrow(0, 0, hashes.len() as i64);
    Ok(DecodedSet { images: ImageSet::new(pixels, &rule.mean, &rule.std), hashes, masks, failures })
}

/// Room for the pixels of `images` square images, on the host.
///
/// # Errors
/// [`StoreError::Memory`] when it cannot be had.
pub(in crate::data) fn allocate(
    images: usize,
    channels: i64,
    side: i64,
    kind: Kind,
) -> Result<Tensor, StoreError> {
    let shape = [images as i64, channels, side, side];
    let bytes = images as u64 * (channels * side * side) as u64 * kind.elt_size_in_bytes() as u64;
    Tensor::f_zeros(shape, (kind, Device::Cpu)).map_err(|_| StoreError::Memory { images, side, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_the_formula_bit_by_bit_and_leaves_the_pixels_alone() {
        let (mean, std) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
        let bytes: Vec<u8> = (0..=255).cycle().take(2 * 3 * 256).collect();
        let pixels = Tensor::from_slice(&bytes).view([2, 3, 16, 16]);
        for (kind, scale) in [(Kind::Uint8, 255.0), (Kind::Float, 1.0)] {
            let images = ImageSet::new(pixels.to_kind(kind), &mean, &std);
            let batch = Vec::<f32>::try_from(images.batch(&[1, 0, 1], Device::Cpu).view([-1])).expect("f32");
            for (at, value) in batch.into_iter().enumerate() {
                let channel = at / 256 % 3;
                let [mean, std] = [mean, std].map(|of| of[channel] as f32 * scale);
                assert_eq!(value.to_bits(), (((at % 256) as f32 - mean) / std).to_bits(), "{kind:?} {at}");
            }
            assert_eq!(images.pixels(), pixels.to_kind(kind));
        }
    }

    #[test]
    fn more_than_there_is_memory_for_is_an_error() {
        let error = allocate(1 << 40, 3, 512, Kind::Uint8).expect_err("768 PiB").to_string();
        assert!(error.contains("1099511627776 images at 512 px need 805306368.0 GiB"), "{error}");
    }
}
