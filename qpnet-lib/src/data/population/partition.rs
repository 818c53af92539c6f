//! The split of a data set, without decoding an image.

use super::error::DataError;
use super::load::load;
use super::loaded::Population;
use super::options::LoadOptions;
use super::way::{Asked, Divided, Opened, Way, unreadable};
use crate::data::cohort::exclusion::Exclusion;
use crate::data::cohort::sample::Sample;
use crate::data::cohort::select::Selection;
use crate::data::manifest::checked::Manifest;
use crate::data::manifest::error::ManifestError;
use crate::data::picture::open::content_hash;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::part::Part;
use crate::data::rule::role::SchemeInfo;
use crate::data::rule::task::TaskKind;
use crate::data::split::counts::{self, CellCount};
use crate::data::split::leak::{self, LeakReport};
use crate::data::split::nested;
use crate::data::store::blocks::map_files;
use crate::rng::Streams;

/// Who is in which part.
#[derive(Clone, Debug)]
pub struct Partition {
    /// The manifest's name.
    pub name: String,
    /// What a model is asked.
    pub task: TaskKind,
    /// Names of the outputs.
    pub classes: Vec<String>,
    /// The scheme and its subgroups.
    pub scheme: SchemeInfo,
    /// All samples that have a subgroup.
    pub samples: Vec<Sample>,
    /// The part of each; `None`: in no part (see [`crate::data::split`]).
    pub parts: Vec<Option<Part>>,
    /// For each dominant training sample the size of the smallest nested training set that holds
    /// it (see [`crate::data::nested`]): the learning curve's set of `n` images is `nested <= n`.
    pub nested: Vec<Option<usize>>,
    /// Rows that are not used.
    pub exclusions: Vec<Exclusion>,
    /// What a reader should know.
    pub notes: Vec<String>,
    contents: Vec<ContentHash>,
}

/// The split that [`load`] makes with the same scheme and streams, from the tables and the bytes
/// of the image files: identical files tie their patients together. `progress(done, total)`
/// counts files. A synthetic population is drawn, since its split is part of it.
///
/// Files that cannot be decoded are not noticed here. [`load`] refuses them, or leaves them out,
/// which can move other patients.
///
/// # Errors
/// Those of [`load`] but for undecodable images and missing classes.
pub fn partition(
    manifest: &Manifest,
    options: &LoadOptions,
    streams: &Streams,
    progress: &dyn Fn(usize, usize),
) -> Result<Partition, DataError> {
    let asked = Asked::new(manifest, options, streams)?;
    let Way::Files(files) = asked.way()? else {
        return Ok(Partition::of(&load(manifest, options, streams, progress)?, streams));
    };
    let selection = files.select()?;
    let contents = hashes(&selection, files.source, progress)?;
    let opened = Opened { contents, failures: Vec::new(), lost: "missing" };
    Ok(assembled(asked, files.divide(selection, opened)?))
}

/// The split from the tables alone: no image file is looked for, so that a cohort can be divided
/// and counted where its images are not. Patients are never divided; patients who share an
/// identical file are not known, and [`partition`], which ties them together, may differ.
///
/// # Errors
/// Those of [`partition`] that concern tables, labels and schemes; [`ManifestError::Drawn`] for a
/// data set that is drawn and has no tables.
pub fn partition_tables(
    manifest: &Manifest,
    options: &LoadOptions,
    streams: &Streams,
) -> Result<Partition, DataError> {
    let asked = Asked::new(manifest, options, streams)?;
    let Way::Files(files) = asked.way()? else {
        return Err(ManifestError::Drawn { name: manifest.name.clone() }.into());
    };
    let mut divided = files.divide(files.select_rows()?, Opened::default())?;
    divided.notes.push("from the tables alone: no image file was looked for".to_owned());
    Ok(assembled(asked, divided))
}

fn assembled(asked: Asked<'_>, divided: Divided) -> Partition {
    let Asked { manifest, scheme, streams, .. } = asked;
    let Divided { samples, parts, contents, exclusions, notes, .. } = divided;
    Partition {
        name: manifest.name.clone(),
        task: manifest.task(),
        classes: manifest.classes().to_vec(),
        scheme: scheme.info(),
        nested: nested::sizes(&samples, &parts, streams),
        samples,
        parts,
        exclusions,
        notes,
        contents,
    }
}

fn hashes(
    selection: &Selection<'_>,
    source: &FileSource,
    progress: &dyn Fn(usize, usize),
) -> Result<Vec<ContentHash>, DataError> {
    let hashes = map_files(&selection.files, progress, |file| content_hash(&file.path, &source.rule));
    let known = |(at, hash): (usize, Result<ContentHash, String>)| {
        hash.map_err(|reason| unreadable(selection, at, reason))
    };
    hashes.into_iter().enumerate().map(known).collect()
}

impl Partition {
    /// The split of a population that is loaded already; `streams` as it was loaded with.
    pub fn of(population: &Population, streams: &Streams) -> Self {
        Self {
            name: population.name.clone(),
            task: population.task,
            classes: population.classes.clone(),
            scheme: population.scheme.clone(),
            samples: population.samples.clone(),
            parts: population.parts.clone(),
            nested: nested::sizes(&population.samples, &population.parts, streams),
            exclusions: population.exclusions.clone(),
            notes: population.notes.clone(),
            contents: population.contents.clone(),
        }
    }

    /// Patients, images and classes of every part and subgroup.
    pub fn counts(&self) -> Vec<CellCount> {
        let sizes = (self.scheme.subgroups.len(), self.classes.len());
        counts::count(self.task, sizes, &self.samples, &self.parts)
    }

    /// Patients in more than one part, and identical images where files were read.
    pub fn leak_report(&self) -> LeakReport {
        leak::check(&self.samples, &self.parts, &self.contents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::nested::restrict;
    use crate::data::{OnUnreadable, SyntheticSizes};

    #[test]
    fn nested_sizes_are_those_of_the_learning_curve() {
        let manifest = Manifest::find("synthetic").expect("shipped");
        let options = LoadOptions {
            scheme: "moderate".into(),
            image_size: 16,
            fold: None,
            synthetic: SyntheticSizes {
                dominant_train: 40,
                less_train: 12,
                validation: [8, 8],
                test: [8, 8],
            },
            data_root: None,
            cache: None,
            on_unreadable: OnUnreadable::Fail,
        };
        let streams = Streams::new(5);
        let population = load(&manifest, &options, &streams, &|_, _| {}).expect("population");
        let partition = partition(&manifest, &options, &streams, &|_, _| {}).expect("partition");
        assert_eq!(partition.parts, population.parts);
        assert_eq!(partition.counts(), population.counts());
        assert!(partition.leak_report().is_clean());
        for wanted in [16, 25, 40] {
            let restricted = restrict(&population, wanted, &streams).expect("nested");
            for (at, size) in partition.nested.iter().enumerate() {
                let inside =
                    restricted.parts[at] == Some(Part::Train) && restricted.samples[at].subgroup == 0;
                assert_eq!(size.is_some_and(|size| size <= wanted), inside, "sample {at} of {wanted}");
            }
        }
        let text = partition.csv();
        assert!(text.starts_with("sample_id,patient_id,subgroup,label,part,nested\n"), "{text}");
        assert_eq!(text.lines().count(), 1 + population.samples.len());
    }
}
