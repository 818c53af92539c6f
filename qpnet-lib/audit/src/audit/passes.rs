//! Average precision of a cell on several draws of patients in one pass over its scores.

use super::sums::PatientSums;
use crate::metrics::WeightedAuc;
use crate::stats::bootstrap::{Counts, LANES, add_drawn};

/// A cell whose samples count alike, ready for several draws at once: the same bits as one draw after the
/// other.
pub(super) struct Passes {
    /// By ascending score: slot of the patient, whether the sample is positive, whether its score
    /// ends here.
    entries: Vec<u32>,
    /// Negatives and positives.
    sums: PatientSums,
}

/// One number in every replicate.
type Row = [f64; LANES];

impl Passes {
    /// `auc` is of ascending scores; `slots[i]` is the slot of the patient of sample `i`, below
    /// `patients`.
    pub(super) fn new(auc: &WeightedAuc, slots: &[u32], patients: usize) -> Self {
        let (mut entries, mut sums, mut begin) =
            (Vec::with_capacity(slots.len()), PatientSums::new(2, patients), 0);
        for &end in auc.ends() {
            for (at, &(sample, positive)) in (begin + 1..).zip(&auc.order()[begin..end]) {
                let (slot, p) = (slots[sample as usize], f64::from(u8::from(positive)));
                entries.push(slot << 2 | u32::from(positive) << 1 | u32::from(at == end));
                sums.add(slot, [1.0 - p, p]);
            }
            begin = end;
        }
        Self { entries, sums }
    }

    /// In every replicate; NaN where an outcome is missing.
    pub(super) fn at(&self, counts: &[Counts]) -> Row {
        let sums = self.sums.at(counts);
        let precision = self.precision(counts, (&sums[0], &sums[1]));
        std::array::from_fn(|lane| {
            let (negatives, positives) = (sums[0][lane], sums[1][lane]);
            if positives * negatives > 0.0 { precision[lane] / positives } else { f64::NAN }
        })
    }

    /// Precision added up over positives.
    fn precision(&self, counts: &[Counts], (negatives, positives): (&Row, &Row)) -> Row {
        let mut precision = [0.0; LANES];
        // Below the score at hand.
        let [mut q_below, mut p_below] = [[0.0; LANES]; 2];
        let [mut p, mut q] = [[0.0; LANES]; 2];
        for &entry in &self.entries {
            add_drawn(entry, counts, &mut p, &mut q);
            if entry & 1 == 0 {
                continue;
            }
            for lane in 0..LANES {
                let above = positives[lane] - p_below[lane];
                let called = above + negatives[lane] - q_below[lane];
                precision[lane] += p[lane] * (above / called.max(1.0)); // nobody above: 0
                p_below[lane] += p[lane];
                q_below[lane] += q[lane];
            }
            (p, q) = ([0.0; LANES], [0.0; LANES]);
        }
        precision
    }
}
