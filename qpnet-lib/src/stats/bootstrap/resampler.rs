//! Which patients exist, and how they are drawn.

use crate::metrics::MetricError;
use crate::rng::Rng;
use rand::RngExt;
use std::collections::BTreeMap;

/// Patients in strata, ready to be drawn.
///
/// A patient with samples in several strata belongs to the **largest** stratum number among
/// them. With [`Resampler::by_cell`], where the number is `2 g + y`, that is "has a positive
/// image" within the patient's subgroup. The rule does not depend on the order of samples.
///
/// # Examples
/// ```
/// use qpnet_lib::rng::Streams;
/// use qpnet_lib::stats::bootstrap::Resampler;
/// let patients = Resampler::new(&[7, 7, 3, 5], &[0, 1, 0, 0])?;
/// assert_eq!((patients.patients(), patients.samples()), (3, 4));
/// let mut weights = vec![0; 4];
/// patients.draw(&mut Streams::new(1).at("bootstrap", 0), &mut weights);
/// assert_eq!(&weights[..2], [1, 1]); // patient 7 is alone in its stratum
/// assert_eq!(weights[2] + weights[3], 2);
/// # Ok::<(), qpnet_lib::metrics::MetricError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Resampler {
    /// Position of the patient of each sample.
    patient: Vec<usize>,
    /// Positions of the patients of each stratum, by ascending patient number.
    strata: Vec<Vec<usize>>,
    patients: usize,
}

impl Resampler {
    /// `patients[i]` is any number that sample `i` shares with the samples of the same patient
    /// and with no other; `strata[i]` is the stratum of sample `i`.
    ///
    /// # Errors
    /// [`MetricError::LengthMismatch`].
    pub fn new(patients: &[usize], strata: &[usize]) -> Result<Self, MetricError> {
        let (expected, got) = (patients.len(), strata.len());
        if expected != got {
            return Err(MetricError::LengthMismatch { what: "the slice of strata", expected, got });
        }
        let mut stratum_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (&patient, &stratum) in patients.iter().zip(strata) {
            let largest = stratum_of.entry(patient).or_insert(stratum);
            *largest = (*largest).max(stratum);
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (position, &stratum) in stratum_of.values().enumerate() {
            members.entry(stratum).or_default().push(position);
        }
        let position: BTreeMap<usize, usize> = stratum_of.keys().copied().zip(0..).collect();
        Ok(Self {
            patient: patients.iter().map(|id| position[id]).collect(),
            strata: members.into_values().collect(),
            patients: stratum_of.len(),
        })
    }

    /// Strata by subgroup and label: number `2 group + label`.
    ///
    /// A replicate has as many positive patients as the data. That is right for measures that take the
    /// prevalence as given. Where positives came by chance it is **wrong for calibration in the large**:
    /// its interval then covers 60 to 67 % instead of 95 (`tests/simulation/calibration.rs`). Take
    /// [`Resampler::new`] with subgroups as strata there.
    ///
    /// # Errors
    /// [`MetricError::LengthMismatch`].
    pub fn by_cell(patients: &[usize], groups: &[usize], labels: &[bool]) -> Result<Self, MetricError> {
        let expected = patients.len();
        for (what, got) in [("the slice of groups", groups.len()), ("the slice of labels", labels.len())] {
            if expected != got {
                return Err(MetricError::LengthMismatch { what, expected, got });
            }
        }
        let cell = |(&group, &label): (&usize, &bool)| 2 * group + usize::from(label);
        Self::new(patients, &groups.iter().zip(labels).map(cell).collect::<Vec<_>>())
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.patient.len()
    }

    /// Number of patients.
    pub fn patients(&self) -> usize {
        self.patients
    }

    /// Number of patients in each stratum.
    pub fn sizes(&self) -> Vec<usize> {
        self.strata.iter().map(Vec::len).collect()
    }

    /// Draw patients with replacement, as many from each stratum as it holds, and write how
    /// often each sample was drawn.
    ///
    /// # Panics
    /// With fewer `weights` than samples.
    pub fn draw(&self, rng: &mut Rng, weights: &mut [u32]) {
        let mut drawn = vec![0u32; self.patients];
        for members in &self.strata {
            for _ in members {
                drawn[members[rng.random_range(0..members.len())]] += 1;
            }
        }
        for (weight, &patient) in weights.iter_mut().zip(&self.patient) {
            *weight = drawn[patient];
        }
    }

    /// For each stratum, the weights of the samples with one of its patients left out, passed
    /// through `statistic`.
    pub(super) fn leave_one_out<T>(&self, statistic: impl Fn(&[u32]) -> T + Sync) -> Vec<Vec<T>>
    where
        T: Send,
    {
        use rayon::prelude::*;
        let without = |&left_out: &usize| {
            let kept = |&patient: &usize| u32::from(patient != left_out);
            statistic(&self.patient.iter().map(kept).collect::<Vec<_>>())
        };
        self.strata.iter().map(|members| members.par_iter().map(without).collect()).collect()
    }

    /// A remark when a stratum cannot vary because it holds one patient.
    pub(in crate::stats) fn flag(&self) -> Option<String> {
        let alone = self.strata.iter().filter(|members| members.len() == 1).count();
        let plural = if alone == 1 { "stratum holds" } else { "strata hold" };
        (alone > 0).then(|| format!("{alone} {plural} one patient only and cannot vary"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    #[test]
    fn strata_keep_their_size_and_patients_stay_whole() {
        let patients: Vec<usize> = (0..60).map(|i| 100 - i / 3).collect();
        let labels: Vec<bool> = (0..60).map(|i| i % 12 == 0).collect();
        let groups: Vec<usize> = (0..60).map(|i| i / 30).collect();
        let resampler = Resampler::by_cell(&patients, &groups, &labels).expect("lengths");
        assert_eq!(resampler.sizes(), [7, 3, 8, 2]); // an image in twelve: a patient in four
        let mut weights = vec![0; 60];
        for b in 0..50 {
            resampler.draw(&mut Streams::new(3).at("bootstrap", b), &mut weights);
            assert!(weights.chunks(3).all(|patient| patient.iter().all(|w| *w == patient[0])));
            let positive = weights.chunks(3).zip(labels.chunks(3)).zip(groups.chunks(3));
            let drawn: u32 =
                positive.filter(|((_, l), g)| l.contains(&true) && g[0] == 1).map(|((w, _), _)| w[0]).sum();
            assert_eq!((drawn, weights.iter().sum()), (2, 60));
        }
    }

    #[test]
    fn lengths_are_checked_and_nobody_is_allowed() {
        assert!(Resampler::new(&[1, 2], &[0]).is_err());
        assert!(Resampler::by_cell(&[1, 2], &[0], &[true, false]).is_err());
        let nobody = Resampler::new(&[], &[]).expect("empty");
        nobody.draw(&mut Streams::new(1).get("bootstrap"), &mut []);
        assert_eq!(nobody.patients(), 0);
    }
}
