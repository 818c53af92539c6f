//! Every image of a data set, decoded and looked at: sizes, values, masks, copies.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::copies::{self, PatientCopy};
use super::near::{self, Eye, Look};
use super::problem::Problem;
use super::unused_masks;
use crate::data::cohort::checked::Cohort;
use crate::data::cohort::error::CohortError;
use crate::data::cohort::locate::{Located, Locator};
use crate::data::cohort::mask_files;
use crate::data::picture::mask::Mask;
use crate::data::picture::open::picture;
use crate::data::picture::range::{Range, Ranges};
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::mask::MaskRule;
use crate::data::store::blocks::map_files;

/// What became of the images.
pub(in crate::data) struct Images {
    /// Of those that could be decoded.
    pub hashes: HashMap<PathBuf, ContentHash>,
    /// How many have each size.
    pub sizes: BTreeMap<String, usize>,
    /// Which values their pixels have.
    pub values: Vec<String>,
    /// Patients who are copies of others.
    pub copies: Vec<PatientCopy>,
    /// What is wrong with all of them together.
    pub faults: Vec<String>,
    /// What is wrong with single ones.
    pub problems: Vec<Problem>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Decode every image of `cohort` with its masks, and look at what is in it.
///
/// # Errors
/// A folder that cannot be resolved.
pub(in crate::data) fn decode(
    folder: &Path,
    cohort: &Cohort,
    source: &FileSource,
    near: Option<u32>,
    progress: &dyn Fn(usize, usize),
) -> Result<Images, CohortError> {
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
