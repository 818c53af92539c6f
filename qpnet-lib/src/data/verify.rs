//! Is a download whole and readable? Tables, counts, schemes, hashes, and every image decoded.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::blocks::map_files;
use super::cohort::{Cohort, RowFault};
use super::copies::{self, PatientCopy};
use super::error::DataError;
use super::file_source::FileSource;
use super::files;
use super::ids;
use super::locate::{Located, Locator};
use super::manifest::{Manifest, Source};
use super::mask::{Mask, MaskRule};
use super::mask_files;
use super::near::{self, Eye, Look};
use super::picture::{ContentHash, picture};
use super::population::Exclusion;
use super::range::{Range, Ranges};
use super::remarks;
use super::scheme::Grouping;
use super::sums;
use super::survey;
use super::unused_masks;

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
    /// Which values their pixels have, a line for each depth.
    pub values: Vec<String>,
    /// Files compared with `SHA256SUMS`; `None`: there is no such file.
    pub sums: Option<usize>,
    /// Files whose length or hash, as the manifest lists it, was compared.
    pub listed: usize,
    /// Rows of every subgroup of every scheme.
    pub schemes: Vec<SchemeCheck>,
    /// Patients all of whose images are another patient's too.
    pub copies: Vec<PatientCopy>,
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
    /// The file, or what the table calls it; empty where the row itself is wrong.
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

/// Look at everything: `progress(done, total)` counts images. A row that cannot be used does not end the
/// work: all of them are named.
///
/// # Errors
/// Tables that cannot be read; a data set that is drawn. What is wrong with rows, images, hashes,
/// counts and schemes is no error but stands in the result.
pub fn verify(
    manifest: &Manifest,
    data_root: Option<&Path>,
    progress: &dyn Fn(usize, usize),
) -> Result<Verification, DataError> {
    verify_near(manifest, data_root, None, progress)
}

/// [`verify`], also looking for patients all of whose pictures differ from another patient's in at most `near`
/// of 256 bits of how they look. That takes several times as long.
///
/// # Errors
/// As [`verify`].
pub fn verify_near(
    manifest: &Manifest,
    data_root: Option<&Path>,
    near: Option<u32>,
    progress: &dyn Fn(usize, usize),
) -> Result<Verification, DataError> {
    let Source::Files(source) = &manifest.source else {
        let found = manifest.name.clone();
        return Err(DataError::Option { what: "data set", found, expected: "one that is read from files" });
    };
    let ((folder, cohort, mut notes), rows) = files::cohort_of_good_rows(manifest, source, data_root)?;
    notes.extend(cohort.notes.clone());
    let mut faults = files::compare_with_expected(&cohort, source);
    let images = decode(&folder, &cohort, source, near, progress)?;
    notes.extend(images.notes);
    faults.extend(images.faults);
    let mut problems = images.problems;
    problems.extend(rows.into_iter().map(|fault| of_row(&cohort.file, fault)));
    problems.sort_by_key(|problem| problem.row);
    let listed = sums::read(&folder)?;
    let compared = match &listed {
        Some(listed) => Some(sums::compare(&folder, listed, &images.hashes, &mut problems)?),
        None => None,
    };
    let known = &images.hashes;
    let listed = sums::compare_listed(&folder, &manifest.file, &source.listed, known, &mut problems)?;
    let mut schemes = Vec::new();
    for scheme in &manifest.schemes {
        if let Grouping::Rows(groups) = &scheme.grouping {
            let survey = survey::of_cohort(manifest, source, &cohort, scheme);
            for remark in survey.iter().flat_map(|survey| &survey.notes) {
                // Labels do not depend on the scheme.
                let named = format!("scheme {}", scheme.name);
                let whole = remark.contains(remarks::OF_LABELS) || remark.contains(&named);
                let remark = if whole { remark.clone() } else { format!("{named}: {remark}") };
                if !notes.contains(&remark) {
                    notes.push(remark);
                }
            }
            let size = |at: usize| survey.as_ref().map_or(0, |survey| survey.subgroups[at].images);
            let subgroups = groups.iter().enumerate().map(|(at, group)| (group.name.clone(), size(at)));
            let subgroups = subgroups.collect();
            let fault = survey.as_ref().err().map(DataError::to_string);
            schemes.push(SchemeCheck { scheme: scheme.name.clone(), subgroups, fault });
        }
    }
    let mut patients = cohort.own("patient_id");
    let alike = ids::alike(patients.iter().copied());
    notes.extend(ids::words("patients", &alike));
    notes.extend(ids::words("sample ids", &ids::alike(cohort.own("sample_id"))));
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
        values: images.values,
        sums: compared,
        listed,
        schemes,
        copies: images.copies,
        faults,
        problems,
        notes,
    })
}

