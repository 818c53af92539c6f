//! Where the samples of a data set of files come from: the manifest's tables but the schemes.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::derive::DeriveRule;
use super::division::{Fractions, Published};
use super::image_rule::ImageRule;
use super::join::JoinRule;
use super::label::LabelRule;
use super::listed::ListedFile;
use super::mask::MaskRule;
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
    /// Of what one image is used.
    pub unit: Unit,
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
    /// The division that came with the data, which is then used.
    pub published: Option<Published>,
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
    #[serde(default)]
    pub files: Vec<String>,
    /// Tables of the same columns that are read one below the other, in place of `files`.
    #[serde(default)]
    pub stack: Vec<String>,
    /// A column that holds the name of the table of `stack` that each row is from.
    pub stack_column: Option<String>,
    /// The names of the columns, where the file has no header.
    #[serde(default)]
    pub header: Vec<String>,
    /// The table lies beside the manifest, not in the data folder.
    #[serde(default)]
    pub beside_manifest: bool,
    /// Words that mean "not known", beside the empty field.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Headers that some copies have, and what they are called here.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Columns made out of others.
    #[serde(default)]
    pub derive: Vec<DeriveRule>,
    /// Other tables with more columns.
    #[serde(default)]
    pub join: Vec<JoinRule>,
}

/// Of what one image is used; `unit` of `[include]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Every image.
    #[default]
    Image,
    /// The first image of each study, in the order of the table.
    Study,
    /// The first image of each patient, in the order of the table.
    Patient,
}

/// `[columns]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The sample id, unique.
    pub sample: String,
    /// The unit that is never divided: patient, lesion, case.
    pub patient: String,
    /// The study of a patient, several images taken together; asked for by `include.unit` only.
    pub study: Option<String>,
    /// Where the patient is empty: a column whose value makes the row a patient of its own.
    pub patient_fallback: Option<String>,
    /// What `{image}` stands for in the patterns.
    pub image: String,
}

/// `[images]`, the places.
#[derive(Clone, Debug)]
pub struct ImagePlaces {
    /// Folders below the data set's folder, tried in order.
    pub roots: Vec<String>,
    /// File names with `{image}` in them, or with `{stem}`, its last part without the ending, and `{folder}`, what
    /// stands before that; tried in order.
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

impl TableRule {
    /// Say what is wrong with the rule.
    ///
    /// # Errors
    /// The key, and expected and got in words.
    pub(in crate::data) fn check(&self) -> Result<(), (&'static str, String)> {
        if !self.stack.is_empty() && !self.files.is_empty() {
            return Err(("table", "has both files and stack; expected one of them".to_owned()));
        }
        if self.stack_column.is_some() && self.stack.is_empty() {
            return Err(("table.stack_column", "belongs to stack only".to_owned()));
        }
        for header in std::iter::once(&self.header).chain(self.join.iter().map(|join| &join.header)) {
            if let Some((_, name)) = header.iter().enumerate().find(|(at, name)| header[..*at].contains(name))
            {
                return Err(("table.header", format!("has {name:?} twice; expected different names")));
            }
        }
        Ok(())
    }
}

impl FileSource {
    /// What a row needs, for people.
    pub(in crate::data) fn file_words(&self) -> &'static str {
        if self.masks.as_ref().is_some_and(|masks| masks.required) { "image or mask" } else { "image" }
    }
}
