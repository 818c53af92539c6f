//! What a reader should know about a population, counted.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use super::checked::Cohort;
use super::sample::Sample;
use crate::data::rule::content_hash::ContentHash;

/// Patients whose rows do not agree, and where the first of them is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::data) struct Mixed {
    what: &'static str,
    patients: usize,
    /// The patient, and the rows that differ.
    first: (String, usize, usize),
}

const IN_SUBGROUPS: &str = "in more than one subgroup";
pub(in crate::data) const OF_LABELS: &str = "of different labels";

impl fmt::Display for Mixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (patient, first, second) = &self.first;
        write!(f, "{} patients have images {}", self.patients, self.what)?;
        write!(f, " (first: {patient:?} in rows {first} and {second})")
    }
}

/// One row as far as it can contradict another.
struct Fact<'a> {
    patient: &'a str,
    subgroup: usize,
    label: usize,
    row: usize,
}

/// Patients in two subgroups, and those with several labels. Both are allowed: age changes, and a
/// patient can have a benign nodule and a malignant one. Neither is ever divided between parts.
/// Findings come and go from one study to the next: the strata of a multi-label set are no labels.
fn mixed<'a>(facts: impl Iterator<Item = Fact<'a>>) -> Vec<Mixed> {
    let mut seen: HashMap<&str, (Fact<'a>, [bool; 2])> = HashMap::new();
    let mut found: [Option<Mixed>; 2] = [None, None];
    for fact in facts {
        let (first, known) = match seen.get_mut(fact.patient) {
            Some(entry) => (&entry.0, &mut entry.1),
            None => {
                seen.insert(fact.patient, (fact, [false; 2]));
                continue;
            }
        };
        let differs = [first.subgroup != fact.subgroup, first.label != fact.label];
        for (kind, what) in [IN_SUBGROUPS, OF_LABELS].into_iter().enumerate() {
            if differs[kind] && !known[kind] {
                known[kind] = true;
                let at = || (fact.patient.to_owned(), first.row, fact.row);
                found[kind].get_or_insert_with(|| Mixed { what, patients: 0, first: at() }).patients += 1;
            }
        }
    }
    found.into_iter().flatten().collect()
}

/// [`Mixed`] among the rows of a table that are in a subgroup.
pub(super) fn of_cohort(cohort: &Cohort, subgroups: &[Option<usize>]) -> Vec<Mixed> {
    let (patients, labels) = (cohort.own("patient_id"), cohort.labels());
    let findings = !cohort.findings().is_empty();
    let fact = |at: usize| {
        let label = if findings { 0 } else { labels[at] };
        Some(Fact { patient: patients[at], subgroup: subgroups[at]?, label, row: cohort.rows[at] })
    };
    mixed((0..cohort.len()).filter_map(fact))
}

/// [`Mixed`] among samples, of which sample `i` stands in row `rows[i]`.
pub(in crate::data) fn of_samples(samples: &[Sample], rows: &[usize]) -> Vec<String> {
    let facts = samples.iter().zip(rows).map(|(sample, &row)| {
        let label = if sample.findings.is_empty() { sample.label } else { 0 };
        Fact { patient: &sample.patient_id, subgroup: sample.subgroup, label, row }
    });
    mixed(facts).iter().map(ToString::to_string).collect()
}

/// Image files that occur more than once.
pub(in crate::data) fn of_files(samples: &[Sample], hashes: &[ContentHash]) -> Vec<String> {
    let mut of_hash: HashMap<_, BTreeSet<&str>> = HashMap::new();
    let mut files: HashMap<_, usize> = HashMap::new();
    for (sample, hash) in samples.iter().zip(hashes) {
        of_hash.entry(hash).or_default().insert(&sample.patient_id);
        *files.entry(hash).or_default() += 1;
    }
    let repeated = files.values().filter(|&&count| count > 1).count();
    let joined = of_hash.values().filter(|patients| patients.len() > 1).count();
    [
        (repeated, "image files occur under more than one sample id"),
        (joined, "image files are shared by different patients, who were kept in one part together"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patients_who_differ_are_counted_once_and_the_first_is_named() {
        let sample = |patient: &str, subgroup, label| Sample {
            patient_id: patient.into(),
            subgroup,
            label,
            ..Sample::default()
        };
        let samples = [
            sample("a", 0, 0),
            sample("b", 0, 1),
            sample("b", 1, 1),
            sample("a", 1, 0),
            sample("b", 0, 0),
            sample("b", 1, 0),
        ];
        let found = of_samples(&samples, &[2, 3, 4, 5, 7, 8]);
        assert_eq!(
            found,
            [
                "2 patients have images in more than one subgroup (first: \"b\" in rows 3 and 4)",
                "1 patients have images of different labels (first: \"b\" in rows 3 and 7)",
            ]
        );
        assert!(of_samples(&samples[..2], &[2, 3]).is_empty());
    }
}
