//! One batch on the device.

use tch::{Device, Tensor};

use super::{Cell, CellCounts};
use crate::data::{Population, Sample, TaskKind};
use crate::loss::{Task, UNKNOWN};

/// Images with their labels and subgroups, in the same order.
#[derive(Debug)]
pub struct Batch {
    /// `(b, c, h, w)`, normalised.
    pub images: Tensor,
    /// `(b)` class numbers, or `(b, C)` of 0, 1 and [`UNKNOWN`] for findings.
    pub labels: Tensor,
    /// What `labels` are.
    pub task: Task,
    /// `(b)`: 0 dominant, 1 less-prevalent.
    pub subgroup: Tensor,
    /// Where the samples stand in the population.
    pub positions: Vec<usize>,
    cells: Vec<Cell>,
}

impl Batch {
    /// Gather the samples at `positions`.
    pub fn gather(population: &Population, positions: Vec<usize>, device: Device) -> Self {
        let images = population.images.batch(&positions, device);
        Self::of(population, positions, images)
    }

    /// The samples at `positions`, whose images are gathered already.
    ///
    /// # Shapes
    /// `images (b, c, h, w)`, in the order of `positions`; the batch is on their device.
    pub fn of(population: &Population, positions: Vec<usize>, images: Tensor) -> Self {
        let device = images.device();
        let samples = || positions.iter().map(|&position| &population.samples[position]);
        let column = |of: fn(&Sample) -> usize| {
            let values: Vec<i64> = samples().map(|sample| of(sample) as i64).collect();
            Tensor::from_slice(&values).to_device(device)
        };
        let (labels, task) = match population.task {
            TaskKind::Binary | TaskKind::MultiClass => (column(|sample| sample.label), Task::SingleLabel),
            TaskKind::MultiLabel => {
                let finding =
                    |known: &Option<bool>| known.map_or(UNKNOWN, |present| f32::from(u8::from(present)));
                let values: Vec<f32> =
                    samples().flat_map(|sample| sample.findings.iter().map(finding)).collect();
                let shape = [positions.len() as i64, population.classes.len() as i64];
                (Tensor::from_slice(&values).view(shape).to_device(device), Task::MultiLabel)
            }
        };
        Self {
            cells: samples().map(|sample| (sample.subgroup, sample.label)).collect(),
            images,
            labels,
            task,
            subgroup: column(|sample| sample.subgroup),
            positions,
        }
    }

    /// The subgroup x label cell of every sample, in the order of [`Self::positions`].
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Samples of each subgroup x label cell, in the order of the cells. Of findings the label is
    /// the stratum ([`Sample::label`]).
    pub fn counts(&self) -> CellCounts {
        let mut counts = CellCounts::new();
        for &cell in &self.cells {
            *counts.entry(cell).or_default() += 1;
        }
        counts
    }
}
