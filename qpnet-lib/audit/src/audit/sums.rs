//! Measures that are sums over samples: summed once for every patient, and then over patients.

use crate::stats::bootstrap::{Counts, LANES};

/// Patients whose counts are turned into numbers together: they stay in the nearest cache.
const CHUNK: usize = 256;

/// Sums of several columns by slot of the patient.
pub(super) struct PatientSums {
    /// `[columns x slots]`.
    values: Vec<f64>,
    columns: usize,
    slots: usize,
}

impl PatientSums {
    /// Nothing yet, of `slots` patients.
    pub(super) fn new(columns: usize, slots: usize) -> Self {
        Self { values: vec![0.0; columns * slots], columns, slots }
    }

    /// Add a sample of the patient of `slot`: a value a column.
    pub(super) fn add(&mut self, slot: u32, values: impl IntoIterator<Item = f64>) {
        for (at, value) in values.into_iter().enumerate() {
            self.values[at * self.slots + slot as usize] += value;
        }
    }

    /// The sum of every column in every replicate.
    pub(super) fn at(&self, counts: &[Counts]) -> Vec<[f64; LANES]> {
        let mut sums = vec![[0.0; LANES]; self.columns];
        let mut drawn = [[0.0; LANES]; CHUNK];
        for (begin, chunk) in (0..).step_by(CHUNK).zip(counts[..self.slots].chunks(CHUNK)) {
            for (numbers, counts) in drawn.iter_mut().zip(chunk) {
                *numbers = counts.map(f64::from);
            }
            for (at, sum) in sums.iter_mut().enumerate() {
                let column = &self.values[at * self.slots + begin..][..chunk.len()];
                let mut own = *sum;
                for (value, numbers) in column.iter().zip(&drawn) {
                    for lane in 0..LANES {
                        own[lane] += value * numbers[lane];
                    }
                }
                *sum = own;
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patients_count_as_often_as_they_were_drawn() {
        // More patients than one chunk holds, two samples each.
        let slots = 2 * CHUNK as u32 + 3;
        let mut sums = PatientSums::new(2, slots as usize);
        (0..2 * slots).for_each(|i| sums.add(i / 2, [1.0, f64::from(i)]));
        let counts: Vec<Counts> =
            (0..slots).map(|slot| std::array::from_fn(|lane| (slot as usize % (lane + 2)) as u16)).collect();
        let found = sums.at(&counts);
        for lane in 0..LANES {
            let drawn = |i: u32| f64::from(counts[i as usize / 2][lane]);
            let expected: [f64; 2] =
                [(0..2 * slots).map(drawn).sum(), (0..2 * slots).map(|i| drawn(i) * f64::from(i)).sum()];
            assert_eq!([found[0][lane], found[1][lane]], expected); // whole numbers: exact
        }
    }
}