/// A row of the table that cannot be used, as [`Problem`] has it.
fn of_row(file: &str, fault: RowFault) -> Problem {
    let RowFault { row, sample_id, error } = fault;
    let words = error.to_string();
    let words = words.strip_prefix(&format!("{file}: ")).unwrap_or(&words);
    let words = words.strip_prefix(&format!("row {row}: ")).unwrap_or(words);
    Problem { row, sample_id, image: String::new(), problem: words.to_owned() }
}

/// What became of the images.
struct Images {
    hashes: HashMap<PathBuf, ContentHash>,
    sizes: BTreeMap<String, usize>,
    values: Vec<String>,
    copies: Vec<PatientCopy>,
    faults: Vec<String>,
    problems: Vec<Problem>,
    notes: Vec<String>,
}

fn decode(
    folder: &Path,
    cohort: &Cohort,
    source: &FileSource,
    near: Option<u32>,
    progress: &dyn Fn(usize, usize),
) -> Result<Images, DataError> {
    let locator = Locator::new(folder, &source.images)?;
    let (ids, names) = (cohort.own("sample_id"), cohort.own("image"));
    let patients = cohort.own("patient_id");
    let problem = |at: usize, image: String, problem: String| Problem {
        row: cohort.rows[at],
        sample_id: ids[at].to_owned(),
        image,
        problem,
    };
    let located = locator.find_all(names.iter().copied().enumerate());
    let missing = located.missing.into_iter().map(|at| {
        let words = format!("no such file; looked for {}", locator.tried(names[at]));
        problem(at, names[at].to_owned(), words)
    });
    let outside = located.outside.into_iter().map(|(at, reason)| problem(at, names[at].to_owned(), reason));
    let mut problems: Vec<Problem> = missing.chain(outside).collect();
    let Located { present, paths, .. } = located;
    let (mut masks, mut notes) = (vec![Vec::new(); present.len()], Vec::new());
    if let Some(rule) = &source.masks {
        let locator = Locator::of_masks(folder, rule)?;
        let found = mask_files::find(&locator, rule.join, present.iter().map(|&at| names[at]));
        let missing = found.missing.into_iter().filter(|_| rule.required);
        let missing = missing.map(|place| {
            (place, format!("has no mask; looked for {}", locator.tried(names[present[place]])))
        });
        let faults = missing.chain(found.outside);
        problems.extend(
            faults.map(|(place, reason)| problem(present[place], names[present[place]].to_owned(), reason)),
        );
        masks = found.paths;
        notes.extend(unmasked(rule, &masks));
        let pictures = paths.iter().map(PathBuf::as_path);
        notes.extend(unused_masks::words(pictures, masks.iter().flatten().map(PathBuf::as_path), rule.join));
    }
    let files: Vec<_> = paths.into_iter().zip(masks).collect();
    let eye = near.map(|_| Eye::default());
    let seen = map_files(&files, progress, |(path, masks)| look(path, masks, source, eye.as_ref()));
    let (mut hashes, mut sizes, mut ranges) = (HashMap::new(), BTreeMap::new(), Ranges::default());
    let (mut looks, mut whose, mut of_ones) = (Vec::new(), Vec::new(), 0);
    for ((at, (path, _)), (image, mask)) in present.into_iter().zip(files).zip(seen) {
        let name = path.display().to_string();
        match mask {
            Ok(ones) => of_ones += usize::from(ones),
            Err(reason) => problems.push(problem(at, name.clone(), reason)),
        }
        match image {
            Ok(seen) => {
                *sizes.entry(format!("{} x {}", seen.width, seen.height)).or_default() += 1;
                ranges.add(&seen.range);
                problems.extend(seen.range.fault(&source.rule).map(|reason| problem(at, name, reason)));
                whose.push((at, seen.hash));
                looks.extend(seen.look);
                hashes.insert(path, seen.hash);
            }
            Err(reason) => problems.push(problem(at, name, reason)),
        }
    }
    if of_ones > 0 {
        notes.push(format!("{of_ones} masks hold 0 and 1 only: what is not 0 is the object"));
    }
    let (of, contents): (Vec<&str>, Vec<ContentHash>) =
        whose.iter().map(|(at, hash)| (patients[*at], *hash)).unzip();
    let mut copies = copies::identical(&of, &contents);
    notes.extend(copies::words(&copies, "byte for byte"));
    if let Some(most) = near {
        let named: Vec<(&str, &str)> = whose.iter().map(|(at, _)| (ids[*at], patients[*at])).collect();
        let mut images: BTreeMap<&str, usize> = BTreeMap::new();
        of.iter().for_each(|patient| *images.entry(patient).or_default() += 1);
        let mut alike = copies::alike(&near::pairs(&looks, &named, most), &images);
        let known = |copy: &PatientCopy| {
            let same = |other: &PatientCopy| {
                [&other.patient, &other.of] == [&copy.patient, &copy.of]
                    || [&other.of, &other.patient] == [&copy.patient, &copy.of]
            };
            copies.iter().any(same)
        };
        alike.retain(|copy| !known(copy));
        notes.extend(copies::words(&alike, &format!("by how they look (within {most} of 256 bits)")));
        copies.extend(alike);
    }
    problems.sort_by_key(|problem| problem.row);
    let (values, faults) = (ranges.words(), ranges.fault(&source.rule).into_iter().collect());
    Ok(Images { hashes, sizes, values, copies, faults, problems, notes })
}

