//! What training and evaluation work on: samples, their parts, and their images.

use std::collections::HashSet;

use polars::prelude::{Column, DataFrame, NamedFrom, PolarsResult, Series};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::DataError;
use super::image::ContentHash;
use super::image_set::ImageSet;
use super::leak::{self, LeakReport};
use super::scheme::{DOMINANT, LESS_PREVALENT, SchemeInfo};
use super::split::Part;

/// One image with what is known about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Unique.
    pub sample_id: String,
    /// The unit that splits and resampling respect: patient, lesion or case.
    pub patient_id: String,
    /// 0 or 1.
    pub label: usize,
    /// 0 dominant, 1 less-prevalent, 2.. others; an index into [`SchemeInfo::subgroups`].
    pub subgroup: usize,
}

/// Rows that are not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// For people: `in no subgroup of scheme sex (…)`.
    pub reason: String,
    /// How many rows of the table.
    pub rows: usize,
}

/// One line of the subgroup table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellCount {
    /// The part.
    pub part: Part,
    /// The subgroup's index.
    pub subgroup: usize,
    /// Distinct patients.
    pub patients: usize,
    /// Images.
    pub images: usize,
    /// Images with label 1.
    pub positives: usize,
}

/// A data set under one scheme, split, decoded and checked.
#[derive(Debug)]
pub struct Population {
    /// The manifest's name.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Under which terms the data may be used.
    pub licence: String,
    /// Whom to cite.
    pub citation: String,
    /// The scheme and its subgroups.
    pub scheme: SchemeInfo,
    /// All samples that have a subgroup.
    pub samples: Vec<Sample>,
    /// The part of each sample; `None`: in no part (see [`super::split`]).
    pub parts: Vec<Option<Part>>,
    /// The image of each sample.
    pub images: ImageSet,
    /// Rows that are not used.
    pub exclusions: Vec<Exclusion>,
    /// SHA-256 in hexadecimal over manifest, scheme, table, and the sample ids, parts and image
    /// bytes actually used: equal hashes saw equal data.
    pub hash: String,
    /// What a reader should know about this data.
    pub notes: Vec<String>,
    pub(crate) contents: Vec<ContentHash>,
}

impl Population {
    /// Positions of the samples of `part`, of one subgroup or of all, in the order of the table.
    pub fn indices(&self, part: Part, subgroup: Option<usize>) -> Vec<usize> {
        let wanted = |at: &usize| {
            self.parts[*at] == Some(part)
                && subgroup.is_none_or(|subgroup| self.samples[*at].subgroup == subgroup)
        };
        (0..self.samples.len()).filter(wanted).collect()
    }

    /// Patients, images and positives of every part and subgroup.
    pub fn counts(&self) -> Vec<CellCount> {
        let mut counts = Vec::new();
        for part in Part::ALL {
            for subgroup in 0..self.scheme.subgroups.len() {
                let inside = self.indices(part, Some(subgroup));
                let patients: HashSet<&str> =
                    inside.iter().map(|&at| self.samples[at].patient_id.as_str()).collect();
                let positives = inside.iter().filter(|&&at| self.samples[at].label == 1).count();
                let (patients, images) = (patients.len(), inside.len());
                counts.push(CellCount { part, subgroup, patients, images, positives });
            }
        }
        counts
    }

    /// [`Self::counts`] as a frame: `part, subgroup, patients, images, positives, prevalence`.
    ///
    /// # Errors
    /// None in practice; polars checks the columns' lengths.
    pub fn table(&self) -> PolarsResult<DataFrame> {
        let counts = self.counts();
        let number =
            |of: fn(&CellCount) -> usize| counts.iter().map(|count| of(count) as u32).collect::<Vec<_>>();
        let parts: Vec<&str> = counts.iter().map(|count| count.part.as_str()).collect();
        let subgroups: Vec<&str> =
            counts.iter().map(|count| self.scheme.subgroups[count.subgroup].as_str()).collect();
        let share =
            |count: &CellCount| (count.images > 0).then(|| count.positives as f64 / count.images as f64);
        let prevalence: Vec<Option<f64>> = counts.iter().map(share).collect();
        let columns: Vec<Column> = vec![
            Series::new("part".into(), parts).into(),
            Series::new("subgroup".into(), subgroups).into(),
            Series::new("patients".into(), number(|count| count.patients)).into(),
            Series::new("images".into(), number(|count| count.images)).into(),
            Series::new("positives".into(), number(|count| count.positives)).into(),
            Series::new("prevalence".into(), prevalence).into(),
        ];
        DataFrame::new(counts.len(), columns)
    }

    /// Patients and identical images in more than one part.
    pub fn leak_report(&self) -> LeakReport {
        leak::check(&self.samples, &self.parts, &self.contents)
    }

    /// Refuse what no model can be trained or judged on: leaks first, then missing classes.
    ///
    /// `may_be_empty` names cells that were asked to be empty.
    pub(crate) fn check(&self, may_be_empty: &[(Part, usize)]) -> Result<(), DataError> {
        let report = self.leak_report();
        if !report.is_clean() {
            return Err(DataError::Leak(Box::new(report)));
        }
        for count in self.counts() {
            let main = [DOMINANT, LESS_PREVALENT].contains(&count.subgroup);
            let excused = count.images == 0 && may_be_empty.contains(&(count.part, count.subgroup));
            let negatives = count.images - count.positives;
            if main && !excused && (count.positives == 0 || negatives == 0) {
                return Err(DataError::OneClass {
                    scheme: self.scheme.name.clone(),
                    subgroup: self.scheme.subgroups[count.subgroup].clone(),
                    part: count.part.as_str(),
                    positives: count.positives,
                    negatives,
                });
            }
        }
        Ok(())
    }

    /// The hash of `recipe` (manifest, scheme, table …) and of every sample as used.
    pub(crate) fn fingerprint(&self, recipe: &[&[u8]]) -> String {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        recipe.iter().for_each(|bytes| add(bytes));
        for at in 0..self.samples.len() {
            let Sample { sample_id, patient_id, label, subgroup } = &self.samples[at];
            let part = self.parts[at].map_or("none", Part::as_str);
            add(format!("{sample_id}\t{patient_id}\t{label}\t{subgroup}\t{part}").as_bytes());
            add(&self.contents[at]);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
