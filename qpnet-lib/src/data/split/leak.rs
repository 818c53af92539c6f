//! Does anything cross from one part of a split to another?

use std::collections::BTreeMap;
use std::fmt;
use std::hash::Hash;

use serde::Serialize;

use crate::data::cohort::sample::Sample;
use crate::data::rule::content_hash::ContentHash;

/// Something that is in more than one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// The patient, or the hash of the image.
    pub key: String,
    /// The samples concerned and their parts.
    pub samples: Vec<(String, String)>,
}

/// What crosses between the parts of a split.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeakReport {
    /// Patients in more than one part.
    pub patients: Vec<Shared>,
    /// Identical images in more than one part.
    pub images: Vec<Shared>,
    /// How many samples were looked at.
    pub checked: usize,
    /// How many of them with their image file.
    pub compared: usize,
}

impl LeakReport {
    /// Nothing crosses.
    pub fn is_clean(&self) -> bool {
        self.patients.is_empty() && self.images.is_empty()
    }
}

impl fmt::Display for LeakReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() && self.compared == 0 && self.checked > 0 {
            return write!(
                f,
                "{} samples: no patient is in two parts; image files were not compared",
                self.checked
            );
        }
        if self.is_clean() {
            return write!(f, "{} samples: no patient and no image is in two parts", self.checked);
        }
        let (patients, images) = (self.patients.len(), self.images.len());
        write!(f, "{patients} patients and {images} identical images are in more than one part")?;
        for shared in self.patients.iter().chain(&self.images).take(3) {
            let places: Vec<String> =
                shared.samples.iter().map(|(id, part)| format!("{id} in {part}")).collect();
            write!(f, "; {}: {}", shared.key, places.join(", "))?;
        }
        write!(f, ": split by patient, and remove one of each pair of identical images")
    }
}

/// Look for patients and identical images in more than one part; samples in no part are left out.
///
/// A part is anything that can be compared and printed: ours, or a word of somebody else's table.
/// `hashes` may be shorter than `samples`, or empty where there are no images.
pub fn check<P: Copy + Eq + fmt::Display>(
    samples: &[Sample],
    parts: &[Option<P>],
    hashes: &[ContentHash],
) -> LeakReport {
    let placed: Vec<(usize, P)> =
        parts.iter().enumerate().filter_map(|(at, part)| part.map(|part| (at, part))).collect();
    let patients = crossing(samples, &placed, |at| samples[at].patient_id.as_str(), |id| (*id).to_owned());
    let hexadecimal = |hash: &ContentHash| hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let with_hash: Vec<(usize, P)> = placed.iter().copied().filter(|(at, _)| *at < hashes.len()).collect();
    let images = crossing(samples, &with_hash, |at| hashes[at], hexadecimal);
    LeakReport { patients, images, checked: placed.len(), compared: with_hash.len() }
}

fn crossing<K: Ord + Hash, P: Copy + Eq + fmt::Display>(
    samples: &[Sample],
    placed: &[(usize, P)],
    key: impl Fn(usize) -> K,
    name: impl Fn(&K) -> String,
) -> Vec<Shared> {
    let mut members: BTreeMap<K, Vec<(usize, P)>> = BTreeMap::new();
    for &(at, part) in placed {
        members.entry(key(at)).or_default().push((at, part));
    }
    let crosses = |members: &[(usize, P)]| members.iter().any(|(_, part)| *part != members[0].1);
    members
        .iter()
        .filter(|(_, members)| crosses(members))
        .map(|(key, members)| Shared {
            key: name(key),
            samples: members
                .iter()
                .map(|&(at, part)| (samples[at].sample_id.clone(), part.to_string()))
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::part::Part;

    #[test]
    fn patients_and_images_in_two_parts_are_found_and_named() {
        let sample = |id: &str, patient: &str| Sample {
            sample_id: id.into(),
            patient_id: patient.into(),
            ..Sample::default()
        };
        let samples = [sample("a", "p"), sample("b", "p"), sample("c", "q"), sample("d", "r")];
        let hashes = [[1; 32], [2; 32], [3; 32], [1; 32]];
        let parts = [Some(Part::Train), Some(Part::Test), Some(Part::Test), Some(Part::Validation)];
        let report = check(&samples, &parts, &hashes);
        assert_eq!((report.patients.len(), report.images.len()), (1, 1));
        let text = report.to_string();
        assert!(
            text.contains("p: a in train, b in test") && text.contains("a in train, d in validation"),
            "{text}"
        );
        let outside = [Some(Part::Train), None, Some(Part::Test), None];
        let clean = check(&samples, &outside, &hashes);
        assert!(clean.is_clean());
        assert_eq!(clean.to_string(), "2 samples: no patient and no image is in two parts");
        let unseen = check(&samples, &outside, &[]);
        assert_eq!(
            unseen.to_string(),
            "2 samples: no patient is in two parts; image files were not compared"
        );
    }
}
