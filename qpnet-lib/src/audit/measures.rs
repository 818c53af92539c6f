//! All measures of a cell on one draw of patients.

use super::cell::Cell;
use super::passes::Passes;
use super::{AuditError, AuditOptions};
use crate::metrics::{
    CalibrationLine, CalibrationStep, WeightedAuc, WeightedCalibration, WeightedCalibrationError,
};
use crate::stats::bootstrap::{Counts, LANES};

/// AUC, average precision, Brier score, skill, calibration error, slope, calibration in the large.
pub(super) const VALUES: usize = 7;

/// The measures in one order; what is undefined is NaN.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measures(pub(super) [f64; VALUES]);

impl Measures {
    pub(super) fn value(&self, at: usize) -> Option<f64> {
        self.0.get(at).copied().filter(|value| value.is_finite())
    }
}

/// A cell in the order of its scores, so that draws pass over neighbouring memory.
pub(super) struct Kernel {
    /// On the data themselves.
    pub(super) of_data: Measures,
    /// The slot of the patient of each sample.
    slots: Vec<u32>,
    way: Way,
}

enum Way {
    /// One draw after the other, where samples do not count alike.
    Weighted(Plain),
    /// Several draws at once, and what one of them needs where one step does not give its calibration
    /// line.
    Alike(Passes, Option<(CalibrationStep, WeightedCalibration)>),
}

/// Measures under any weights, plainly.
pub(super) struct Plain {
    weights: Vec<f64>,
    auc: WeightedAuc,
    probabilities: Option<Probabilities>,
}

/// What only probabilities have.
pub(super) struct Probabilities {
    labels: Vec<bool>,
    /// Squared errors.
    pub(super) squares: Vec<f64>,
    error: WeightedCalibrationError,
    line: WeightedCalibration,
    pub(super) step: Option<CalibrationStep>,
}

impl Kernel {
    /// `slot` gives the slot of the patient of a sample of the table, below `patients`.
    pub(super) fn of(
        cell: &Cell,
        slot: impl Fn(u32) -> u32,
        patients: usize,
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let order = cell.by_score();
        let slots: Vec<u32> = order.iter().map(|&i| slot(cell.samples[i as usize])).collect();
        let plain = Plain::of(cell, &order, options)?;
        let of_data = plain.of_data();
        if plain.weights.iter().any(|&weight| weight != 1.0) {
            return Ok(Self { of_data, slots, way: Way::Weighted(plain) });
        }
        let Plain { auc, probabilities, .. } = plain;
        let scores: Vec<f64> = order.iter().map(|&i| cell.scores[i as usize]).collect();
        let passes = Passes::new(&auc, &scores, &slots, patients, probabilities.as_ref(), options.bins);
        let lines = probabilities.and_then(|own| Some((own.step?.without_first(), own.line)));
        Ok(Self { of_data, slots, way: Way::Alike(passes, lines) })
    }

    /// On several draws: how often each patient was drawn.
    pub(super) fn at(&self, counts: &[Counts]) -> [[f64; VALUES]; LANES] {
        let drawn = |lane: usize| self.slots.iter().map(move |&slot| f64::from(counts[slot as usize][lane]));
        let (passes, lines) = match &self.way {
            Way::Alike(passes, lines) => (passes, lines),
            Way::Weighted(plain) => {
                let weights = |lane| -> Vec<f64> {
                    drawn(lane).zip(&plain.weights).map(|(drawn, own)| drawn * own).collect()
                };
                return std::array::from_fn(|lane| plain.at(&weights(lane)).0);
            }
        };
        let mut found = passes.at(counts);
        let Some((step, line)) = lines else { return found };
        for (lane, own) in found.iter_mut().enumerate().filter(|(_, own)| own[5].is_nan()) {
            let weights: Vec<f64> = drawn(lane).collect();
            let several = Some(step).filter(|step| !step.takes_one());
            // Where steps do not end, the slower way says whether there is a line at all.
            if let Some(line) = several.and_then(|step| step.at(&weights)).or_else(|| line.at(&weights)) {
                [own[5], own[6]] = [line.slope, line.in_the_large];
            }
        }
        found
    }
}