/// An image as it was decoded.
struct Seen {
    width: u32,
    height: u32,
    range: Range,
    look: Option<Look>,
    hash: ContentHash,
}

/// What was seen of an image; whether its masks are of 0 and 1, or what is wrong with them.
fn look(
    path: &Path,
    masks: &[PathBuf],
    source: &FileSource,
    eye: Option<&Eye>,
) -> (Result<Seen, String>, Result<bool, String>) {
    let image = picture(path, &source.rule).map(|(picture, hash)| Seen {
        width: picture.width(),
        height: picture.height(),
        range: Range::of(&picture),
        look: eye.map(|eye| eye.look(&picture)),
        hash,
    });
    let ones = |path: &PathBuf| {
        let mask = Mask::read(path, &source.rule)?;
        if let Ok(seen) = &image {
            mask.fits(path, seen.width as usize, seen.height as usize)?;
        }
        Ok(mask.of_ones)
    };
    let ones: Result<Vec<bool>, String> = masks.iter().map(ones).collect();
    (image, ones.map(|ones| ones.contains(&true)))
}

/// How many images are used whole, where masks are not required.
fn unmasked(rule: &MaskRule, masks: &[Vec<PathBuf>]) -> Option<String> {
    let without = masks.iter().filter(|masks| masks.is_empty()).count();
    let told = !rule.required && without > 0;
    told.then(|| format!("{without} of {} images have no mask and are used whole", masks.len()))
}
