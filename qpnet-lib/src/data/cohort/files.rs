//! Which rows of a table are used, and which image file belongs to each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::data::cohort::checked::{Cohort, RowFault};
use crate::data::cohort::locate::{Located, Locator};
use crate::data::cohort::mask_files;
use crate::data::cohort::{telling, untaken};
use crate::data::error::DataError;
use crate::data::manifest::checked::Manifest;
use crate::data::population::loaded::{Exclusion, Sample};
use crate::data::population::options::{LoadOptions, OnUnreadable};
use crate::data::rule::file_source::FileSource;
use crate::data::rule::part::Part;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::scheme::{self, Grouping, Scheme, Subgroup};
use crate::data::table::join;
use crate::data::table::text::Table;
use crate::fs::FileError;

/// The rows of a table and the subgroup of each.
pub(in crate::data) struct Rows {
    /// The data set's folder, without links.
    pub folder: PathBuf,
    pub cohort: Cohort,
    /// Of every row of the cohort.
    pub subgroups: Vec<Option<usize>>,
    pub exclusions: Vec<Exclusion>,
    pub notes: Vec<String>,
}

/// The rows that are in a subgroup and whose file was found.
pub(in crate::data) struct Selection {
    pub rows: Rows,
    /// Cohort positions whose file was found.
    pub present: Vec<usize>,
    /// Their files.
    pub files: Vec<ImageFile>,
    /// A line for each row that is skipped.
    pub skipped: Vec<String>,
}

/// An image and its masks, where the manifest has masks and this image any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFile {
    /// The picture.
    pub path: PathBuf,
    /// Its masks: one, or several that are joined.
    pub masks: Vec<PathBuf>,
}

/// The data set's folder without links, its labelled rows, and notes on tables and joins.
type FolderAndRows = (PathBuf, Cohort, Vec<String>);

/// What is wanted of the tables beside their labelled rows.
#[derive(Clone, Copy, Default)]
struct Wanted {
    /// [`Cohort::bytes`], for a hash.
    bytes: bool,
    /// [`Cohort::columns`].
    columns: bool,
}

/// Read the tables.
///
/// # Errors
/// [`DataError`] for everything that is wrong with the tables.
pub(in crate::data) fn cohort(
    manifest: &Manifest,
    source: &FileSource,
    data_root: Option<&Path>,
) -> Result<FolderAndRows, DataError> {
    read(manifest, source, data_root, Wanted::default(), Cohort::from_table)
}

/// [`cohort`] with [`Cohort::bytes`], which a hash needs: a large table then takes twice the memory.
///
/// # Errors
/// As [`cohort`].
pub(in crate::data) fn cohort_with_bytes(
    manifest: &Manifest,
    source: &FileSource,
    data_root: Option<&Path>,
) -> Result<FolderAndRows, DataError> {
    read(manifest, source, data_root, Wanted { bytes: true, columns: false }, Cohort::from_table)
}

/// [`cohort`] with [`Cohort::columns`].
///
/// # Errors
/// As [`cohort`].
pub(in crate::data) fn cohort_with_columns(
    manifest: &Manifest,
    source: &FileSource,
    data_root: Option<&Path>,
) -> Result<FolderAndRows, DataError> {
    read(manifest, source, data_root, Wanted { bytes: false, columns: true }, Cohort::from_table)
}

/// [`cohort_with_columns`] without the rows that cannot be used, and these.
///
/// # Errors
/// What is wrong with the tables as a whole.
pub(in crate::data) fn cohort_of_good_rows(
    manifest: &Manifest,
    source: &FileSource,
    data_root: Option<&Path>,
) -> Result<(FolderAndRows, Vec<RowFault>), DataError> {
    let mut faults = Vec::new();
    let read = read(manifest, source, data_root, Wanted { bytes: false, columns: true }, |table, source| {
        let (cohort, found) = Cohort::of_good_rows(table, source)?;
        faults = found;
        Ok(cohort)
    })?;
    Ok((read, faults))
}