impl Plain {
    /// `order` has the places of the cell by ascending score.
    fn of(cell: &Cell, order: &[u32], options: &AuditOptions) -> Result<Self, AuditError> {
        let labels: Vec<bool> = order.iter().map(|&i| cell.labels[i as usize]).collect();
        let scores: Vec<f64> = order.iter().map(|&i| cell.scores[i as usize]).collect();
        let weights: Vec<f64> = order.iter().map(|&i| cell.weights[i as usize]).collect();
        let auc = WeightedAuc::new(&labels, &scores)?;
        let probabilities =
            options.probabilities.then(|| Probabilities::of(labels, &scores, &weights, options.bins));
        Ok(Self { weights, auc, probabilities: probabilities.transpose()? })
    }

    fn of_data(&self) -> Measures {
        self.measured(&self.weights, |probabilities, weights| probabilities.line.at(weights))
    }

    /// Under the weights of a draw.
    fn at(&self, weights: &[f64]) -> Measures {
        self.measured(weights, |probabilities, weights| match &probabilities.step {
            Some(step) => step.at(weights).or_else(|| probabilities.line.at(weights)),
            None => None,
        })
    }

    fn measured(
        &self,
        weights: &[f64],
        line: impl Fn(&Probabilities, &[f64]) -> Option<CalibrationLine>,
    ) -> Measures {
        let mut found = [f64::NAN; VALUES];
        found[0] = self.auc.at_real(weights).unwrap_or(f64::NAN);
        found[1] = self.auc.real_average_precision(weights).unwrap_or(f64::NAN);
        if let Some(probabilities) = &self.probabilities {
            [found[2], found[3]] = probabilities.brier(weights);
            found[4] = probabilities.error.at(weights).unwrap_or(f64::NAN);
            if let Some(line) = line(probabilities, weights) {
                [found[5], found[6]] = [line.slope, line.in_the_large];
            }
        }
        Measures(found)
    }
}

impl Probabilities {
    fn of(labels: Vec<bool>, scores: &[f64], weights: &[f64], bins: usize) -> Result<Self, AuditError> {
        let error = WeightedCalibrationError::new(&labels, scores, bins)?;
        let line = WeightedCalibration::new(&labels, scores)?;
        let squares = labels.iter().zip(scores).map(|(&y, p)| (p - f64::from(u8::from(y))).powi(2)).collect();
        let of_data = line.at(weights);
        let step = of_data.map(|found| CalibrationStep::of(found, &labels, scores));
        Ok(Self { labels, squares, error, line, step })
    }

