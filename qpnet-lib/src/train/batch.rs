//! One batch on the device.

use tch::{Device, Tensor};

use crate::data::Population;

/// Images with their labels and subgroups, in the same order.
#[derive(Debug)]
pub struct Batch {
    /// `(b, c, h, w)`, normalised.
    pub images: Tensor,
    /// `(b)` class numbers.
    pub labels: Tensor,
    /// `(b)`: 0 dominant, 1 less-prevalent.
    pub subgroup: Tensor,
    /// Where the samples stand in the population.
    pub positions: Vec<usize>,
}

impl Batch {
    /// Gather the samples at `positions`.
    pub fn gather(population: &Population, positions: Vec<usize>, device: Device) -> Self {
        let column = |of: fn(&crate::data::Sample) -> usize| {
            let values: Vec<i64> =
                positions.iter().map(|&position| of(&population.samples[position]) as i64).collect();
            Tensor::from_slice(&values).to_device(device)
        };
        Self {
            images: population.images.batch(&positions, device),
            labels: column(|sample| sample.label),
            subgroup: column(|sample| sample.subgroup),
            positions,
        }
    }
}