fn read(
    manifest: &Manifest,
    source: &FileSource,
    data_root: Option<&Path>,
    wanted: Wanted,
    check: impl FnOnce(Table, &FileSource) -> Result<Cohort, DataError>,
) -> Result<FolderAndRows, DataError> {
    let folder = data_folder(manifest, source, data_root)?;
    let folder = folder.canonicalize().map_err(FileError::on("resolve", &folder))?;
    let beside = Path::new(&manifest.file).parent().unwrap_or(Path::new(""));
    let (mut table, notes) = join::read(&folder, beside, &source.table)?;
    if !wanted.bytes {
        table.bytes = Vec::new();
    }
    let mut cohort = check(table, source)?;
    if wanted.columns {
        cohort.columns = telling::columns(&cohort, source)?;
    }
    let groups = manifest.schemes.iter().filter_map(|scheme| match &scheme.grouping {
        Grouping::Rows(groups) => Some(groups),
        Grouping::Generated(_) => None,
    });
    let rules = groups.flatten().flat_map(|group| &group.conditions).map(Predicate::column);
    let published = source.published.iter().map(|rule| rule.column.as_str());
    cohort.forget_all_but(&rules.chain(published).collect());
    Ok((folder, cohort, notes))
}

/// The samples at these positions of the cohort, in this order.
pub(in crate::data) fn samples(cohort: &Cohort, subgroups: &[Option<usize>], rows: &[usize]) -> Vec<Sample> {
    let (ids, patients) = (cohort.own("sample_id"), cohort.own("patient_id"));
    let (labels, findings) = (cohort.labels(), cohort.findings());
    rows.iter()
        .map(|&row| Sample {
            sample_id: ids[row].to_owned(),
            patient_id: patients[row].to_owned(),
            label: labels[row],
            subgroup: subgroups[row].unwrap_or_default(),
            findings: findings.get(row).cloned().unwrap_or_default(),
        })
        .collect()
}

/// Read the tables and apply the scheme.
///
/// # Errors
/// [`DataError`] for everything that is wrong with the tables or the scheme.
pub(in crate::data) fn rows(
    manifest: &Manifest,
    source: &FileSource,
    scheme: &Scheme,
    groups: &[Subgroup],
    data_root: Option<&Path>,
) -> Result<Rows, DataError> {
    let (folder, cohort, mut notes) = cohort_with_bytes(manifest, source, data_root)?;
    let (subgroups, exclusions) = grouped(&cohort, scheme, groups)?;
    notes.extend(cohort.notes.clone());
    notes.extend(compare_with_expected(&cohort, source));
    notes.extend(untaken::words(&cohort, &scheme.name, groups, &subgroups)?);
    Ok(Rows { folder, cohort, subgroups, exclusions, notes })
}

/// The subgroup of every row of the cohort, and the rows that are left out, with those in none.
///
/// # Errors
/// Those of [`scheme::assign`].
pub(in crate::data) fn grouped(
    cohort: &Cohort,
    scheme: &Scheme,
    groups: &[Subgroup],
) -> Result<(Vec<Option<usize>>, Vec<Exclusion>), DataError> {
    let subgroups = scheme::assign(cohort, &scheme.name, groups)?;
    let mut exclusions = cohort.exclusions.clone();
    let outside = subgroups.iter().filter(|subgroup| subgroup.is_none()).count();
    exclude(&mut exclusions, not_grouped(scheme, groups), outside);
    Ok((subgroups, exclusions))
}

/// Positions of the cohort that are in a subgroup.
pub(in crate::data) fn chosen(subgroups: &[Option<usize>]) -> Vec<usize> {
    (0..subgroups.len()).filter(|&at| subgroups[at].is_some()).collect()
}

/// [`rows`], and the file of each; no image is opened.
///
/// # Errors
/// As [`rows`]; missing files and names that lead out of the folder.
pub(in crate::data) fn select(
    manifest: &Manifest,
    source: &FileSource,
    scheme: &Scheme,
    groups: &[Subgroup],
    options: &LoadOptions,
) -> Result<Selection, DataError> {
    let rows = rows(manifest, source, scheme, groups, options.data_root.as_deref())?;
    let chosen = chosen(&rows.subgroups);
    let (present, paths, mut skipped) =
        locate(&rows.cohort, &chosen, &rows.folder, source, options.on_unreadable)?;
    let masks = match &source.masks {
        Some(rule) => mask_files::locate(
            &rows.cohort,
            &present,
            &rows.folder,
            rule,
            options.on_unreadable,
            &mut skipped,
        )?,
        None => vec![(true, Vec::new()); present.len()],
    };
    // Without those that lack a mask they need.
    let files = present.into_iter().zip(paths).zip(masks).filter(|(_, (kept, _))| *kept);
    let (present, files) = files.map(|((at, path), (_, masks))| (at, ImageFile { path, masks })).unzip();
    Ok(Selection { rows, present, files, skipped })
}

