//! Measures of the probabilities of a cell on draws of patients.

use super::AuditError;
use super::cell::Cell;
use super::gaps::Gaps;
use super::sums::PatientSums;
use crate::metrics::{CalibrationLine, CalibrationStep, WeightedCalibration, WeightedCalibrationError};
use crate::stats::bootstrap::{Counts, LANES};

/// The measures; what is undefined is NaN.
#[derive(Clone, Debug)]
pub(super) struct Forecast {
    pub(super) brier: f64,
    pub(super) skill: f64,
    pub(super) slope: f64,
    pub(super) in_the_large: f64,
    /// By bin of the data, mean over all samples of what they miss the outcome by, or 0 outside the bin:
    /// absolute gaps add up to the calibration error.
    pub(super) gaps: Vec<f64>,
}

/// A cell ready for draws. All measures but the calibration line of few samples are sums over patients.
pub(super) struct Forecasts {
    /// On the data themselves.
    pub(super) of_data: Forecast,
    /// Weights of negatives and of positives, squared errors, and what the first step of the calibration
    /// line adds up if there is no second.
    sums: PatientSums,
    gaps: Gaps,
    lines: Option<Lines>,
}

/// What finds the calibration line of a draw; there is none where the data have none.
struct Lines {
    step: CalibrationStep,
    slower: WeightedCalibration,
    /// The slot of the patient of each sample, and how much it counts.
    samples: Vec<(u32, f64)>,
}

impl Forecasts {
    /// `slot` gives the slot of the patient of a sample of the table, below `patients`.
    pub(super) fn of(
        cell: &Cell,
        slot: impl Fn(u32) -> u32,
        patients: usize,
        bins: usize,
    ) -> Result<Self, AuditError> {
        let Cell { labels, scores, weights, .. } = cell;
        let slower = WeightedCalibration::new(labels, scores)?;
        let line = slower.at(weights);
        let bin = WeightedCalibrationError::new(labels, scores, bins)?.bins(weights);
        let samples: Vec<(u32, f64)> =
            cell.samples.iter().zip(weights).map(|(&sample, &weight)| (slot(sample), weight)).collect();
        let step = line.map(|line| CalibrationStep::of(line, labels, scores));
        let first = step.as_ref().filter(|step| step.takes_one());
        let mut sums = PatientSums::new(3 + first.map_or(0, |_| CalibrationStep::SUMS), patients);
        let (mut gaps, mut of_data) = (Vec::with_capacity(labels.len()), [0.0; 3]);
        for (i, &(slot, weight)) in samples.iter().enumerate() {
            let y = f64::from(u8::from(labels[i]));
            let gap = scores[i] - y;
            let own = [1.0 - y, y, gap * gap].map(|value| weight * value);
            of_data.iter_mut().zip(own).for_each(|(sum, value)| *sum += value);
            let step = first.map(|first| first.adds(i).map(|value| weight * value));
            sums.add(slot, own.into_iter().chain(step.into_iter().flatten()));
            gaps.push((slot, bin[i], weight * gap));
        }
        let gaps = Gaps::new(gaps);
        let of_data = Forecast::of(of_data, &gaps.of_data(), line);
        let lines = step.map(|step| Lines { step: step.without_first(), slower, samples });
        Ok(Self { of_data, sums, gaps, lines })
    }

    /// On several draws: how often each patient was drawn.
    pub(super) fn at(&self, counts: &[Counts]) -> [Forecast; LANES] {
        let (sums, gaps) = (self.sums.at(counts), self.gaps.at(counts));
        std::array::from_fn(|lane| {
            let line = self.lines.as_ref().and_then(|lines| {
                let first = lines.step.takes_one().then(|| std::array::from_fn(|at| sums[3 + at][lane]));
                lines.at(first, |slot| f64::from(counts[slot as usize][lane]))
            });
            let gaps: Vec<f64> = gaps.iter().map(|sum| sum[lane]).collect();
            Forecast::of([0, 1, 2].map(|at| sums[at][lane]), &gaps, line)
        })
    }
}

impl Forecast {
    /// From the weights of negatives and of positives, squared errors, and gaps by bin, added up.
    fn of([negatives, positives, squares]: [f64; 3], gaps: &[f64], line: Option<CalibrationLine>) -> Self {
        // 0 / 0, which is NaN, without weight and where the prevalence is never wrong.
        let total = negatives + positives;
        let (brier, rate) = (squares / total, positives / total);
        let alone = rate * (1.0 - rate);
        Self {
            brier,
            skill: if alone > 0.0 { 1.0 - brier / alone } else { f64::NAN },
            slope: line.map_or(f64::NAN, |line| line.slope),
            in_the_large: line.map_or(f64::NAN, |line| line.in_the_large),
            gaps: gaps.iter().map(|gap| gap / total).collect(),
        }
    }
}

impl Lines {
    /// The line of a draw, from the sums of the first step if that is the only one.
    fn at(
        &self,
        first: Option<[f64; CalibrationStep::SUMS]>,
        drawn: impl Fn(u32) -> f64,
    ) -> Option<CalibrationLine> {
        let one = first.and_then(|sums| CalibrationStep::first(&self.step.line(), sums));
        one.or_else(|| {
            let weights: Vec<f64> = self.samples.iter().map(|&(slot, weight)| drawn(slot) * weight).collect();
            let several = Some(&self.step).filter(|step| !step.takes_one());
            // Where steps do not end, the slower way says whether there is a line at all.
            several.and_then(|step| step.at(&weights)).or_else(|| self.slower.at(&weights))
        })
    }
}
