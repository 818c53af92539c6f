//! Measures that know what they are without one patient.

use super::engine::Bootstrap;
use super::ranked::Ranked;
use crate::metrics::{WeightedAuc, WeightedMacroAuc};
use crate::stats::{Comparison, Estimate, StatsError};
use std::ops::Range;

/// A measure of weighted samples whose values without one patient come from one pass over the samples, not from
/// one for each patient.
pub trait Measure: Sync {
    /// The value when sample `i` counts `weights[i]` times.
    fn at(&self, weights: &[u32]) -> Option<f64>;

    /// The value without the patient of each slot, `slots[i]` that of sample `i`, below `patients`.
    fn left_out(&self, slots: &[u32], patients: usize) -> Vec<Option<f64>>;
}

impl Measure for WeightedAuc {
    fn at(&self, weights: &[u32]) -> Option<f64> {
        WeightedAuc::at(self, weights)
    }

    fn left_out(&self, slots: &[u32], patients: usize) -> Vec<Option<f64>> {
        Ranked::new(self, slots).left_out(patients).1
    }
}

/// The macro AUC over the classes that have both outcomes in the data; undefined where one of them has lost an
/// outcome: a mean over fewer classes is another quantity.
impl Measure for WeightedMacroAuc {
    fn at(&self, weights: &[u32]) -> Option<f64> {
        mean(self.known().map(|class| class.at(weights)))
    }

    fn left_out(&self, slots: &[u32], patients: usize) -> Vec<Option<f64>> {
        let classes: Vec<_> = self.known().map(|class| class.left_out(slots, patients)).collect();
        (0..patients).map(|slot| mean(classes.iter().map(|class| class[slot]))).collect()
    }
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = values.collect::<Option<_>>()?;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The mean of one number a sample, as the Brier score is one of squared errors.
#[derive(Clone, Debug)]
pub struct WeightedMean(pub Vec<f64>);

impl Measure for WeightedMean {
    fn at(&self, weights: &[u32]) -> Option<f64> {
        let total: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        let sum: f64 = weights.iter().zip(&self.0).map(|(&weight, value)| f64::from(weight) * value).sum();
        (total > 0).then(|| sum / total as f64)
    }

    fn left_out(&self, slots: &[u32], patients: usize) -> Vec<Option<f64>> {
        let mut own = vec![(0.0, 0usize); patients];
        for (&slot, value) in slots.iter().zip(&self.0) {
            own[slot as usize].0 += value;
            own[slot as usize].1 += 1;
        }
        let (sum, count) = (self.0.iter().sum::<f64>(), self.0.len());
        let without =
            |&(lost, fewer): &(f64, usize)| (count > fewer).then(|| (sum - lost) / (count - fewer) as f64);
        own.iter().map(without).collect()
    }
}

impl Bootstrap<'_> {
    /// As [`Bootstrap::estimate`] of what `combine` makes of measures, each of the samples in a range: the jackknife
    /// of BCa takes time by samples, not by samples times patients.
    ///
    /// # Errors
    /// As [`Bootstrap::estimate`].
    pub fn estimate_of(
        &self,
        name: &str,
        parts: &[(&dyn Measure, Range<usize>)],
        combine: impl Fn(&[Option<f64>]) -> Option<f64> + Sync,
    ) -> Result<Estimate, StatsError> {
        Ok(self.compare_of(name, parts, combine)?.difference)
    }

    /// As [`Bootstrap::estimate_of`] for a difference, with the test of [`Bootstrap::compare`].
    ///
    /// # Errors
    /// As [`Bootstrap::estimate`].
    pub fn compare_of(
        &self,
        name: &str,
        parts: &[(&dyn Measure, Range<usize>)],
        combine: impl Fn(&[Option<f64>]) -> Option<f64> + Sync,
    ) -> Result<Comparison, StatsError> {
        let at = |weights: &[u32]| {
            let values: Vec<_> = parts.iter().map(|(of, range)| of.at(&weights[range.clone()])).collect();
            combine(&values)
        };
        let whole = || at(&vec![1; self.resampler.samples()]);
        let replicates = || self.replicate(at);
        self.compare_with(name, whole, replicates, || self.left_out_of(parts, &combine))
    }

    /// By stratum, without one patient.
    fn left_out_of(
        &self,
        parts: &[(&dyn Measure, Range<usize>)],
        combine: &(impl Fn(&[Option<f64>]) -> Option<f64> + Sync),
    ) -> Vec<Vec<Option<f64>>> {
        let (slots, patients) = (self.resampler.slots(), self.resampler.patients());
        let columns: Vec<_> =
            parts.iter().map(|(of, range)| of.left_out(&slots[range.clone()], patients)).collect();
        let without = |slot: usize| combine(&columns.iter().map(|column| column[slot]).collect::<Vec<_>>());
        self.resampler.strata().map(|stratum| stratum.map(without).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::one_vs_rest;
    use crate::rng::Streams;
    use crate::stats::Resampler;
    use rand::RngExt;

    #[test]
    fn one_pass_gives_what_a_pass_for_every_patient_gives() {
        let mut rng = Streams::new(9).get("measures");
        let n = 600;
        let patients: Vec<usize> = (0..n).map(|_| rng.random_range(0..150)).collect();
        let class: Vec<usize> = (0..n).map(|_| rng.random_range(0..4)).collect();
        let scores: Vec<f64> = (0..4 * n).map(|_| f64::from(rng.random_range(0..40))).collect();
        let errors: Vec<f64> = (0..n).map(|_| rng.random_range(0.0..1.0)).collect();
        let resampler = Resampler::new(&patients, &class).expect("lengths");
        let streams = Streams::new(1);
        let bootstrap = Bootstrap::new(&resampler, &streams);
        let labels: Vec<bool> = class.iter().map(|&class| class > 1).collect();
        let auc = WeightedAuc::new(&labels, &scores[..n]).expect("valid");
        let targets = one_vs_rest(&class, 4).expect("classes");
        let many = WeightedMacroAuc::new(&targets, &scores, 4).expect("valid");
        let brier = WeightedMean(errors);
        let measures: [&dyn Measure; 3] = [&auc, &many, &brier];
        for measure in measures {
            let slow = resampler.leave_one_out(|weights| measure.at(weights));
            let fast = bootstrap.left_out_of(&[(measure, 0..n)], &|values| values[0]);
            assert_eq!(slow.len(), fast.len());
            for (slow, fast) in slow.iter().flatten().zip(fast.iter().flatten()) {
                let (slow, fast) = (slow.expect("defined"), fast.expect("defined"));
                assert!((slow - fast).abs() < 1e-12, "{slow} {fast}");
            }
        }
        // Two halves of the samples, as two subgroups are.
        let halves: Vec<_> = [&labels[..300], &labels[300..]]
            .iter()
            .zip([&scores[..300], &scores[300..n]])
            .map(|(labels, scores)| WeightedAuc::new(labels, scores).expect("valid"))
            .collect();
        let parts: Vec<(&dyn Measure, Range<usize>)> = vec![(&halves[0], 0..300), (&halves[1], 300..n)];
        let gap = |values: &[Option<f64>]| Some(values[0]? - values[1]?);
        let slow = bootstrap.compare("gap", |w| Some(halves[0].at(&w[..300])? - halves[1].at(&w[300..])?));
        let (slow, fast) = (slow.expect("valid"), bootstrap.compare_of("gap", &parts, gap).expect("valid"));
        assert_eq!(slow, fast);
    }
}
