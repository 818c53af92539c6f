//! Subgroups that are too small to be scored, by name.

use serde::Serialize;

use super::question::AuditTask;
use super::{AuditError, AuditOptions, Predictions};

/// A subgroup that is not scored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnscoredAudit {
    /// The subgroup.
    pub group: String,
    /// Samples.
    pub samples: usize,
    /// Patients, or samples where no column says.
    pub patients: usize,
    /// Samples that are positive, of findings those with any; of one label for several classes, where each sample is of
    /// one, none are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positives: Option<usize>,
    /// Why.
    pub reason: String,
}

/// Which subgroups are scored, and which are not: those with fewer patients than asked for, and crossings that
/// nobody is in.
pub(super) fn split(
    predictions: &Predictions,
    options: &AuditOptions,
) -> Result<(Vec<usize>, Vec<UnscoredAudit>), AuditError> {
    let Predictions { samples, groups, empty, .. } = predictions;
    if options.smallest == 0 && empty.is_empty() {
        return Ok(((0..groups.len()).collect(), Vec::new()));
    }
    let width = predictions.width();
    let mut counts = vec![[0usize; 2]; groups.len()];
    let mut met: Vec<(u32, u32)> = Vec::with_capacity(samples.len());
    for sample in 0..samples.len() {
        let group = samples.groups[sample];
        let own = &samples.targets[sample * width..(sample + 1) * width];
        counts[group as usize][0] += 1;
        counts[group as usize][1] += usize::from(own.contains(&Some(true)));
        met.push((group, samples.patients[sample]));
    }
    met.sort_unstable();
    met.dedup();
    let mut patients = vec![0usize; groups.len()];
    met.iter().for_each(|&(group, _)| patients[group as usize] += 1);
    let told = predictions.task != AuditTask::MultiClass;
    let few = |group: usize| Unscored {
        group: &groups[group],
        told,
        counts: [counts[group][0], patients[group], counts[group][1]],
        reason: format!(
            "fewer than {} {}",
            options.smallest,
            if predictions.clustered { "patients" } else { "samples" }
        ),
    };
    let (scored, small): (Vec<usize>, Vec<usize>) =
        (0..groups.len()).partition(|&group| patients[group] >= options.smallest);
    if scored.is_empty() {
        let most = patients.iter().max().copied().unwrap_or_default();
        let message =
            format!("no subgroup has {} patients (--smallest); the largest has {most}", options.smallest);
        return Err(AuditError::Whole { file: predictions.file.clone(), message });
    }
    let nobody =
        empty.iter().map(|group| Unscored { group, counts: [0; 3], told, reason: "nobody".to_owned() });
    let all = small.into_iter().map(few).chain(nobody);
    Ok((scored, all.map(Unscored::audit).collect()))
}

struct Unscored<'a> {
    group: &'a str,
    counts: [usize; 3],
    /// Whether samples are positive or negative.
    told: bool,
    reason: String,
}

impl Unscored<'_> {
    fn audit(self) -> UnscoredAudit {
        let [samples, patients, positives] = self.counts;
        let positives = self.told.then_some(positives);
        UnscoredAudit { group: self.group.to_owned(), samples, patients, positives, reason: self.reason }
    }
}