    /// Brier score and skill.
    fn brier(&self, weights: &[f64]) -> [f64; 2] {
        let (mut total, mut positives, mut sum) = (0.0, 0.0, 0.0);
        for ((&w, &label), square) in weights.iter().zip(&self.labels).zip(&self.squares) {
            total += w;
            positives += w * f64::from(u8::from(label)); // without a branch, which chance would mislead
            sum += w * square;
        }
        // 0 / 0, which is NaN, without weight and where the prevalence is never wrong.
        let (score, rate) = (sum / total, positives / total);
        let alone = rate * (1.0 - rate);
        [score, if alone > 0.0 { 1.0 - score / alone } else { f64::NAN }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;
    use crate::rng::Streams;
    use rand::RngExt;

    /// `n` samples of `patients` whose scores have `steps` values, and overlap by `pull`.
    fn cell(n: u32, patients: usize, steps: f64, seed: u64) -> Cell {
        let mut rng = Streams::new(seed).get("data");
        let labels: Vec<bool> = (0..n).map(|_| rng.random::<f64>() < 0.4).collect();
        let mut score = |&label: &bool| {
            let own = 0.6 * rng.random::<f64>() + 0.1 + if label { 0.2 } else { 0.0 };
            (own * steps).round() / steps
        };
        let scores = labels.iter().map(&mut score).collect();
        let patients = (0..n as usize).map(|i| i * 7 % patients).collect();
        Cell { samples: (0..n).collect(), labels, scores, patients, weights: vec![1.0; n as usize] }
    }

    fn kernel(cell: &Cell, patients: usize, options: &AuditOptions) -> Kernel {
        Kernel::of(cell, |sample| cell.patients[sample as usize] as u32, patients, options).expect("valid")
    }

    fn counts(patients: usize, seed: u64, most: u16) -> Vec<Counts> {
        let mut rng = Streams::new(seed).get("counts");
        (0..patients).map(|_| std::array::from_fn(|_| rng.random_range(0..=most))).collect()
    }

    #[test]
    fn a_draw_measures_the_table_in_which_samples_are_repeated() {
        // Two decimals, so that scores tie.
        let cell = cell(120, 40, 100.0, 4);
        let counts = counts(40, 4, 2);
        let kernel = kernel(&cell, 40, &AuditOptions::default());
        for (lane, found) in kernel.at(&counts).into_iter().enumerate() {
            let (mut many, mut often) = (Vec::new(), Vec::new());
            for i in 0..120 {
                for _ in 0..counts[cell.patients[i]][lane] {
                    many.push(cell.labels[i]);
                    often.push(cell.scores[i]);
                }
            }
            let line = metrics::calibration_line(&many, &often).expect("valid").expect("overlap");
            let expected = [
                metrics::auc(&many, &often).expect("valid"),
                metrics::average_precision(&many, &often).expect("valid"),
                metrics::brier(&many, &often).expect("valid"),
                metrics::brier_skill(&many, &often).expect("valid"),
                metrics::calibration_error(&many, &often, 10).expect("valid"),
                Some(line.slope),
                Some(line.in_the_large),
            ];
            for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert!((found - expected.expect("defined")).abs() < 1e-8, "{at}: {found}, {expected:?}");
            }
        }
    }

    /// What a sum of a hundred thousand numbers in another order may differ by.
    const ROUNDING: f64 = 1e-11;

    #[test]
    fn several_draws_in_one_pass_are_what_they_are_one_by_one() {
        // Tiny cells, ties, one score, one patient, undrawn outcomes; from 20,000 on lines take one step.
        let cases = [
            (1, 1, 10.0, 2),
            (2, 2, 10.0, 1),
            (5, 5, 3.0, 1),
            (9, 3, 1.0, 2),
            (60, 20, 0.1, 2),
            (300, 150, 30.0, 3),
        ];
        let large = (110_000, 50_000, 500.0, 3);
        for (n, patients, steps, most) in cases.into_iter().chain([large]) {
            for seed in 0..if n > 1_000 { 1 } else { 6 } {
                let cell = cell(n, patients, steps, seed);
                for probabilities in [true, false] {
                    let options = AuditOptions { probabilities, ..AuditOptions::default() };
                    let kernel = kernel(&cell, patients, &options);
                    let plain = Plain::of(&cell, &cell.by_score(), &options).expect("valid");
                    let counts = counts(patients, seed, most);
                    for (lane, found) in kernel.at(&counts).into_iter().enumerate() {
                        let weight = |&slot: &u32| f64::from(counts[slot as usize][lane]);
                        let plain = plain.at(&kernel.slots.iter().map(weight).collect::<Vec<_>>()).0;
                        for at in 0..VALUES {
                            let (a, b) = (found[at], plain[at]);
                            let close =
                                (a - b).abs() <= if at < 2 { 0.0 } else { ROUNDING * (1.0 + b.abs()) };
                            assert!(close || a.is_nan() && b.is_nan(), "{n}, {seed}: {at}: {a}, {b}");
                        }
                    }
                }
            }
        }
    }
}
