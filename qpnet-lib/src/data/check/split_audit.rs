//! Does a split leak? Ours, or one that somebody else made and wrote into a table.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::near::{self, Eye, Look, NearPair};
use crate::data::cohort::ids::{self, LikeIds};
use crate::data::cohort::locate::Locator;
use crate::data::cohort::read::{Tables, Wanted};
use crate::data::cohort::sample::Sample;
use crate::data::cohort::select::refuse_outside;
use crate::data::manifest::checked::Manifest;
use crate::data::picture::open;
use crate::data::population::error::DataError;
use crate::data::population::partition::Partition;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::image_rule::ImageRule;
use crate::data::rule::part::Part;
use crate::data::split::leak::{self, LeakReport};
use crate::data::store::blocks::map_files;
use crate::data::table::error::TableError;
use crate::data::table::text::Table;
use crate::fs;

/// Samples with the part that a table gives them.
#[derive(Clone, Debug)]
pub struct GivenSplit {
    file: String,
    /// Row of the table, sample and part.
    entries: Vec<(usize, String, String)>,
}

/// What was looked for in a split, and found.
#[derive(Clone, Debug, Serialize)]
pub struct SplitAudit {
    /// The table, or how the split came to be.
    pub split: String,
    /// Samples and patients of every part.
    pub parts: Vec<PartCount>,
    /// Patients and identical files in more than one part.
    pub report: LeakReport,
    /// Patients in more than one part if ids that differ by blanks, case or leading zeros only are one.
    pub like_patients: Vec<LikeIds>,
    /// Samples whose image file was compared.
    pub images: usize,
    /// Pairs that look alike across parts, nearest first; `None`: not looked for.
    pub near: Option<Vec<NearPair>>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What one part holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartCount {
    /// Its name.
    pub part: String,
    /// Samples.
    pub samples: usize,
    /// Patients, lesions or cases.
    pub patients: usize,
}

impl SplitAudit {
    /// Nothing crosses, nothing that was looked for looks alike, and no two ids do.
    pub fn is_clean(&self) -> bool {
        self.report.is_clean()
            && self.like_patients.is_empty()
            && self.near.as_ref().is_none_or(Vec::is_empty)
    }
}

impl GivenSplit {
    /// Read the columns `id` and `part` of a CSV file. An empty part, and `none`, is no part.
    ///
    /// # Errors
    /// A missing or malformed file, an unknown column, a row without an id, no row with a part.
    pub fn read(path: &Path, id: &str, part: &str) -> Result<Self, DataError> {
        let table = Table::parse(&path.display().to_string(), fs::read(path)?, &[])?;
        let none = ["none".to_owned()];
        let (ids, parts) = (table.column(id, &[])?, table.column(part, &none)?);
        let mut entries = Vec::new();
        for ((row, id_), part) in table.rows.iter().zip(ids).zip(parts) {
            let id_ = id_.ok_or_else(|| TableError::MissingValue {
                file: table.file.clone(),
                row: *row,
                column: id.to_owned(),
                expected: "a sample id",
            })?;
            entries.extend(part.map(|part| (*row, id_.to_owned(), part.to_owned())));
        }
        if entries.is_empty() {
            let message = format!("no row has a value in column {part:?}; expected train, test, …");
            return Err(TableError::Row { file: table.file, row: 1, message }.into());
        }
        Ok(Self { file: table.file, entries })
    }