fn data_folder(
    manifest: &Manifest,
    source: &FileSource,
    data_root: Option<&Path>,
) -> Result<PathBuf, DataError> {
    let (name, obtain) = (manifest.name.clone(), manifest.obtain.clone());
    let Some(root) = data_root else {
        return Err(DataError::NoDataRoot { name, folder: source.folder.clone(), obtain });
    };
    let folder = root.join(&source.folder);
    if folder.is_dir() { Ok(folder) } else { Err(DataError::NoFolder { name, folder, obtain }) }
}

/// One more reason, when it concerns any row.
pub(in crate::data) fn exclude(exclusions: &mut Vec<Exclusion>, reason: String, rows: usize) {
    if rows > 0 {
        exclusions.push(Exclusion { reason, rows });
    }
}

/// Images that are in no part: of a reported-only subgroup (rule 4 of [`crate::data::split`]), or without a published part.
pub(in crate::data) fn exclude_apart(
    exclusions: &mut Vec<Exclusion>,
    source: &FileSource,
    parts: &[Option<Part>],
) {
    let apart = parts.iter().filter(|part| part.is_none()).count();
    let reason = match &source.published {
        None => "of a reported-only subgroup, patient in train or validation".to_owned(),
        Some(rule) => format!("no part in {}, or of a reported-only subgroup and not in test", rule.column),
    };
    exclude(exclusions, reason, apart);
}

fn not_grouped(scheme: &Scheme, groups: &[Subgroup]) -> String {
    let columns: BTreeSet<&str> =
        groups.iter().flat_map(|group| &group.conditions).map(|rule| rule.column()).collect();
    let columns: Vec<&str> = columns.into_iter().collect();
    format!("{} missing or in no subgroup of scheme {}", columns.join(" or "), scheme.name)
}

/// What the manifest expects of a complete data set and the cohort does not have.
pub(in crate::data) fn compare_with_expected(cohort: &Cohort, source: &FileSource) -> Vec<String> {
    let positives = cohort.labels().iter().filter(|&&label| label == 1).count();
    [
        ("labelled images", source.expected.samples, cohort.len()),
        ("positives", source.expected.positives, positives),
    ]
    .into_iter()
    .filter_map(|(what, expected, got)| {
        let expected = expected.filter(|expected| *expected != got)?;
        Some(format!("{} has {got} {what}; the complete data set has {expected}", cohort.file))
    })
    .collect()
}

/// Cohort positions whose file was found, the files, and a line for each that is skipped.
type Files = (Vec<usize>, Vec<PathBuf>, Vec<String>);

/// The files of the cohort's positions `chosen`.
fn locate(
    cohort: &Cohort,
    chosen: &[usize],
    folder: &Path,
    source: &FileSource,
    on_unreadable: OnUnreadable,
) -> Result<Files, DataError> {
    let locator = Locator::new(folder, &source.images)?;
    let names = cohort.own("image");
    let located = locator.find_all(chosen.iter().map(|&at| (at, names[at])));
    refuse_outside(cohort, &names, &located, |at| at)?;
    let Located { present, paths, missing, .. } = located;
    match missing.first() {
        Some(&first) if on_unreadable == OnUnreadable::Fail || present.is_empty() => {
            Err(DataError::MissingImage {
                file: cohort.file.clone(),
                row: cohort.rows[first],
                image: names[first].to_owned(),
                tried: locator.tried(names[first]),
                more: missing.len() - 1,
            })
        }
        _ => {
            let skipped =
                missing.iter().map(|&at| format!("row {}: no image {:?}", cohort.rows[at], names[at]));
            Ok((present, paths, skipped.collect()))
        }
    }
}

/// A table that points outside is an attack or a mistake, not a gap: it is never skipped.
/// `place` leads from a number in `located` to a position in the cohort.
pub(in crate::data) fn refuse_outside(
    cohort: &Cohort,
    names: &[&str],
    located: &Located,
    place: impl Fn(usize) -> usize,
) -> Result<(), DataError> {
    let Some((number, reason)) = located.outside.first() else { return Ok(()) };
    let (at, reason) = (place(*number), reason.clone());
    let (file, image) = (cohort.file.clone(), names[at].to_owned());
    Err(DataError::OutsidePath { file, row: cohort.rows[at], image, reason })
}
