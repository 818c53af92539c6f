//! The split of a data set as a table of its own, without decoding an image.

use std::io::{self, Write};

use serde::Serialize;

use crate::data::cohort::files::{self, ImageFile, Rows, Selection};
use crate::data::cohort::remarks;
use crate::data::cohort::untaken;
use crate::data::error::DataError;
use crate::data::manifest::checked::{Manifest, Source};
use crate::data::picture::open::{ContentHash, content_hash};
use crate::data::population::load::{checked_scheme, load};
use crate::data::population::loaded::{Exclusion, Population, Sample};
use crate::data::population::nested;
use crate::data::population::options::LoadOptions;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::part::Part;
use crate::data::rule::scheme::{Grouping, Scheme, SchemeInfo, Subgroup};
use crate::data::rule::task::TaskKind;
use crate::data::split::counts::{self, CellCount};
use crate::data::split::division;
use crate::data::split::leak::{self, LeakReport};
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

/// One row of the split as a table.
#[derive(Serialize)]
struct Row<'a> {
    sample_id: &'a str,
    patient_id: &'a str,
    subgroup: &'a str,
    label: usize,
    part: &'a str,
    nested: Option<usize>,
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
    let scheme = checked_scheme(manifest, options)?;
    match (&manifest.source, &scheme.grouping) {
        (Source::Files(source), Grouping::Rows(groups)) => {
            from_files(manifest, source, scheme, groups, options, streams, progress)
        }
        _ => Ok(Partition::of(&load(manifest, options, streams, progress)?, streams)),
    }
}

fn from_files(
    manifest: &Manifest,
    source: &FileSource,
    scheme: &Scheme,
    groups: &[Subgroup],
    options: &LoadOptions,
    streams: &Streams,
    progress: &dyn Fn(usize, usize),
) -> Result<Partition, DataError> {
    let Selection { rows, present, files, skipped } =
        files::select(manifest, source, scheme, groups, options)?;
    let Rows { cohort, subgroups, mut exclusions, mut notes, .. } = rows;
    let contents = hashes(&cohort.file, &present, &cohort.rows, &files, source, progress)?;
    files::exclude(&mut exclusions, format!("{} missing (skipped)", source.file_words()), skipped.len());
    notes.extend(skipped.into_iter().map(|line| format!("skipped {line}")));
    let samples = files::samples(&cohort, &subgroups, &present);
    let published = division::published(source, &cohort, &present)?;
    let parts = division::divide(published, source, &samples, &contents, streams);
    files::exclude_apart(&mut exclusions, source, &parts);
    let rows: Vec<usize> = present.iter().map(|&at| cohort.rows[at]).collect();
    notes.extend(remarks::of_samples(&samples, &rows));
    Ok(assembled(manifest, scheme, streams, Split { samples, parts, contents, exclusions, notes }))
}

/// The split from the tables alone: no image file is looked for, so that a cohort can be divided
/// and counted where its images are not. Patients are never divided; patients who share an
/// identical file are not known, and [`partition`], which ties them together, may differ.
///
/// # Errors
/// Those of [`partition`] that concern tables, labels and schemes; [`DataError::Option`] for a
/// data set that is drawn and has no tables.
pub fn partition_tables(
    manifest: &Manifest,
    options: &LoadOptions,
    streams: &Streams,
) -> Result<Partition, DataError> {
    let scheme = checked_scheme(manifest, options)?;
    let (Source::Files(source), Grouping::Rows(groups)) = (&manifest.source, &scheme.grouping) else {
        let found = manifest.name.clone();
        return Err(DataError::Option { what: "data set", found, expected: "one that is read from files" });
    };
    let (_, mut cohort, mut notes) = files::cohort(manifest, source, options.data_root.as_deref())?;
    let (subgroups, mut exclusions) = files::grouped(&cohort, scheme, groups)?;
    notes.extend(cohort.notes.clone());
    notes.extend(files::compare_with_expected(&cohort, source));
    notes.extend(untaken::words(&cohort, &scheme.name, groups, &subgroups)?);
    notes.extend(remarks::of_cohort(&cohort, &subgroups).iter().map(ToString::to_string));
    cohort.forget_statements();
    notes.push("from the tables alone: no image file was looked for".to_owned());
    let chosen = files::chosen(&subgroups);
    let samples = files::samples(&cohort, &subgroups, &chosen);
    let published = division::published(source, &cohort, &chosen)?;
    // The tables of a large cohort and its split together would take twice the memory.
    drop(cohort);
    let parts = division::divide(published, source, &samples, &[], streams);
    files::exclude_apart(&mut exclusions, source, &parts);
    let contents = Vec::new();
    Ok(assembled(manifest, scheme, streams, Split { samples, parts, contents, exclusions, notes }))
}

