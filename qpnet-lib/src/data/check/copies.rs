//! Patients whose every image is another patient's too: one person under two ids, or a copied folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::near::NearPair;
use crate::data::rule::content_hash::ContentHash;

/// A patient whose images all occur under another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PatientCopy {
    /// The patient.
    pub patient: String,
    /// Who has the same images.
    pub of: String,
    /// How many images the patient has.
    pub images: usize,
}

/// Patients all of whose files are, byte for byte, files of another patient. Of two who have the same
/// files the one who comes later in the table is named.
pub(in crate::data) fn identical(patients: &[&str], hashes: &[ContentHash]) -> Vec<PatientCopy> {
    let mut order: Vec<&str> = Vec::new();
    let mut files: HashMap<&str, BTreeSet<&ContentHash>> = HashMap::new();
    let mut holders: HashMap<&ContentHash, Vec<&str>> = HashMap::new();
    for (&patient, hash) in patients.iter().zip(hashes) {
        let own = files.entry(patient).or_insert_with(|| {
            order.push(patient);
            BTreeSet::new()
        });
        if own.insert(hash) {
            holders.entry(hash).or_default().push(patient);
        }
    }
    let place: HashMap<&str, usize> = order.iter().enumerate().map(|(at, patient)| (*patient, at)).collect();
    let copy = |patient: &&str| {
        let own = &files[patient];
        let candidates = own.first().map(|hash| &holders[hash])?;
        let holds_all = |other: &&&str| {
            let theirs = &files[*other];
            // Of two equal sets only the later one is the copy.
            other != &patient
                && own.is_subset(theirs)
                && (theirs.len() > own.len() || place[*other] < place[patient])
        };
        let of = candidates.iter().find(holds_all)?;
        Some(PatientCopy { patient: (*patient).to_owned(), of: (*of).to_owned(), images: own.len() })
    };
    order.iter().filter_map(copy).collect()
}

/// The same among pictures that look alike: `pairs` hold samples with their patients, and `images` says how
/// many pictures each patient has.
pub(in crate::data) fn alike(pairs: &[NearPair], images: &BTreeMap<&str, usize>) -> Vec<PatientCopy> {
    let mut seen: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for NearPair { first, second, .. } in pairs {
        for (one, other) in [(first, second), (second, first)] {
            seen.entry((&one.1, &other.1)).or_default().insert(&one.0);
        }
    }
    let mut found: Vec<PatientCopy> = Vec::new();
    for ((patient, of), samples) in seen {
        let all = images.get(patient).is_some_and(|&images| images == samples.len());
        let turned = |copy: &PatientCopy| copy.patient == of && copy.of == patient;
        if all && !found.iter().any(|copy| copy.patient == patient || turned(copy)) {
            found.push(PatientCopy { patient: patient.to_owned(), of: of.to_owned(), images: samples.len() });
        }
    }
    found
}

/// One sentence; `None` where there is no copy.
pub(in crate::data) fn words(copies: &[PatientCopy], how: &str) -> Option<String> {
    let first = copies.first()?;
    let PatientCopy { patient, of, images } = first;
    Some(format!(
        "{} patients are copies of others, {how} (first: {patient:?}, whose {images} images are all {of:?}'s too)",
        copies.len()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(patient: &str, of: &str, images: usize) -> PatientCopy {
        PatientCopy { patient: patient.into(), of: of.into(), images }
    }

    #[test]
    fn whole_patients_are_told_from_single_pictures() {
        let file = |number: u8| [number; 32];
        let table = [
            ("a", 1),
            ("a", 2),
            ("b", 2),
            ("b", 1),
            ("c", 1), // a part of a
            ("d", 2),
            ("d", 3), // shares a picture only
            ("e", 4),
        ];
        let (patients, hashes): (Vec<&str>, Vec<ContentHash>) =
            table.into_iter().map(|(patient, number)| (patient, file(number))).unzip();
        let found = identical(&patients, &hashes);
        assert_eq!(found, [copy("b", "a", 2), copy("c", "a", 1)]);
        let said = words(&found, "byte for byte").expect("some");
        assert!(
            said.contains("2 patients") && said.contains("\"b\", whose 2 images are all \"a\"'s"),
            "{said}"
        );
        assert_eq!(words(&identical(&patients[5..], &hashes[5..]), ""), None);
    }

    #[test]
    fn pictures_that_look_alike_make_a_copy_when_all_of_a_patient_do() {
        let pair = |a: (&str, &str), b: (&str, &str)| NearPair {
            first: (a.0.into(), a.1.into()),
            second: (b.0.into(), b.1.into()),
            distance: 1,
        };
        let pairs =
            [pair(("s1", "p"), ("t1", "q")), pair(("s2", "p"), ("t2", "q")), pair(("u", "r"), ("t1", "q"))];
        let images = BTreeMap::from([("p", 2), ("q", 3), ("r", 2)]);
        assert_eq!(alike(&pairs, &images), [copy("p", "q", 2)]);
        let same = BTreeMap::from([("p", 2), ("q", 2), ("r", 2)]);
        assert_eq!(alike(&pairs, &same).len(), 1, "a pair is one copy");
    }
}
