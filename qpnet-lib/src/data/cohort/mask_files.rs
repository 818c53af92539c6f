//! Which mask file belongs to each image.

use std::path::{Path, PathBuf};

use super::checked::Cohort;
use super::error::CohortError;
use super::locate::{Found, Locator};
use super::on_unreadable::OnUnreadable;
use crate::data::rule::mask::MaskRule;

/// The masks of images that are there.
#[derive(Debug, Default)]
pub(in crate::data) struct MaskFiles {
    /// Of every image: its mask, or all of them where they are joined.
    pub paths: Vec<Vec<PathBuf>>,
    /// Places in the list of images without a mask.
    pub missing: Vec<usize>,
    /// Places whose mask leads out of the data folder, with how.
    pub outside: Vec<(usize, String)>,
}

/// Look for the masks of each of `images`, which are named as in the table: all of them with `join`,
/// else the first.
pub(in crate::data) fn find<'a>(
    locator: &Locator,
    join: bool,
    images: impl IntoIterator<Item = &'a str>,
) -> MaskFiles {
    let mut found = MaskFiles::default();
    for (place, image) in images.into_iter().enumerate() {
        let mut paths = Vec::new();
        for answer in locator.all(image).take(if join { usize::MAX } else { 1 }) {
            match answer {
                Found::At(path) => paths.push(path),
                Found::Outside(reason) => {
                    found.outside.push((place, format!("has a mask that {reason}")));
                }
                Found::Nowhere => found.missing.push(place),
            }
        }
        // One file by two names counts once.
        paths.sort();
        paths.dedup();
        found.paths.push(paths);
    }
    found
}

/// The masks of the cohort's positions `present`: for each whether its row is kept, and its masks.
/// A line is added to `skipped` for every row that is not.
///
/// # Errors
/// [`CohortError::OutsidePath`]; [`CohortError::MissingMask`] where masks are required and rows are not
/// to be skipped, or none has one.
pub(in crate::data) fn locate(
    cohort: &Cohort,
    present: &[usize],
    folder: &Path,
    rule: &MaskRule,
    on_unreadable: OnUnreadable,
    skipped: &mut Vec<String>,
) -> Result<Vec<(bool, Vec<PathBuf>)>, CohortError> {
    let locator = Locator::of_masks(folder, rule)?;
    let names = cohort.own("image");
    let MaskFiles { paths, missing, outside } =
        find(&locator, rule.join, present.iter().map(|&at| names[at]));
    if let Some((place, reason)) = outside.into_iter().next() {
        let (at, file) = (present[place], cohort.file.clone());
        return Err(CohortError::OutsidePath {
            file,
            row: cohort.rows[at],
            image: names[at].to_owned(),
            reason,
        });
    }
    if !rule.required {
        return Ok(paths.into_iter().map(|masks| (true, masks)).collect());
    }
    if let Some(&first) = missing.first()
        && (on_unreadable == OnUnreadable::Fail || missing.len() == present.len())
    {
        let at = present[first];
        return Err(CohortError::MissingMask {
            file: cohort.file.clone(),
            row: cohort.rows[at],
            image: names[at].to_owned(),
            tried: locator.tried(names[at]),
            more: missing.len() - 1,
        });
    }
    let line = |&place: &usize| {
        let at = present[place];
        format!("row {}: no mask of image {:?}", cohort.rows[at], names[at])
    };
    skipped.extend(missing.iter().map(line));
    Ok(paths.into_iter().map(|masks| (!masks.is_empty(), masks)).collect())
}
