//! Is a download whole and readable? Tables, counts, schemes, hashes, and every image decoded.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::blocks::map_files;
use super::cohort::Cohort;
use super::error::DataError;
use super::file_source::FileSource;
use super::files;
use super::locate::{Located, Locator};
use super::manifest::{Manifest, Source};
use super::mask::{Mask, MaskRule};
use super::mask_files;
use super::picture::{ContentHash, picture};
use super::population::Exclusion;
use super::remarks;
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
    notes.extend(images.notes);
    let mut problems = images.problems;
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
            let assigned = scheme::assign(&cohort, &scheme.name, groups);
            let mixed = assigned.as_ref().map(|subgroups| remarks::of_cohort(&cohort, subgroups));
            for remark in mixed.into_iter().flatten() {
                let remark = remark.of_scheme(&scheme.name);
                if !notes.contains(&remark) {
                    notes.push(remark);
                }
            }
            let size = |at| assigned.iter().flatten().filter(|group| **group == Some(at)).count();
            let subgroups = groups.iter().enumerate().map(|(at, group)| (group.name.clone(), size(at)));
            let subgroups = subgroups.collect();
            let fault = assigned.as_ref().err().map(DataError::to_string);
            schemes.push(SchemeCheck { scheme: scheme.name.clone(), subgroups, fault });
        }
    }
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
        schemes,
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
    notes: Vec<String>,
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
        sample_id: ids[at].to_owned(),
        image,
        problem,
    };
    let located = locator.find_all(names.iter().copied().enumerate());
    let missing =
        located.missing.into_iter().map(|at| problem(at, names[at].to_owned(), "no such file".into()));
    let outside = located.outside.into_iter().map(|(at, reason)| problem(at, names[at].to_owned(), reason));
    let mut problems: Vec<Problem> = missing.chain(outside).collect();
    let Located { present, paths, .. } = located;
    let (mut masks, mut notes) = (vec![None; present.len()], Vec::new());
    if let Some(rule) = &source.masks {
        let locator = Locator::of_masks(folder, rule)?;
        let found = mask_files::find(&locator, present.iter().map(|&at| names[at]));
        let missing = found.missing.into_iter().filter(|_| rule.required);
        let faults = missing.map(|place| (place, "has no mask".to_owned())).chain(found.outside);
        problems.extend(
            faults.map(|(place, reason)| problem(present[place], names[present[place]].to_owned(), reason)),
        );
        masks = found.paths;
        notes.extend(unmasked(rule, &masks));
    }
    let files: Vec<_> = paths.into_iter().zip(masks).collect();
    let seen = map_files(&files, progress, |(path, mask)| look(path, mask.as_deref(), source));
    let (mut hashes, mut sizes) = (HashMap::new(), BTreeMap::new());
    for ((at, (path, _)), (image, mask_fault)) in present.into_iter().zip(files).zip(seen) {
        let name = path.display().to_string();
        problems.extend(mask_fault.map(|reason| problem(at, name.clone(), reason)));
        match image {
            Ok((width, height, hash)) => {
                *sizes.entry(format!("{width} x {height}")).or_default() += 1;
                hashes.insert(path, hash);
            }
            Err(reason) => problems.push(problem(at, name, reason)),
        }
    }
    problems.sort_by_key(|problem| problem.row);
    Ok(Images { hashes, sizes, problems, notes })
}

/// Width, height and hash of an image, and what is wrong with its mask.
type Seen = (Result<(u32, u32, ContentHash), String>, Option<String>);

fn look(path: &Path, mask: Option<&Path>, source: &FileSource) -> Seen {
    let image = picture(path, &source.rule);
    let image = image.map(|(picture, hash)| (picture.width(), picture.height(), hash));
    let fault = mask.and_then(|path| {
        let fits = |mask: Mask| match image {
            Ok((width, height, _)) => mask.fits(path, width as usize, height as usize),
            Err(_) => Ok(()),
        };
        Mask::read(path, &source.rule).and_then(fits).err()
    });
    (image, fault)
}

/// How many images are used whole, where masks are not required.
fn unmasked(rule: &MaskRule, masks: &[Option<PathBuf>]) -> Option<String> {
    let without = masks.iter().filter(|mask| mask.is_none()).count();
    let told = !rule.required && without > 0;
    told.then(|| format!("{without} of {} images have no mask and are used whole", masks.len()))
}