    /// The split of `partition`; rows count its samples.
    pub fn of(partition: &Partition) -> Self {
        let placed = partition.samples.iter().zip(&partition.parts).enumerate();
        let entry = |(at, (sample, part)): (usize, (&Sample, &Option<_>))| {
            part.map(|part: Part| (at + 1, sample.sample_id.clone(), part.to_string()))
        };
        Self {
            file: format!("the split of {}, scheme {}", partition.name, partition.scheme.name),
            entries: placed.filter_map(entry).collect(),
        }
    }
}

/// Look for patients, identical files and, where `near` gives a number of bits, pictures that
/// look alike in more than one part of `split`. Patients come from the tables of `manifest`;
/// a sample without a file is compared by patient only. A sample that the split names twice in
/// two parts is a patient in two parts.
///
/// # Errors
/// Those of the tables; a data set that is drawn; no sample of the split in the tables; a file
/// that cannot be read.
pub fn audit_split(
    manifest: &Manifest,
    data_root: Option<&Path>,
    split: &GivenSplit,
    near: Option<u32>,
    progress: &dyn Fn(usize, usize),
) -> Result<SplitAudit, DataError> {
    let Tables { source, folder, cohort, mut notes, .. } =
        Tables::read(manifest, data_root, Wanted::default())?;
    let (ids, patients, images) = (cohort.own("sample_id"), cohort.own("patient_id"), cohort.own("image"));
    let position: HashMap<&str, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let (known, unknown): (Vec<_>, Vec<_>) =
        split.entries.iter().partition(|(_, id, _)| position.contains_key(id.as_str()));
    if let (true, Some((row, id, _))) = (known.is_empty(), unknown.first()) {
        let message = format!("{id:?} is not a labelled sample of {}, nor is any other id", cohort.file);
        return Err(TableError::Row { file: split.file.clone(), row: *row, message }.into());
    }
    if let Some((row, id, _)) = unknown.first() {
        let (count, file) = (unknown.len(), &cohort.file);
        let like = ids.iter().find(|known| !ids::alike([**known, id.as_str()]).is_empty());
        let like =
            like.map_or_else(String::new, |known| format!(" (like {known:?} but for blanks, case or zeros)"));
        notes
            .push(format!("{count} ids are not labelled samples of {file}, first {id:?} in row {row}{like}"));
    }
    let placed: BTreeSet<&str> = known.iter().map(|(_, id, _)| id.as_str()).collect();
    if placed.len() < cohort.len() {
        notes.push(format!("{} labelled samples are in no part", cohort.len() - placed.len()));
    }
    let samples: Vec<Sample> = known
        .iter()
        .map(|(_, id, _)| Sample {
            sample_id: id.clone(),
            patient_id: patients[position[id.as_str()]].to_owned(),
            ..Sample::default()
        })
        .collect();
    let parts: Vec<Option<&str>> = known.iter().map(|(.., part)| Some(part.as_str())).collect();

    let locator = Locator::new(&folder, &source.images)?;
    let rows: Vec<usize> = known.iter().map(|(_, id, _)| position[id.as_str()]).collect();
    let located = locator.find_all(rows.iter().map(|&at| images[at]).enumerate());
    refuse_outside(&cohort, &images, &located, |number| rows[number])?;
    let (with_file, paths) = (located.present, located.paths);
    let seen = look(&paths, &source.rule, near.is_some(), progress);
    let mut hashes = Vec::new();
    let mut looks = Vec::new();
    for ((&at, path), result) in with_file.iter().zip(&paths).zip(seen) {
        let (hash, look) = result.map_err(|reason| DataError::UnreadableImage {
            file: cohort.file.clone(),
            row: cohort.rows[rows[at]],
            image: path.clone(),
            reason,
        })?;
        hashes.push(hash);
        looks.extend(look);
    }
    // Patients among all samples; identical files among those that have one.
    let of_files = |at: &usize| samples[*at].clone();
    let file_samples: Vec<Sample> = with_file.iter().map(of_files).collect();
    let file_parts: Vec<Option<&str>> = with_file.iter().map(|&at| parts[at]).collect();
    let files = leak::check(&file_samples, &file_parts, &hashes);
    let report =
        LeakReport { images: files.images, compared: files.compared, ..leak::check(&samples, &parts, &[]) };
    let near = near.map(|most| {
        let named: Vec<(&str, &str)> = with_file
            .iter()
            .map(|&at| (samples[at].sample_id.as_str(), parts[at].unwrap_or_default()))
            .collect();
        near::pairs(&looks, &named, most)
    });
    let (like_patients, harmless) = like_patients(&samples, &parts);
    notes.extend(ids::words("patients of one part", &harmless));
    let parts = count(&samples, &parts);
    let images = hashes.len();
    Ok(SplitAudit { split: split.file.clone(), parts, report, like_patients, images, near, notes })
}

/// Sets of patients whose ids are alike: those in more than one part, and the others. Patients who cross
/// under one id are found anyway.
fn like_patients(samples: &[Sample], parts: &[Option<&str>]) -> (Vec<LikeIds>, Vec<LikeIds>) {
    let mut parts_of: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (sample, part) in samples.iter().zip(parts) {
        parts_of.entry(&sample.patient_id).or_default().extend(part);
    }
    let crosses = |like: &LikeIds| {
        let parts: BTreeSet<&str> =
            like.ids.iter().flat_map(|id| parts_of[id.as_str()].iter().copied()).collect();
        parts.len() > 1
    };
    ids::alike(parts_of.keys().copied()).into_iter().partition(crosses)
}

type Seen = Result<(ContentHash, Option<Look>), String>;

fn look(paths: &[PathBuf], rule: &ImageRule, near: bool, progress: &dyn Fn(usize, usize)) -> Vec<Seen> {
    let eye = Eye::default();
    map_files(paths, progress, |path| {
        if near {
            open::picture(path, rule).map(|(picture, hash)| (hash, Some(eye.look(&picture))))
        } else {
            open::content_hash(path, rule).map(|hash| (hash, None))
        }
    })
}

fn count(samples: &[Sample], parts: &[Option<&str>]) -> Vec<PartCount> {
    let mut members: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for (sample, part) in samples.iter().zip(parts) {
        let entry = members.entry(part.unwrap_or_default()).or_default();
        entry.0 += 1;
        entry.1.insert(&sample.patient_id);
    }
    let name = |(part, (samples, patients)): (&str, (usize, BTreeSet<&str>))| PartCount {
        part: part.to_owned(),
        samples,
        patients: patients.len(),
    };
    members.into_iter().map(name).collect()
}