/// What a split is made of, beside the manifest.
struct Split {
    samples: Vec<Sample>,
    parts: Vec<Option<Part>>,
    contents: Vec<ContentHash>,
    exclusions: Vec<Exclusion>,
    notes: Vec<String>,
}

fn assembled(manifest: &Manifest, scheme: &Scheme, streams: &Streams, split: Split) -> Partition {
    let Split { samples, parts, contents, exclusions, notes } = split;
    let nested = nested_sizes(&samples, &parts, streams);
    Partition {
        name: manifest.name.clone(),
        task: manifest.task(),
        classes: manifest.classes().to_vec(),
        scheme: scheme.info(),
        samples,
        parts,
        nested,
        exclusions,
        notes,
        contents,
    }
}

fn hashes(
    file: &str,
    present: &[usize],
    rows: &[usize],
    files: &[ImageFile],
    source: &FileSource,
    progress: &dyn Fn(usize, usize),
) -> Result<Vec<ContentHash>, DataError> {
    let hashes = map_files(files, progress, |file| content_hash(&file.path, &source.rule));
    let unreadable = |(at, hash): (usize, Result<ContentHash, String>)| {
        hash.map_err(|reason| DataError::UnreadableImage {
            file: file.to_owned(),
            row: rows[present[at]],
            image: files[at].path.clone(),
            reason,
        })
    };
    hashes.into_iter().enumerate().map(unreadable).collect()
}

/// How many dominant training images there are up to and with the patient of each of them.
fn nested_sizes(samples: &[Sample], parts: &[Option<Part>], streams: &Streams) -> Vec<Option<usize>> {
    let mut sizes = vec![None; samples.len()];
    let mut images = 0;
    for patient in nested::order(samples, parts, streams) {
        images += patient.len();
        patient.into_iter().for_each(|at| sizes[at] = Some(images));
    }
    sizes
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
            nested: nested_sizes(&population.samples, &population.parts, streams),
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

    /// `sample_id, patient_id, subgroup, label, part, nested` as CSV, in the order of the data
    /// set's table; `part` is `none` and `nested` is empty where there is none.
    pub fn csv(&self) -> String {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail, and every row has the same fields.
        let _ = self.write_csv(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// [`Self::csv`] written to `out`, row by row: of 400,000 rows the text takes 45 MB.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        for (at, sample) in self.samples.iter().enumerate() {
            let row = Row {
                sample_id: &sample.sample_id,
                patient_id: &sample.patient_id,
                subgroup: &self.scheme.subgroups[sample.subgroup],
                label: sample.label,
                part: self.parts[at].map_or("none", Part::as_str),
                nested: self.nested[at],
            };
            writer.serialize(row)?;
        }
        writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{OnUnreadable, SyntheticSizes};

    #[test]
    fn nested_sizes_are_those_of_the_learning_curve() {
        let manifest = Manifest::find("synthetic").expect("shipped");
        let options = LoadOptions {
            scheme: "moderate".into(),
            image_size: 16,
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
            let restricted = nested::restrict(&population, wanted, &streams).expect("nested");
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
