//! Picture files beside the masks that nothing uses: second masks, mostly.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// A sentence on the picture files in the folders of `masks` that are neither a mask in use nor one of
/// `images`; `None` where there are none.
pub(in crate::data) fn words<'a>(
    images: impl Iterator<Item = &'a Path>,
    masks: impl Iterator<Item = &'a Path>,
    join: bool,
) -> Option<String> {
    let masks: Vec<&Path> = masks.collect();
    let used: HashSet<&Path> = images.chain(masks.iter().copied()).collect();
    let folders: BTreeSet<&Path> = masks.iter().filter_map(|mask| mask.parent()).collect();
    let mut unused: Vec<PathBuf> = Vec::new();
    for folder in folders {
        // A folder that cannot be read holds nothing that anybody could use.
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        unused.extend(
            entries
                .map(|entry| entry.path())
                .filter(|path| is_picture(path) && !used.contains(path.as_path())),
        );
    }
    unused.sort();
    let first = unused.first()?;
    let remedy = if join {
        "name them in images.masks.patterns, if they are masks"
    } else {
        "if they are further masks of an image, name them in images.masks.patterns and say join = true"
    };
    Some(format!(
        "{} picture files beside the masks are neither a mask in use nor an image of the table, first {}: {remedy}",
        unused.len(),
        first.display()
    ))
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["png", "gif", "jpg", "jpeg", "bmp", "tif", "tiff"].iter().any(|other| other.eq_ignore_ascii_case(ending))
}
