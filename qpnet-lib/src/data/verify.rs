//! Is a download whole and readable? Tables, counts, schemes, hashes, and every image decoded.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::blocks::map_files;
use super::cohort::Cohort;
use super::error::DataError;
use super::files;
use super::image::{self, ContentHash};
use super::locate::Locator;
use super::manifest::{FileSource, Manifest, Source};
use super::population::Exclusion;
use super::scheme::{self, Grouping};
use super::sums;

/// What was looked at, and everything that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// The manifest's name.
    pub name: String,
    /// The table that was read.
    pub table: String,
    /// Labelled rows.
    pub rows: usize,
    /// Patients, lesions or cases.
    pub patients: usize,
    /// Rows that no experiment uses.
    pub exclusions: Vec<Exclusion>,
    /// Images that were decoded.
    pub images: usize,
    /// How many images have each size, `600 x 450`, most frequent first.
    pub sizes: Vec<(String, usize)>,
    /// Files compared with `SHA256SUMS`; `None`: there is no such file.
    pub sums: Option<usize>,
    /// Files whose length or hash, as the manifest lists it, was compared.
    pub listed: usize,
    /// Rows of every subgroup of every scheme.
    pub schemes: Vec<SchemeCheck>,
    /// What is wrong with the data set as a whole.
    pub faults: Vec<String>,
    /// What is wrong with single rows.
    pub problems: Vec<Problem>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What one scheme selects.
#[derive(Clone, Debug, Serialize)]
pub struct SchemeCheck {
    /// Its name.
    pub scheme: String,
    /// Subgroups with their rows.
    pub subgroups: Vec<(String, usize)>,
    /// Why it cannot be used.
    pub fault: Option<String>,
}

/// One row whose image is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// 1-based row of the table, the header is row 1; for a file of no row, that of `SHA256SUMS` or of
    /// the manifest's list.
    pub row: usize,
    /// The sample; empty for a file of no row.
    pub sample_id: String,
    /// The file, or what the table calls it.
    pub image: String,
    /// What is wrong.
    pub problem: String,
}

impl Verification {
    /// Nothing is wrong. A scheme that this copy's table has no column for counts as wrong.
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
            && self.problems.is_empty()
            && self.schemes.iter().all(|scheme| scheme.fault.is_none())
    }
}

/// Look at everything: `progress(done, total)` counts images.
///
/// # Errors
/// Tables that cannot be read, labels outside their set; a data set that is drawn. What is wrong
/// with images, hashes, counts and schemes is no error but stands in the result.
pub fn verify(
    manifest: &Manifest,
    data_root: Option<&Path>,
    progress: &dyn Fn(usize, usize),
) -> Result<Verification, DataError> {
    let Source::Files(source) = &manifest.source else {
        let found = manifest.name.clone();
        return Err(DataError::Option { what: "data set", found, expected: "one that is read from files" });
    };
    let (folder, cohort, mut notes) = files::cohort(manifest, source, data_root)?;
    notes.extend(cohort.notes.clone());
    let faults = files::compare_with_expected(&cohort, source);
    let images = decode(&folder, &cohort, source, progress)?;
    let mut problems = images.problems;
    let listed = sums::read(&folder)?;
    let compared = match &listed {
        Some(listed) => Some(sums::compare(&folder, listed, &images.hashes, &mut problems)?),
        None => None,
    };
    let known = &images.hashes;
    let listed = sums::compare_listed(&folder, &manifest.file, &source.listed, known, &mut problems)?;
    let schemes = manifest.schemes.iter().filter_map(|scheme| match &scheme.grouping {
        Grouping::Rows(groups) => {
            let assigned = scheme::assign(&cohort, &scheme.name, groups);
            let size = |at| assigned.iter().flatten().filter(|group| **group == Some(at)).count();
            let subgroups = groups.iter().enumerate().map(|(at, group)| (group.name.clone(), size(at)));
            let subgroups = subgroups.collect();
            let fault = assigned.as_ref().err().map(DataError::to_string);
            Some(SchemeCheck { scheme: scheme.name.clone(), subgroups, fault })
        }
        Grouping::Generated(_) => None,
    });
    let mut patients = cohort.own("patient_id");
    patients.sort_unstable();
    patients.dedup();
    let mut sizes: Vec<(String, usize)> = images.sizes.into_iter().collect();
    sizes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(Verification {
        name: manifest.name.clone(),
        table: cohort.file.clone(),
        rows: cohort.len(),
        patients: patients.len(),
        exclusions: cohort.exclusions.clone(),
        images: images.hashes.len(),
        sizes,
        sums: compared,
        listed,
        schemes: schemes.collect(),
        faults,
        problems,
        notes,
    })
}

/// What became of the images.
struct Images {
    hashes: HashMap<PathBuf, ContentHash>,
    sizes: BTreeMap<String, usize>,
    problems: Vec<Problem>,
}

fn decode(
    folder: &Path,
    cohort: &Cohort,
    source: &FileSource,
    progress: &dyn Fn(usize, usize),
) -> Result<Images, DataError> {
    let locator = Locator::new(folder, &source.images)?;
    let (ids, names) = (cohort.own("sample_id"), cohort.own("image"));
    let problem = |at: usize, image: String, problem: String| Problem {
        row: cohort.rows[at],
        sample_id: ids[at].clone(),
        image,
        problem,
    };
    let located = locator.find_all(names.iter().map(String::as_str).enumerate());
    let missing = located.missing.into_iter().map(|at| problem(at, names[at].clone(), "no such file".into()));
    let outside = located.outside.into_iter().map(|(at, reason)| problem(at, names[at].clone(), reason));
    let mut problems: Vec<Problem> = missing.chain(outside).collect();
    let paths = located.paths;
    let seen = map_files(&paths, progress, |path| {
        let (picture, hash) = image::picture(path, &source.rule)?;
        Ok::<_, String>((format!("{} x {}", picture.width(), picture.height()), hash))
    });
    let (mut hashes, mut sizes) = (HashMap::new(), BTreeMap::new());
    for ((at, path), result) in located.present.into_iter().zip(paths).zip(seen) {
        match result {
            Ok((size, hash)) => {
                *sizes.entry(size).or_default() += 1;
                hashes.insert(path, hash);
            }
            Err(reason) => problems.push(problem(at, path.display().to_string(), reason)),
        }
    }
    problems.sort_by_key(|problem| problem.row);
    Ok(Images { hashes, sizes, problems })
}
