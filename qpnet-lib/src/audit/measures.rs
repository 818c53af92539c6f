//! All measures of a cell on one draw of patients.

use super::cell::Cell;
use super::{AuditError, AuditOptions};
use crate::metrics::{
    CalibrationLine, CalibrationStep, WeightedAuc, WeightedCalibration, WeightedCalibrationError,
};

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

/// A cell in the order of its scores, so that a draw costs one pass a measure over neighbouring
/// memory.
pub(super) struct Kernel {
    /// Place of each sample among those that patients are drawn for.
    place: Vec<u32>,
    weights: Vec<f64>,
    auc: WeightedAuc,
    probabilities: Option<Probabilities>,
}

struct Probabilities {
    labels: Vec<bool>,
    /// Squared errors.
    squares: Vec<f64>,
    error: WeightedCalibrationError,
    line: WeightedCalibration,
    step: Option<CalibrationStep>,
}

impl Kernel {
    /// `places[s]` is the place of sample `s` of the table among those that patients are drawn for.
    pub(super) fn of(cell: &Cell, places: &[u32], options: &AuditOptions) -> Result<Self, AuditError> {
        let mut order: Vec<u32> = (0..cell.labels.len() as u32).collect();
        order.sort_unstable_by(|&i, &j| {
            cell.scores[i as usize].total_cmp(&cell.scores[j as usize]).then(i.cmp(&j))
        });
        let labels: Vec<bool> = order.iter().map(|&i| cell.labels[i as usize]).collect();
        let scores: Vec<f64> = order.iter().map(|&i| cell.scores[i as usize]).collect();
        let weights: Vec<f64> = order.iter().map(|&i| cell.weights[i as usize]).collect();
        let place = order.iter().map(|&i| places[cell.samples[i as usize] as usize]).collect();
        let auc = WeightedAuc::new(&labels, &scores)?;
        let probabilities =
            options.probabilities.then(|| Probabilities::of(labels, &scores, &weights, options.bins));
        Ok(Self { place, weights, auc, probabilities: probabilities.transpose()? })
    }

    /// On the data themselves.
    pub(super) fn of_data(&self) -> Measures {
        self.measured(&self.weights, |probabilities, weights| probabilities.line.at(weights))
    }

    /// On a draw: how often each sample was drawn.
    pub(super) fn at(&self, drawn: &[u32]) -> Measures {
        let weight = |(&place, own): (&u32, &f64)| f64::from(drawn[place as usize]) * own;
        let weights: Vec<f64> = self.place.iter().zip(&self.weights).map(weight).collect();
        self.measured(&weights, |probabilities, weights| match &probabilities.step {
            // Where steps do not end, the slower way says whether there is a line at all.
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

    #[test]
    fn a_draw_measures_the_table_in_which_samples_are_repeated() {
        let mut rng = Streams::new(4).get("data");
        let labels: Vec<bool> = (0..120).map(|_| rng.random::<f64>() < 0.4).collect();
        // Two decimals, so that scores tie.
        let mut score = |&label: &bool| {
            let own = 0.6 * rng.random::<f64>() + 0.1 + if label { 0.2 } else { 0.0 };
            (own * 100.0).round() / 100.0
        };
        let scores: Vec<f64> = labels.iter().map(&mut score).collect();
        let cell = Cell {
            samples: (0..120).collect(),
            labels: labels.clone(),
            scores: scores.clone(),
            patients: (0..120).collect(),
            weights: vec![1.0; 120],
        };
        let places: Vec<u32> = (0..120).collect();
        let kernel = Kernel::of(&cell, &places, &AuditOptions::default()).expect("valid");
        let drawn: Vec<u32> = (0..120).map(|_| rng.random_range(0..3)).collect();
        let (mut many, mut often) = (Vec::new(), Vec::new());
        for i in 0..120 {
            for _ in 0..drawn[i] {
                many.push(labels[i]);
                often.push(scores[i]);
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
        for (at, (found, expected)) in kernel.at(&drawn).0.iter().zip(expected).enumerate() {
            assert!((found - expected.expect("defined")).abs() < 1e-8, "{at}: {found}, {expected:?}");
        }
    }
}
