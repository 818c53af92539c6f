//! What the probabilities of bins miss the outcomes by, on several draws of patients at once.

use crate::stats::bootstrap::{Counts, LANES};

/// Weighted sums of `p - y` by bin, over samples that know their patients. Bins stay those of the data.
pub(super) struct Gaps {
    /// Slot of the patient, bin, `w (p - y)`.
    entries: Vec<(u32, u32, f64)>,
    bins: usize,
}

impl Gaps {
    /// Samples as slot of the patient, bin, `w (p - y)`; those of near slots stand near each other where
    /// tables list patients in order, so that draws pass over neighbouring memory.
    pub(super) fn new(entries: Vec<(u32, u32, f64)>) -> Self {
        let bins = entries.iter().map(|&(_, bin, _)| bin as usize + 1).max().unwrap_or_default();
        Self { entries, bins }
    }

    /// The sum of each bin on the data.
    pub(super) fn of_data(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.bins];
        for &(_, bin, gap) in &self.entries {
            sums[bin as usize] += gap;
        }
        sums
    }

    /// The sum of each bin in every replicate.
    pub(super) fn at(&self, counts: &[Counts]) -> Vec<[f64; LANES]> {
        let mut sums = vec![[0.0; LANES]; self.bins];
        for &(slot, bin, gap) in &self.entries {
            let (sum, drawn) = (&mut sums[bin as usize], &counts[slot as usize]);
            for lane in 0..LANES {
                sum[lane] += gap * f64::from(drawn[lane]);
            }
        }
        sums
    }
}
