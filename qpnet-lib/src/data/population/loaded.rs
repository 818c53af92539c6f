//! What training and evaluation work on: samples, their parts, and their images.

use super::origin::{DataOrigin, sha256};
use crate::data::cohort::exclusion::Exclusion;
use crate::data::cohort::sample::Sample;
use crate::data::manifest::checked::Manifest;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::part::Part;
use crate::data::rule::role::SchemeInfo;
use crate::data::rule::scheme::Scheme;
use crate::data::rule::task::TaskKind;
use crate::data::split::error::SplitError;
use crate::data::split::leak::{self, LeakReport};
use crate::data::store::fingerprint::Fingerprint;
use crate::data::store::image_set::ImageSet;
use crate::data::store::pack::PackUse;

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
    /// What a model is asked.
    pub task: TaskKind,
    /// Names of the outputs: negative and positive, the classes, or the findings.
    pub classes: Vec<String>,
    /// The scheme and its subgroups.
    pub scheme: SchemeInfo,
    /// All samples that have a subgroup.
    pub samples: Vec<Sample>,
    /// The part of each sample; `None`: in no part (see [`crate::data::split`]).
    pub parts: Vec<Option<Part>>,
    /// The image of each sample.
    pub images: ImageSet,
    /// Rows that are not used.
    pub exclusions: Vec<Exclusion>,
    /// SHA-256 in hexadecimal over manifest, scheme, table, and the sample ids, parts and image
    /// bytes actually used: equal hashes saw equal data.
    pub hash: String,
    /// What it was made from.
    pub origin: DataOrigin,
    /// What a reader should know about this data.
    pub notes: Vec<String>,
    /// Whether the images came from a pack; it says nothing of the data, so that it is no note.
    pub pack: PackUse,
    pub(crate) contents: Vec<ContentHash>,
}

/// What a source of samples has found or drawn; the manifest adds the rest.
pub(crate) struct Content {
    pub samples: Vec<Sample>,
    pub parts: Vec<Option<Part>>,
    pub images: ImageSet,
    pub contents: Vec<ContentHash>,
    pub exclusions: Vec<Exclusion>,
    pub notes: Vec<String>,
}

impl Population {
    /// The population of `manifest` under `scheme`; `recipe` is what else its hash depends on.
    pub(crate) fn assemble(manifest: &Manifest, scheme: &Scheme, content: Content, recipe: &[&[u8]]) -> Self {
        let Content { samples, parts, images, contents, exclusions, notes } = content;
        let mut population = Self {
            name: manifest.name.clone(),
            title: manifest.title.clone(),
            licence: manifest.licence.clone(),
            citation: manifest.citation.clone(),
            task: manifest.task(),
            classes: manifest.classes().to_vec(),
            scheme: scheme.info(),
            samples,
            parts,
            images,
            exclusions,
            hash: String::new(),
            origin: DataOrigin::default(),
            notes,
            pack: PackUse::default(),
            contents,
        };
        let text = manifest.hashed_text();
        population.origin = DataOrigin {
            manifest_file: place(&manifest.file),
            manifest: sha256(text.as_bytes()),
            images: population.images_hash(),
            ..DataOrigin::default()
        };
        let common: [&[u8]; 2] = [text.as_bytes(), scheme.name.as_bytes()];
        population.hash = population.fingerprint(&[&common, recipe].concat());
        population
    }

    /// The same population again; the pixels are not copied.
    pub(crate) fn share(&self) -> Self {
        Self {
            name: self.name.clone(),
            title: self.title.clone(),
            licence: self.licence.clone(),
            citation: self.citation.clone(),
            task: self.task,
            classes: self.classes.clone(),
            scheme: self.scheme.clone(),
            samples: self.samples.clone(),
            parts: self.parts.clone(),
            images: self.images.share(),
            exclusions: self.exclusions.clone(),
            hash: self.hash.clone(),
            origin: self.origin.clone(),
            notes: self.notes.clone(),
            pack: self.pack.clone(),
            contents: self.contents.clone(),
        }
    }

    /// Positions of the samples of `part`, of one subgroup or of all, in the order of the table.
    pub fn indices(&self, part: Part, subgroup: Option<usize>) -> Vec<usize> {
        let wanted = |at: &usize| {
            self.parts[*at] == Some(part)
                && subgroup.is_none_or(|subgroup| self.samples[*at].subgroup == subgroup)
        };
        (0..self.samples.len()).filter(wanted).collect()
    }

    /// Patients and identical images in more than one part.
    pub fn leak_report(&self) -> LeakReport {
        leak::check(&self.samples, &self.parts, &self.contents)
    }

    /// Refuse what no model can be trained or judged on: leaks first, then missing classes.
    ///
    /// `may_be_empty` names cells that were asked to be empty.
    pub(crate) fn check(&self, may_be_empty: &[(Part, usize)]) -> Result<(), SplitError> {
        let report = self.leak_report();
        if !report.is_clean() {
            return Err(SplitError::Leak { report: report.to_string() });
        }
        self.counted().check(may_be_empty)
    }

    fn images_hash(&self) -> String {
        let mut hash = Fingerprint::new();
        for (sample, content) in self.samples.iter().zip(&self.contents) {
            hash.add(sample.sample_id.as_bytes());
            hash.add(content);
        }
        hash.finish()
    }

    /// The hash of `recipe` (manifest, scheme, table …) and of every sample as used.
    pub(crate) fn fingerprint(&self, recipe: &[&[u8]]) -> String {
        let mut hash = Fingerprint::new();
        recipe.iter().for_each(|bytes| hash.add(bytes));
        for at in 0..self.samples.len() {
            let Sample { sample_id, patient_id, label, subgroup, findings } = &self.samples[at];
            let part = self.parts[at].map_or("none", Part::as_str);
            hash.add(format!("{sample_id}\t{patient_id}\t{label}\t{subgroup}\t{part}").as_bytes());
            if !findings.is_empty() {
                hash.add(format!("{findings:?}").as_bytes());
            }
            hash.add(&self.contents[at]);
        }
        hash.finish()
    }
}

/// A manifest's file so that it is found from any folder; that of a shipped one is no file here.
fn place(file: &str) -> String {
    let path = std::path::Path::new(file);
    let absolute = path.is_file().then(|| std::path::absolute(path).ok()).flatten();
    absolute.map_or_else(|| file.to_owned(), |path| path.to_string_lossy().into_owned())
}
