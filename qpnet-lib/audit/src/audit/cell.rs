//! The samples of one method on one subgroup, for one yes-or-no question.

use super::predictions::Predictions;

/// The samples of one method and subgroup whose outcome is known, by ascending sample.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) samples: Vec<u32>,
    pub(crate) labels: Vec<bool>,
    pub(crate) scores: Vec<f64>,
    pub(crate) patients: Vec<usize>,
    /// 1 where no column says how much samples count.
    pub(crate) weights: Vec<f64>,
}

impl Predictions {
    /// Labels and scores of a method on a subgroup for one class or finding (0 where there are none),
    /// by first appearance of the sample; unknown outcomes are left out.
    pub fn of(&self, method: &str, group: &str, class: usize) -> (Vec<bool>, Vec<f64>) {
        let place = |names: &[String], wanted: &str| names.iter().position(|name| name == wanted);
        let places = place(&self.methods, method).zip(place(&self.groups, group));
        let Some((method, group)) = places.filter(|_| class < self.width()) else {
            return (Vec::new(), Vec::new());
        };
        let Cell { labels, scores, .. } = Cell::of(self, method as u32, group as u32, class);
        (labels, scores)
    }
}

impl Cell {
    /// What `predictions` say of these three.
    pub(crate) fn of(predictions: &Predictions, method: u32, group: u32, class: usize) -> Self {
        Self::assumed(predictions, method, group, class, None)
    }

    /// [`Cell::of`] with outcomes that are not known taken as `assumed`; left out where nothing is.
    pub(crate) fn assumed(
        predictions: &Predictions,
        method: u32,
        group: u32,
        class: usize,
        assumed: Option<bool>,
    ) -> Self {
        let Predictions { samples, scores, .. } = predictions;
        let (width, mut cell) = (predictions.width(), Self::default());
        for row in predictions.rows_of(method, group) {
            let sample = row.sample as usize;
            let Some(label) = samples.targets[sample * width + class].or(assumed) else { continue };
            cell.samples.push(row.sample);
            cell.labels.push(label);
            cell.scores.push(scores[row.at as usize * width + class]);
            cell.patients.push(samples.patients[sample] as usize);
            cell.weights.push(samples.weights[sample]);
        }
        cell
    }

    /// What a method has scored without a subgroup and with an outcome. Numbers of samples follow on those of all others.
    pub(super) fn unplaced(predictions: &Predictions, method: u32, class: usize) -> Self {
        let (width, mut cell) = (predictions.width(), Self::default());
        let Some(unplaced) = &predictions.unplaced else { return cell };
        for row in unplaced.rows.iter().filter(|row| row.method == method) {
            let sample = row.sample as usize;
            let Some(label) = unplaced.samples.targets[sample * width + class] else { continue };
            cell.samples.push(predictions.samples.len() as u32 + row.sample);
            cell.labels.push(label);
            cell.scores.push(unplaced.scores[row.at as usize * width + class]);
            cell.patients.push(unplaced.samples.patients[sample] as usize);
            cell.weights.push(unplaced.samples.weights[sample]);
        }
        cell
    }

    /// Its places by ascending score, those of one score in the order of samples.
    pub(super) fn by_score(&self) -> Vec<u32> {
        let mut order: Vec<(f64, u32)> = self.scores.iter().copied().zip(0..).collect();
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        order.into_iter().map(|(_, place)| place).collect()
    }

    /// Its samples and those of `other`, which has others.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut found = self.clone();
        found.samples.extend(&other.samples);
        found.labels.extend(&other.labels);
        found.scores.extend(&other.scores);
        found.patients.extend(&other.patients);
        found.weights.extend(&other.weights);
        found
    }

    /// Its samples at `places`.
    pub(super) fn part(&self, places: impl IntoIterator<Item = usize>) -> Self {
        let mut found = Self::default();
        for at in places {
            found.samples.push(self.samples[at]);
            found.labels.push(self.labels[at]);
            found.scores.push(self.scores[at]);
            found.patients.push(self.patients[at]);
            found.weights.push(self.weights[at]);
        }
        found
    }

    /// Its samples that are not in `other`, which ascend there.
    pub(super) fn without(&self, other: &Self) -> Self {
        let lacks = |&at: &usize| other.samples.binary_search(&self.samples[at]).is_err();
        self.part((0..self.samples.len()).filter(lacks))
    }

    /// Its samples that are also in `other`, and the scores of both there.
    pub(super) fn shared(&self, other: &Self) -> (Self, Vec<f64>) {
        let (mut own, mut scores, mut at) = (Self::default(), Vec::new(), 0);
        for i in 0..self.samples.len() {
            while other.samples.get(at).is_some_and(|sample| *sample < self.samples[i]) {
                at += 1;
            }
            if other.samples.get(at) == Some(&self.samples[i]) {
                own.samples.push(self.samples[i]);
                own.labels.push(self.labels[i]);
                own.scores.push(self.scores[i]);
                own.patients.push(self.patients[i]);
                own.weights.push(self.weights[i]);
                scores.push(other.scores[at]);
            }
        }
        (own, scores)
    }

    pub(super) fn distinct_patients(&self) -> usize {
        let mut own = self.patients.clone();
        own.sort_unstable();
        own.dedup();
        own.len()
    }
}
