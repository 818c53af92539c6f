//! All measures of a cell on several draws of patients in one pass over its scores.

use super::measures::{Probabilities, VALUES};
use super::sums::PatientSums;
use crate::metrics::{CalibrationLine, CalibrationStep, WeightedAuc};
use crate::stats::bootstrap::{Counts, LANES};

/// A cell whose samples count alike, ready for draws: what [`Kernel`](super::measures::Kernel) measures
/// on one draw after the other, on several at once. AUC and average precision are made of whole numbers
/// and are the same bits; other measures differ by the rounding of sums in another order.
pub(super) struct Passes {
    /// By ascending score: slot of the patient, whether the sample is positive, whether its score
    /// ends here.
    entries: Vec<u32>,
    /// Every different score, ascending.
    scores: Vec<f64>,
    /// Negatives and positives; squared errors, if scores are probabilities; what the first step of the
    /// calibration line adds up, if there is no second.
    sums: PatientSums,
    /// Whether scores are probabilities.
    probabilities: bool,
    /// The calibration line of the data, where those of draws take one step.
    line: Option<CalibrationLine>,
    bins: f64,
}

/// One number in every replicate.
type Row = [f64; LANES];

impl Passes {
    /// `scores` ascend, `auc` is of them; `slots[i]` is the slot of the patient of sample `i`, below
    /// `patients`.
    pub(super) fn new(
        auc: &WeightedAuc,
        scores: &[f64],
        slots: &[u32],
        patients: usize,
        probabilities: Option<&Probabilities>,
        bins: usize,
    ) -> Self {
        let (mut entries, mut different, mut begin) = (Vec::with_capacity(slots.len()), Vec::new(), 0);
        for &end in auc.ends() {
            for (at, &(sample, positive)) in (begin + 1..).zip(&auc.order()[begin..end]) {
                let slot = slots[sample as usize];
                entries.push(slot << 2 | u32::from(positive) << 1 | u32::from(at == end));
            }
            different.push(scores[auc.order()[begin].0 as usize]);
            begin = end;
        }
        let step = probabilities.and_then(one_step);
        let columns = 2 + usize::from(probabilities.is_some()) + step.map_or(0, |_| CalibrationStep::SUMS);
        let mut sums = PatientSums::new(columns, patients);
        for &(sample, positive) in auc.order() {
            let (i, p) = (sample as usize, f64::from(u8::from(positive)));
            let square = probabilities.map(|probabilities| probabilities.squares[i]);
            let step = step.map(|step| step.adds(i));
            sums.add(slots[i], [1.0 - p, p].into_iter().chain(square).chain(step.into_iter().flatten()));
        }
        let (probabilities, line) = (probabilities.is_some(), step.map(CalibrationStep::line));
        Self { entries, scores: different, sums, probabilities, line, bins: bins as f64 }
    }

    /// Every measure in every replicate; the calibration line only where it takes one step.
    pub(super) fn at(&self, counts: &[Counts]) -> [[f64; VALUES]; LANES] {
        let sums = self.sums.at(counts);
        let [doubled, precision, error] = match self.probabilities {
            true => self.ranks::<true>(counts, (&sums[0], &sums[1])),
            false => self.ranks::<false>(counts, (&sums[0], &sums[1])),
        };
        let line = |lane: usize| -> Option<CalibrationLine> {
            CalibrationStep::first(&self.line?, std::array::from_fn(|at| sums[3 + at][lane]))
        };
        std::array::from_fn(|lane| {
            let (negatives, positives) = (sums[0][lane], sums[1][lane]);
            let (pairs, total) = (positives * negatives, negatives + positives);
            let mut found = [f64::NAN; VALUES];
            if pairs > 0.0 {
                [found[0], found[1]] = [doubled[lane] / (2.0 * pairs), precision[lane] / positives];
            }
            if self.probabilities && total > 0.0 {
                let (score, rate) = (sums[2][lane] / total, positives / total);
                let alone = rate * (1.0 - rate);
                found[2] = score;
                found[3] = if alone > 0.0 { 1.0 - score / alone } else { f64::NAN };
                found[4] = error[lane] / total;
            }
            if let Some(line) = line(lane) {
                [found[5], found[6]] = [line.slope, line.in_the_large];
            }
            found
        })
    }

    /// Twice the pairs won, precision added up over positives, and, if asked for, the gaps of bins of
    /// equal mass.
    fn ranks<const BINS: bool>(&self, counts: &[Counts], (negatives, positives): (&Row, &Row)) -> [Row; 3] {
        let [mut doubled, mut precision, mut error] = [[0.0; LANES]; 3];
        // Below the score at hand; of that in the open bin: forecasts, and positives before it.
        let [mut q_below, mut p_below, mut forecasts, mut before] = [[0.0; LANES]; 4];
        let total: Row = std::array::from_fn(|lane| negatives[lane] + positives[lane]);
        // A bin closes when what is below, times the bins, reaches the next multiple of all.
        let mut next = total.map(|total| if total > 0.0 { total } else { f64::INFINITY });
        let [mut p, mut q] = [[0.0; LANES]; 2];
        let mut score = self.scores.iter();
        for &entry in &self.entries {
            let drawn = &counts[(entry >> 2) as usize];
            let positive = f64::from(entry >> 1 & 1); // a factor: chance would mislead a branch
            for lane in 0..LANES {
                let weight = f64::from(drawn[lane]);
                p[lane] += positive * weight;
                q[lane] += weight - positive * weight;
            }
            if entry & 1 == 0 {
                continue;
            }
            let mut closes = false;
            for lane in 0..LANES {
                doubled[lane] += p[lane] * (2.0 * q_below[lane] + q[lane]);
                let above = positives[lane] - p_below[lane];
                let called = above + negatives[lane] - q_below[lane];
                precision[lane] += p[lane] * (above / called.max(1.0)); // nobody above: 0
                p_below[lane] += p[lane];
                q_below[lane] += q[lane];
            }
            if BINS {
                let score = score.next().copied().unwrap_or_default();
                for lane in 0..LANES {
                    forecasts[lane] += (p[lane] + q[lane]) * score;
                    closes |= (p_below[lane] + q_below[lane]) * self.bins >= next[lane];
                }
            }
            (p, q) = ([0.0; LANES], [0.0; LANES]);
            if closes {
                for lane in 0..LANES {
                    let end = (p_below[lane] + q_below[lane]) * self.bins;
                    if end >= next[lane] {
                        error[lane] += f64::abs(forecasts[lane] - (p_below[lane] - before[lane]));
                        (forecasts[lane], before[lane]) = (0.0, p_below[lane]);
                        next[lane] = ((end / total[lane]).floor() + 1.0) * total[lane];
                    }
                }
            }
        }
        [doubled, precision, error]
    }
}

/// The step of the calibration line, if it takes one.
fn one_step(probabilities: &Probabilities) -> Option<&CalibrationStep> {
    probabilities.step.as_ref().filter(|step| step.takes_one())
}
