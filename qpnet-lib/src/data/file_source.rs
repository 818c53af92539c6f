//! Where the samples of a data set of files come from: the manifest's tables but the schemes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::image_rule::ImageRule;
use super::join::{DeriveRule, JoinRule};
use super::label::LabelRule;
use super::listed::ListedFile;
use super::mask::MaskRule;
use super::part::Fractions;
use super::predicate::Predicate;

/// A table and image files below the data root.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// Folder below the data root.
    pub folder: String,
    /// The table and its words for a missing value.
    pub table: TableRule,
    /// Which column is what.
    pub columns: Columns,
    /// Rows that do not meet all of these are left out.
    pub include: Vec<Predicate>,
    /// The label.
    pub label: LabelRule,
    /// Where the image files are.
    pub images: ImagePlaces,
    /// How an image becomes a tensor.
    pub rule: ImageRule,
    /// Where masks are and what they do, if the data set has any.
    pub masks: Option<MaskRule>,
    /// How patients are divided.
    pub fractions: Fractions,
    /// What a complete download contains.
    pub expected: Expected,
    /// The files of the download, where they are known.
    pub listed: Vec<ListedFile>,
}

/// `[table]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRule {
    /// Names to try, in order.
    pub files: Vec<String>,
    /// Words that mean "not known", beside the empty field.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Headers that some copies have, and what they are called here.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Columns made out of others, before anything is joined.
    #[serde(default)]
    pub derive: Vec<DeriveRule>,
    /// Other tables with more columns.
    #[serde(default)]
    pub join: Vec<JoinRule>,
}

/// `[columns]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The sample id, unique.
    pub sample: String,
    /// The unit that is never divided: patient, lesion, case.
    pub patient: String,
    /// Where the patient is empty: a column whose value makes the row a unit of its own.
    pub patient_fallback: Option<String>,
    /// What `{image}` stands for in the patterns.
    pub image: String,
}

/// `[images]`, the places.
#[derive(Clone, Debug)]
pub struct ImagePlaces {
    /// Folders below the data set's folder, tried in order.
    pub roots: Vec<String>,
    /// File names with `{image}` in them, tried in order.
    pub patterns: Vec<String>,
}

/// `[expected]`: what a complete download contains, compared and noted, never enforced.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Rows with a label.
    pub samples: Option<usize>,
    /// Rows with label 1.
    pub positives: Option<usize>,
}

impl FileSource {
    /// What a row needs, for people.
    pub(super) fn file_words(&self) -> &'static str {
        if self.masks.as_ref().is_some_and(|masks| masks.required) { "image or mask" } else { "image" }
    }
}
