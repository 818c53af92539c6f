//! The statistics that are asked for most.

use super::engine::Bootstrap;
use super::measure::WeightedMean;
use super::ranked::Ranked;
use crate::metrics::{self, MetricError, Outcomes, WeightedAuc, WeightedMacroAuc};
use crate::stats::obuchowski::{self, Group};
use crate::stats::{Comparison, Estimate, StatsError, best_minus_worst};
use std::collections::BTreeSet;

impl Bootstrap<'_> {
    /// One AUC.
    ///
    /// # Errors
    /// As [`Bootstrap::estimate`]; lengths differ, a score is not finite.
    pub fn auc(&self, labels: &[bool], scores: &[f64]) -> Result<Estimate, StatsError> {
        self.fits("the slice of labels", labels.len())?;
        let sorted = WeightedAuc::new(labels, scores)?;
        let outcomes = Outcomes::of(labels);
        let found = self.of_aucs("AUC", &[&sorted], |auc| auc[0])?.difference.flagged(outcomes.flag());
        Ok(explained(within(found, 0.0), outcomes.undefined()))
    }

    /// One Brier score.
    ///
    /// # Errors
    /// As [`Bootstrap::auc`]; a value that is no probability.
    pub fn brier(&self, labels: &[bool], probabilities: &[f64]) -> Result<Estimate, StatsError> {
        self.fits("the slice of labels", labels.len())?;
        metrics::brier(labels, probabilities)?;
        let error = |(&label, p): (&bool, &f64)| (p - f64::from(u8::from(label))).powi(2);
        let errors: Vec<f64> = labels.iter().zip(probabilities).map(error).collect();
        let (all, mean) = (0..errors.len(), WeightedMean(errors));
        Ok(within(self.estimate_of("Brier score", &[(&mean, all)], |mean| mean[0])?, 0.0))
    }

    /// Macro AUC over the classes that have both outcomes in the data. A replicate in which one
    /// of them lost an outcome is undefined: a mean over fewer classes is another quantity.
    ///
    /// # Shapes
    /// As [`metrics::macro_auc`].
    ///
    /// # Errors
    /// As [`Bootstrap::auc`].
    pub fn macro_auc(
        &self,
        targets: &[Option<bool>],
        scores: &[f64],
        classes: usize,
    ) -> Result<Estimate, StatsError> {
        let sorted = WeightedMacroAuc::new(targets, scores, classes)?;
        self.fits("the rows of the matrix of targets", sorted.samples())?;
        let whole = sorted.at(&vec![1; sorted.samples()]);
        let left_out = whole.left_out();
        let found = self.estimate_of("macro AUC", &[(&sorted, 0..sorted.samples())], |auc| auc[0])?;
        let remark = format!("classes without both outcomes left out: {left_out:?}");
        let mut found = found.flagged((!left_out.is_empty()).then_some(remark));
        // What no replicate changes would count as known.
        let apart = |&class: &usize| matches!(whole.classes[class], Some(0.0 | 1.0));
        let apart: Vec<usize> = (0..classes).filter(apart).collect();
        if !apart.is_empty() && found.low.is_some() {
            let reason = format!("classes {apart:?} do not overlap and vary in no replicate: no interval");
            (found.low, found.high, found.reason) = (None, None, Some(reason));
        }
        let none = whole.value.is_none().then(|| "no class has both outcomes".to_owned());
        Ok(explained(within(found, 0.0), none))
    }

    /// Disparity of one pair of subgroups, `A(dominant) - A(less)` (eq 4), with a test. Patients
    /// of both are drawn together, so that one who belongs to both is no problem.
    ///
    /// # Errors
    /// As [`Bootstrap::auc`].
    pub fn gap(
        &self,
        labels: &[bool],
        scores: &[f64],
        groups: &[usize],
        dominant: usize,
        less: usize,
    ) -> Result<Comparison, StatsError> {
        let pair = self.by_group(labels, scores, groups, &[dominant, less])?;
        let pair: Vec<&WeightedAuc> = pair.iter().collect();
        let mut found = self.compare_aucs("disparity", &pair)?;
        found.difference = within(found.difference, -1.0);
        Ok(found)
    }

    /// Best minus worst AUC over all subgroups that occur. Subgroups without an AUC, or of fewer than three
    /// patients with an outcome, are left out and named in the flag.
    ///
    /// The statistic lies above the true disparity when subgroups are close, and its replicates lie above
    /// it once more. So its limits are found by inversion, whatever form of interval is set, and under the
    /// errors of each subgroup's own interval: draws of patients hardly move a subgroup of a few. The value
    /// may lie above its interval, and is flagged then.
    ///
    /// # Formula
    /// The ranges that the data do not refute: with the draws `T*(l)` of the range from a population of the size
    /// `l`, the smallest `l` with `P(T*(l) >= T) >= a / 2` and the largest with `P(T*(l) <= T) >= a / 2`; see
    /// `best_minus_worst.rs` for populations, errors and shapes.
    ///
    /// # Errors
    /// As [`Bootstrap::auc`].
    pub fn disparity(
        &self,
        labels: &[bool],
        scores: &[f64],
        groups: &[usize],
    ) -> Result<Estimate, StatsError> {
        self.fits("the slice of labels", labels.len())?;
        self.fits("the slice of scores", scores.len())?;
        self.fits("the slice of groups", groups.len())?;
        let names: Vec<usize> = groups.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let (mut areas, mut lost) = (Vec::new(), Vec::new());
        for &name in &names {
            let own: Vec<usize> = (0..labels.len()).filter(|&i| groups[i] == name).collect();
            let labels: Vec<bool> = own.iter().map(|&i| labels[i]).collect();
            let scores: Vec<f64> = own.iter().map(|&i| scores[i]).collect();
            let clusters: Vec<usize> = own.iter().map(|&i| self.resampler.slots()[i] as usize).collect();
            let group = Group { labels: &labels, scores: &scores, clusters: &clusters };
            let area = obuchowski::contributions(group, None)?.map(|found| found.area());
            match area.filter(|area| area.without_limits().is_none()) {
                Some(area) => areas.push(area),
                None => lost.push(name),
            }
        }
        let draws = (self.level, self.replicates, self.streams);
        let found = best_minus_worst("best minus worst", &areas, draws, labels.len())?;
        let remark = format!("subgroups without an AUC, or without an interval, left out: {lost:?}");
        Ok(found.flagged((!lost.is_empty()).then_some(remark)))
    }

    /// AUC of `a` minus AUC of `b` on the same patients, with a test.
    ///
    /// # Errors
    /// As [`Bootstrap::auc`].
    pub fn paired(&self, labels: &[bool], a: &[f64], b: &[f64]) -> Result<Comparison, StatsError> {
        self.fits("the slice of labels", labels.len())?;
        let (first, second) = (WeightedAuc::new(labels, a)?, WeightedAuc::new(labels, b)?);
        let outcomes = Outcomes::of(labels);
        let mut found = self.compare_aucs("AUC, paired", &[&first, &second])?;
        let difference = within(found.difference, -1.0).flagged(outcomes.flag());
        found.difference = explained(difference, outcomes.undefined());
        Ok(found)
    }

    /// What `combine` makes of some AUCs: as [`Bootstrap::compare`], without a pass over the samples for every replicate and patient.
    fn of_aucs(
        &self,
        name: &str,
        sorted: &[&WeightedAuc],
        combine: impl Fn(&[Option<f64>]) -> Option<f64> + Sync,
    ) -> Result<Comparison, StatsError> {
        let ranked: Vec<Ranked> = sorted.iter().map(|s| Ranked::new(s, self.resampler.slots())).collect();
        let one = vec![1; self.resampler.samples()];
        let whole = || combine(&sorted.iter().map(|s| s.at(&one)).collect::<Vec<_>>());
        let replicates = || {
            self.lanes(|counts| {
                let aucs: Vec<_> = ranked.iter().map(|ranked| ranked.at(counts)).collect();
                std::array::from_fn(|lane| combine(&aucs.iter().map(|auc| auc[lane]).collect::<Vec<_>>()))
            })
        };
        let left_out = || {
            let patients = self.resampler.patients();
            let aucs: Vec<_> = ranked.iter().map(|ranked| ranked.left_out(patients).1).collect();
            let without = |slot: usize| combine(&aucs.iter().map(|auc| auc[slot]).collect::<Vec<_>>());
            self.resampler.strata().map(|stratum| stratum.map(without).collect()).collect()
        };
        self.compare_with(name, whole, replicates, left_out)
    }

    /// The first AUC minus the second, with a test.
    fn compare_aucs(&self, name: &str, pair: &[&WeightedAuc]) -> Result<Comparison, StatsError> {
        self.of_aucs(name, pair, |auc| metrics::gap(auc[0], auc[1]))
    }

    fn by_group(
        &self,
        labels: &[bool],
        scores: &[f64],
        groups: &[usize],
        wanted: &[usize],
    ) -> Result<Vec<WeightedAuc>, StatsError> {
        self.fits("the slice of labels", labels.len())?;
        self.fits("the slice of groups", groups.len())?;
        let of = |&wanted: &usize| {
            let label = |(&label, &group): (&bool, &usize)| (group == wanted).then_some(label);
            let known: Vec<_> = labels.iter().zip(groups).map(label).collect();
            WeightedAuc::of_known(&known, scores)
        };
        Ok(wanted.iter().map(of).collect::<Result<_, _>>()?)
    }

    fn fits(&self, what: &'static str, got: usize) -> Result<(), MetricError> {
        let expected = self.resampler.samples();
        if got == expected { Ok(()) } else { Err(MetricError::LengthMismatch { what, expected, got }) }
    }
}

/// Limits cut at `floor` and 1, with a flag.
fn within(mut found: Estimate, floor: f64) -> Estimate {
    let (Some(low), Some(high)) = (found.low, found.high) else { return found };
    (found.low, found.high) = (Some(low.max(floor)), Some(high.min(1.0)));
    let cut = low < floor || high > 1.0;
    found.flagged(cut.then(|| format!("cut at the ends of [{floor}, 1]")))
}

/// A better reason than "undefined", where there is one.
fn explained(mut found: Estimate, reason: Option<String>) -> Estimate {
    if found.value.is_none() {
        found.reason = reason.or(found.reason);
    }
    found
}
