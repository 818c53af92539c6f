//! Thresholds of all methods by all rules, on the rows that choose, and on replicates of their patients.

use super::super::{AuditError, AuditOptions, Predictions};
use super::apart::Apart;
use crate::metrics::{Outcomes, WeightedThreshold};
use crate::rng::Streams;
use crate::stats::{Bootstrap, Estimate, Interval, Resampler};

/// The choices of one class, for all subgroups together or for one.
pub(super) struct Scope {
    resampler: Resampler,
    streams: Streams,
    replicates: usize,
    level: f64,
    /// By method and rule.
    pub(super) chosen: Vec<Vec<Chosen>>,
}

/// A threshold that was chosen.
pub(super) struct Chosen {
    /// With percentile limits over the patients who chose; or why there is none.
    pub(super) estimate: Estimate,
    /// NaN where a replicate lacks an outcome.
    pub(super) replicates: Vec<f64>,
}

impl Scope {
    /// The choices for `class`, from the samples of `group`, or from all. Draws keep the number of patients with
    /// positives: rules ask for shares of the outcomes.
    pub(super) fn of(
        predictions: &Predictions,
        apart: &Apart,
        (class, group): (usize, Option<u32>),
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let (samples, width) = (&apart.samples, predictions.width());
        let within = |sample: &u32| group.is_none() || apart.group_of(*sample) == group;
        let target = |sample: u32| samples.targets[sample as usize * width + class];
        let own: Vec<u32> =
            (0..samples.len() as u32).filter(within).filter(|&s| target(s).is_some()).collect();
        let mut places = vec![u32::MAX; samples.len()];
        own.iter().zip(0..).for_each(|(&sample, at)| places[sample as usize] = at);
        let patients: Vec<usize> =
            own.iter().map(|&sample| samples.patients[sample as usize] as usize).collect();
        let strata: Vec<usize> =
            own.iter().map(|&sample| usize::from(target(sample) == Some(true))).collect();
        let mut streams = Streams::new(options.seed).below("audit").below("thresholds");
        if let Some(group) = group {
            streams = streams.below(&predictions.groups[group as usize]);
        }
        let mut scope = Self {
            resampler: Resampler::new(&patients, &strata)?,
            streams,
            replicates: options.replicates_for(samples.len()),
            level: options.level,
            chosen: Vec::new(),
        };
        let mut sorted = Vec::new();
        let mut counts = Vec::new();
        for method in 0..predictions.methods.len() as u32 {
            let (mut labels, mut scores) = (vec![None; own.len()], vec![0.0; own.len()]);
            for row in apart.rows_of(method) {
                let at = places[row.sample as usize] as usize;
                if let Some(label) = labels.get_mut(at) {
                    *label = target(row.sample);
                    scores[at] = apart.scores[row.at as usize * width + class];
                }
            }
            let known: Vec<bool> = labels.iter().flatten().copied().collect();
            counts.push(Outcomes::of(&known));
            sorted.push(WeightedThreshold::of_known(&labels, &scores)?);
        }
        let weights: Vec<f64> = own.iter().map(|&sample| samples.weights[sample as usize]).collect();
        let all = |weights: &[f64]| -> Vec<f64> {
            let of = |sorted: &WeightedThreshold| -> Vec<f64> {
                options.rules.iter().map(|&rule| sorted.at(rule, weights).unwrap_or(f64::NAN)).collect()
            };
            sorted.iter().flat_map(of).collect()
        };
        let whole = all(&weights);
        let replicates = scope.bootstrap().replicate(|drawn| {
            let weights: Vec<f64> =
                drawn.iter().zip(&weights).map(|(&drawn, w)| f64::from(drawn) * w).collect();
            all(&weights)
        });
        let place = match group {
            Some(group) => format!("{} of {}", predictions.groups[group as usize], apart.words),
            None => apart.words.clone(),
        };
        let rules = options.rules.len();
        for (method, outcomes) in counts.into_iter().enumerate() {
            let one = |rule: usize| -> Result<Chosen, AuditError> {
                let at = method * rules + rule;
                let replicates: Vec<f64> = replicates.iter().map(|row| row[at]).collect();
                let name = format!("threshold by {} on {place}", options.rules[rule]);
                let value = Some(whole[at]).filter(|value| value.is_finite());
                let mut estimate = match value {
                    Some(_) => scope.bootstrap().summarise(&name, value, &replicates)?,
                    None => {
                        let why =
                            outcomes.undefined().unwrap_or_else(|| "an outcome has no weight".to_owned());
                        Estimate::undefined(name, outcomes.total(), format!("no threshold, {place}: {why}"))
                    }
                };
                estimate.n = outcomes.total();
                Ok(Chosen { estimate, replicates })
            };
            let row = (0..rules).map(one).collect::<Result<Vec<_>, _>>()?;
            scope.chosen.push(row);
        }
        Ok(scope)
    }

    /// The draws of the patients who chose.
    pub(super) fn bootstrap(&self) -> Bootstrap<'_> {
        Bootstrap::new(&self.resampler, &self.streams)
            .with_level(self.level)
            .with_replicates(self.replicates)
            .with_interval(Interval::Percentile)
    }
}
