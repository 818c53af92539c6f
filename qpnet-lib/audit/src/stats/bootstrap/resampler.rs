//! Which patients exist, and how they are drawn.

use super::words::Words;
use crate::metrics::MetricError;
use crate::rng::Rng;
use crate::threads;
use std::collections::BTreeMap;

/// Patients in strata, ready to be drawn.
///
/// A patient with samples in several strata belongs to the **largest** stratum number among
/// them. With [`Resampler::by_cell`], where the number is `2 g + y`, that is "has a positive
/// image" within the patient's subgroup. The rule does not depend on the order of samples.
///
/// # Examples
/// ```
/// use qpnet_audit::rng::Streams;
/// use qpnet_audit::stats::bootstrap::Resampler;
/// let patients = Resampler::new(&[7, 7, 3, 5], &[0, 1, 0, 0])?;
/// assert_eq!((patients.patients(), patients.samples()), (3, 4));
/// let mut weights = vec![0; 4];
/// patients.draw(&mut Streams::new(1).at("bootstrap", 0), &mut weights);
/// assert_eq!(&weights[..2], [1, 1]); // patient 7 is alone in its stratum
/// assert_eq!(weights[2] + weights[3], 2);
/// # Ok::<(), qpnet_audit::metrics::MetricError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Resampler {
    /// The slot of the patient of each sample. Slots number patients by stratum, then by
    /// patient number, so that a draw needs no table of who is in a stratum.
    slots: Vec<u32>,
    /// Where the slots of each stratum end.
    ends: Vec<usize>,
    /// `(sum m)^2 / sum m^2` of each stratum, `m` the samples of a patient that are of the stratum.
    effective: Vec<f64>,
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
        let mut ids = patients.to_vec();
        ids.sort_unstable();
        ids.dedup();
        // Tables often list patients in order: the place of the last one is tried first.
        let mut last = 0;
        let mut place = |id: usize| {
            last = match (ids.get(last), ids.get(last + 1)) {
                (Some(&here), _) if here == id => last,
                (_, Some(&next)) if next == id => last + 1,
                _ => ids.partition_point(|&other| other < id),
            };
            last
        };
        let places: Vec<usize> = patients.iter().map(|&id| place(id)).collect();
        let mut largest: Vec<Option<usize>> = vec![None; ids.len()];
        for (&place, &stratum) in places.iter().zip(strata) {
            largest[place] = largest[place].max(Some(stratum));
        }
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        largest.iter().flatten().for_each(|&stratum| *sizes.entry(stratum).or_default() += 1);
        let (mut next, mut ends) = (BTreeMap::new(), Vec::new());
        for (stratum, size) in sizes {
            let begin = ends.last().copied().unwrap_or_default();
            next.insert(stratum, begin);
            ends.push(begin + size);
        }
        let mut slot = |stratum: &usize| -> u32 {
            let free = next.entry(*stratum).or_default();
            *free += 1;
            (*free - 1) as u32
        };
        let slot_of: Vec<u32> = largest.iter().flatten().map(&mut slot).collect();
        let mut held = vec![0.0; ids.len()];
        for (&place, &stratum) in places.iter().zip(strata) {
            held[slot_of[place] as usize] += f64::from(u8::from(largest[place] == Some(stratum)));
        }
        let mut found =
            Self { slots: places.iter().map(|&place| slot_of[place]).collect(), ends, effective: Vec::new() };
        let effective = |own: std::ops::Range<usize>| {
            let sum = |power: i32| held[own.clone()].iter().map(|m: &f64| m.powi(power)).sum::<f64>();
            sum(1).powi(2) / sum(2)
        };
        found.effective = found.strata().map(effective).collect();
        Ok(found)
    }

    /// Strata by subgroup and label: number `2 group + label`.
    ///
    /// A replicate has as many positive patients as the data. That is right for measures that take the
    /// prevalence as given. Where positives came by chance it is **wrong for calibration in the large**:
    /// its interval then covers 60 to 67 % instead of 95 (`tests/simulation/calibration.rs`). Take
    /// [`Resampler::new`] with subgroups as strata there, as [`audit`](fn@crate::audit::audit) does.
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
        self.slots.len()
    }

    /// Number of patients.
    pub fn patients(&self) -> usize {
        self.ends.last().copied().unwrap_or_default()
    }

    /// Number of patients in each stratum.
    pub fn sizes(&self) -> Vec<usize> {
        self.strata().map(|stratum| stratum.len()).collect()
    }

    /// As how many patients of one size those of each stratum count.
    pub(super) fn effective(&self) -> &[f64] {
        &self.effective
    }

    /// The slot of the patient of each sample.
    pub(crate) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// The slots of each stratum.
    pub(super) fn strata(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, &end)| begin..end)
    }

    /// Draw patients with replacement, as many from each stratum as it holds, and write how
    /// often each sample was drawn. What `rng` gives afterwards is not defined.
    ///
    /// # Panics
    /// With fewer `weights` than samples.
    pub fn draw(&self, rng: &mut Rng, weights: &mut [u32]) {
        let mut drawn = vec![0; self.patients()];
        self.draw_slots(rng, &mut drawn);
        for (weight, &slot) in weights.iter_mut().zip(&self.slots) {
            *weight = drawn[slot as usize];
        }
    }

    /// As [`Resampler::draw`]: adds how often the patient of each slot was drawn.
    pub(super) fn draw_slots(&self, rng: &mut Rng, drawn: &mut [u32]) {
        let mut words = Words::new(rng);
        for stratum in self.strata() {
            let size = stratum.len();
            let own = &mut drawn[stratum];
            for _ in 0..size {
                own[words.below(size)] += 1;
            }
        }
    }

    /// For each stratum, the weights of the samples with one of its patients left out, passed
    /// through `statistic`.
    pub(super) fn leave_one_out<T>(&self, statistic: impl Fn(&[u32]) -> T + Sync) -> Vec<Vec<T>>
    where
        T: Send,
    {
        let without = |left_out: usize| {
            let kept = |&slot: &u32| u32::from(slot as usize != left_out);
            statistic(&self.slots.iter().map(kept).collect::<Vec<_>>())
        };
        self.strata().map(|stratum| threads::count(stratum, without)).collect()
    }

    /// A remark when a stratum cannot vary because it holds one patient.
    pub(in crate::stats) fn flag(&self) -> Option<String> {
        let alone = self.strata().filter(|stratum| stratum.len() == 1).count();
        let plural = if alone == 1 { "stratum holds" } else { "strata hold" };
        (alone > 0).then(|| format!("{alone} {plural} one patient only and cannot vary"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use rand::RngExt;

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
    fn a_draw_is_what_the_generator_gives_one_by_one() {
        let patients: Vec<usize> = (0..5_000).map(|i| i * 7 % 3_001).collect();
        let strata: Vec<usize> = patients.iter().map(|patient| patient % 11 / 5).collect();
        let resampler = Resampler::new(&patients, &strata).expect("lengths");
        // Members by ascending patient, drawn one by one, as published results were.
        let members = |stratum: usize| {
            let mut own: Vec<usize> = patients.iter().copied().filter(|p| p % 11 / 5 == stratum).collect();
            own.sort_unstable();
            own.dedup();
            own
        };
        let members = [0, 1, 2].map(members);
        let mut weights = vec![0; patients.len()];
        for b in 0..5 {
            let (mut rng, mut drawn) = (Streams::new(8).at("bootstrap", b), vec![0; 3_001]);
            for own in &members {
                for _ in own {
                    drawn[own[rng.random_range(0..own.len())]] += 1;
                }
            }
            resampler.draw(&mut Streams::new(8).at("bootstrap", b), &mut weights);
            assert!(patients.iter().zip(&weights).all(|(&patient, &weight)| drawn[patient] == weight));
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
