//! AUCs under the counts of drawn patients, and with one patient left out.

use super::lanes::{Counts, LANES, add_drawn};
use crate::metrics::WeightedAuc;

/// The samples of a [`WeightedAuc`] with the slots of their patients.
///
/// All sums are whole numbers in `f64`, hence exact below 2^53: replicates equal those of
/// [`WeightedAuc::at`] bit for bit.
pub(crate) struct Ranked {
    /// By ascending score: slot, whether the sample is positive, whether its score ends here.
    entries: Vec<u32>,
    slots: usize,
}

/// What leaves the sums of an AUC with a patient.
#[derive(Clone, Copy, Default)]
struct Part {
    positives: u64,
    negatives: u64,
    /// Twice the pairs it takes part in and wins, pairs within it once more.
    wins: u128,
    /// Its negatives below the score at hand, and at it.
    below: u64,
    tied: u64,
}

impl Ranked {
    /// `slots[i]` is the slot of sample `i` of `sorted`; there are fewer than 2^30 slots.
    pub(crate) fn new(sorted: &WeightedAuc, slots: &[u32]) -> Self {
        let (mut entries, mut begin) = (Vec::with_capacity(sorted.order().len()), 0);
        for &end in sorted.ends() {
            for (at, &(sample, positive)) in (begin + 1..).zip(&sorted.order()[begin..end]) {
                let slot = slots[sample as usize];
                entries.push(slot << 2 | u32::from(positive) << 1 | u32::from(at == end));
            }
            begin = end;
        }
        Self { entries, slots: slots.iter().max().map_or(0, |&most| most as usize + 1) }
    }

    /// The AUC in every replicate; `None` where an outcome was not drawn.
    pub(crate) fn at(&self, counts: &[Counts]) -> [Option<f64>; LANES] {
        let [mut doubled, mut below, mut positives] = [[0.0; LANES]; 3];
        let [mut p, mut q] = [[0.0; LANES]; 2];
        for &entry in &self.entries {
            add_drawn(entry, counts, &mut p, &mut q);
            if entry & 1 == 1 {
                for lane in 0..LANES {
                    doubled[lane] += p[lane] * (2.0 * below[lane] + q[lane]);
                    positives[lane] += p[lane];
                    below[lane] += q[lane];
                }
                (p, q) = ([0.0; LANES], [0.0; LANES]);
            }
        }
        std::array::from_fn(|lane| {
            let pairs: f64 = positives[lane] * below[lane];
            (pairs > 0.0).then(|| doubled[lane] / (2.0 * pairs))
        })
    }

    /// The AUC of the data, and, by slot, that without one patient.
    ///
    /// # Formula
    /// `2 (U - U_c.  - U_.c + U_cc) / (2 (m - m_c)(n - n_c))`: from twice the pairs won, those that
    /// positives or negatives of patient `c` win or lose are taken off, and those within it, taken
    /// off twice, put back. One pass instead of one for every patient.
    pub(crate) fn left_out(&self, slots: usize) -> (Option<f64>, Vec<Option<f64>>) {
        let mut parts = vec![Part::default(); slots.max(self.slots)];
        for &entry in &self.entries {
            let part = &mut parts[(entry >> 2) as usize];
            *(if entry & 2 == 2 { &mut part.positives } else { &mut part.negatives }) += 1;
        }
        let (mut all, mut above): (u128, u64) = (0, parts.iter().map(|part| part.positives).sum());
        let (positives, mut below) = (above, 0u64);
        for tied in self.entries.chunk_by(|entry, _| entry & 1 == 0) {
            let p = tied.iter().filter(|&&entry| entry & 2 == 2).count() as u64;
            let q = tied.len() as u64 - p;
            above -= p;
            let (won, lost) = (u128::from(2 * below + q), u128::from(2 * above + p));
            all += u128::from(p) * won;
            for &entry in tied.iter().filter(|&&entry| entry & 2 == 0) {
                let part = &mut parts[(entry >> 2) as usize];
                part.wins += lost;
                part.tied += 1;
            }
            for &entry in tied.iter().filter(|&&entry| entry & 2 == 2) {
                let part = &mut parts[(entry >> 2) as usize];
                part.wins += won - u128::from(2 * part.below + part.tied);
            }
            for &entry in tied.iter().filter(|&&entry| entry & 2 == 0) {
                let part = &mut parts[(entry >> 2) as usize];
                part.below += std::mem::take(&mut part.tied);
            }
            below += q;
        }
        let auc = |won: u128, positives: u64, negatives: u64| {
            let pairs = u128::from(positives) * u128::from(negatives);
            (pairs > 0).then(|| won as f64 / (2 * pairs) as f64)
        };
        let without = |part: &Part| auc(all - part.wins, positives - part.positives, below - part.negatives);
        (auc(all, positives, below), parts.iter().map(without).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use crate::stats::{Bootstrap, Resampler};
    use rand::RngExt;

    /// Scores that tie, patients of one to six samples with both outcomes, some samples unknown.
    fn data(n: usize, seed: u64, steps: u32) -> (Vec<usize>, Vec<bool>, Vec<Option<bool>>, Vec<f64>) {
        let mut rng = Streams::new(seed).get("data");
        let patients: Vec<usize> = (0..n).map(|_| rng.random_range(0..n.div_ceil(3)) * 3).collect();
        let labels: Vec<bool> = (0..n).map(|_| rng.random::<f64>() < 0.4).collect();
        let scores = (0..n).map(|_| f64::from(rng.random_range(0..steps)) - 3.0).collect();
        let known = labels.iter().map(|&label| (rng.random::<f64>() < 0.9).then_some(label)).collect();
        (patients, labels, known, scores)
    }

    #[test]
    fn lanes_and_left_out_patients_equal_the_plain_way_bit_for_bit() {
        for (n, steps) in [(2, 2), (3, 1), (7, 3), (40, 1), (61, 9), (300, 20), (500, 1_000_000)] {
            for seed in 0..4 {
                let (patients, labels, known, scores) = data(n, seed, steps);
                let resampler = Resampler::by_cell(&patients, &vec![0; n], &labels).expect("lengths");
                let streams = Streams::new(seed);
                // No multiple of the lanes.
                let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(19);
                let sorted = WeightedAuc::of_known(&known, &scores).expect("valid");
                let ranked = Ranked::new(&sorted, resampler.slots());
                let plain = bootstrap.replicate(|weights| sorted.at(weights));
                assert_eq!(bootstrap.lanes(|counts| ranked.at(counts)), plain, "{n}, {seed}");

                let (value, left_out) = ranked.left_out(resampler.patients());
                assert_eq!(value, sorted.at(&vec![1; n]));
                let plain: Vec<Option<f64>> = resampler.leave_one_out(|w| sorted.at(w)).concat();
                assert_eq!(left_out, plain, "{n}, {seed}");
            }
        }
    }
}
