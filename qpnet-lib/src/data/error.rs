//! What can be wrong with data, said so that the reader knows which file, which row and what to do.
//!
//! Rows are counted as an editor counts them: the header is row 1.

use std::path::PathBuf;

use crate::fs::FileError;

use super::manifest::suggest::{hint, list};
use super::split::leak::LeakReport;

/// Everything that can go wrong between a manifest and a population.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file or folder could not be read.
    #[error(transparent)]
    File(#[from] FileError),

    /// No shipped manifest has this name.
    #[error(
        "unknown data set {name:?}: expected a path ending in .toml or one of {}{}",
        list(known),
        hint(name, known)
    )]
    UnknownManifest {
        /// What was asked for.
        name: String,
        /// The shipped names.
        known: Vec<String>,
    },

    /// The manifest is no TOML, lacks a key, or has a key or type nobody knows.
    #[error(
        "{file}:{line}: {message}; correct the manifest (ham10000.toml, isic2019.toml and chexpert.toml in data-manifests show every key)"
    )]
    ManifestSyntax {
        /// The manifest.
        file: String,
        /// 1-based line.
        line: usize,
        /// What the parser said.
        message: String,
    },

    /// The manifest is well formed and contradicts itself.
    #[error("{file}: {key}: {message}")]
    ManifestRule {
        /// The manifest.
        file: String,
        /// The key, as a dotted path.
        key: String,
        /// Expected, got and remedy.
        message: String,
    },

    /// The data set lives in files and nobody said where.
    #[error("data set {name:?} needs files: set QPNET_DATA to the folder that holds {folder:?} ({obtain})")]
    NoDataRoot {
        /// The data set.
        name: String,
        /// Its folder below the data root.
        folder: String,
        /// How to get it.
        obtain: String,
    },

    /// The data root is there, the data set is not.
    #[error("data set {name:?}: there is no folder {}: check QPNET_DATA, or get the data ({obtain})", folder.display())]
    NoFolder {
        /// The data set.
        name: String,
        /// Where it was expected.
        folder: PathBuf,
        /// How to get it.
        obtain: String,
    },

    /// None of the table's names exists.
    #[error("no table in {}: expected one of {}; check that the download is complete", folder.display(), list(tried))]
    NoTable {
        /// Where it was expected.
        folder: PathBuf,
        /// The names tried, in order.
        tried: Vec<String>,
    },

    /// The table is no readable CSV.
    #[error("{file}: row {row}: {message}")]
    Table {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// Expected, got and remedy.
        message: String,
    },

    /// A column that the manifest names is not in the table.
    #[error(
        "{file}: row 1: no column {column:?}; the table has {}{}; correct the manifest or the table",
        list(present),
        hint(column, present)
    )]
    UnknownColumn {
        /// The table.
        file: String,
        /// The column wanted.
        column: String,
        /// The columns there are.
        present: Vec<String>,
    },

    /// The manifest has no such subgrouping scheme.
    #[error("data set {name:?} has no scheme {scheme:?}; it has {}{}", list(known), hint(scheme, known))]
    UnknownScheme {
        /// The data set.
        name: String,
        /// What was asked for.
        scheme: String,
        /// The schemes there are.
        known: Vec<String>,
    },

    /// A value that must be there is missing.
    #[error(
        "{file}: row {row}: column {column:?} is empty; expected {expected}: fill it in or remove the row"
    )]
    MissingValue {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The column.
        column: String,
        /// What belongs there.
        expected: &'static str,
    },

    /// A value outside the set the manifest declares.
    #[error(
        "{file}: row {row}: column {column:?} has {found:?}{}; expected {expected}: correct the row, or declare the value in the manifest",
        and_more(*more)
    )]
    Value {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The column.
        column: String,
        /// What is there.
        found: String,
        /// What may be there.
        expected: String,
        /// How many other rows have such a value.
        more: usize,
    },

    /// Two rows with one sample id.
    #[error(
        "{file}: rows {first} and {second} both have the sample id {id:?}; expected unique ids: remove one of the rows"
    )]
    DuplicateId {
        /// The table.
        file: String,
        /// The id.
        id: String,
        /// 1-based row of the first.
        first: usize,
        /// 1-based row of the second.
        second: usize,
    },

    /// A patient with two labels, where the manifest allows one.
    #[error(
        "{file}: rows {first} and {second}: patient {patient:?} is {:?} and {:?}; expected one label a patient: correct one of the rows, or leave label.one_per_patient out of the manifest",
        labels[0],
        labels[1]
    )]
    Contradiction {
        /// The table.
        file: String,
        /// 1-based row of the first label.
        first: usize,
        /// 1-based row of the other one.
        second: usize,
        /// The patient, lesion or case.
        patient: String,
        /// Both labels.
        labels: [String; 2],
    },

    /// A row that is in two subgroups.
    #[error(
        "{file}: row {row} is in two subgroups of scheme {scheme:?}, {}; make their rules exclusive",
        list(subgroups)
    )]
    Overlap {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The scheme.
        scheme: String,
        /// The two subgroups.
        subgroups: Vec<String>,
    },

    /// The scheme selects no row at all.
    #[error(
        "scheme {scheme:?} selects none of the {rows} rows ({detail}); check its rules against the values in the table"
    )]
    SelectsNobody {
        /// The scheme.
        scheme: String,
        /// How many rows there are.
        rows: usize,
        /// Where the rows went.
        detail: String,
    },

    /// A declared subgroup without a row.
    #[error(
        "scheme {scheme:?}: subgroup {subgroup:?} ({rule}) is empty; check the rule against the values in the table: {values}"
    )]
    EmptySubgroup {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// Its rule.
        rule: String,
        /// What the columns of the rule hold.
        values: String,
    },

    /// Training or evaluation needs both classes here.
    #[error(
        "scheme {scheme:?}: subgroup {subgroup:?} has {positives} positive and {negatives} negative images in the {part} part; both classes are needed: choose another scheme, other split fractions, or more data"
    )]
    OneClass {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// The part.
        part: &'static str,
        /// Images of the positive class.
        positives: usize,
        /// Images of the negative class.
        negatives: usize,
    },

    /// Only one class of several, or none, in a part of a main subgroup.
    #[error(
        "scheme {scheme:?}: subgroup {subgroup:?} has {images} images of the classes [{}] in the {part} part; expected at least two classes: choose another scheme, other split fractions, or more data",
        list(found)
    )]
    FewClasses {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// The part.
        part: &'static str,
        /// The classes that have an image.
        found: Vec<String>,
        /// All images of the cell.
        images: usize,
    },

    /// A class that no main subgroup has an image of in the train part.
    #[error(
        "scheme {scheme:?}: the train part has no image of {}; expected every class of the manifest: leave these classes out of [label], or add data",
        list(classes)
    )]
    Untrained {
        /// The scheme.
        scheme: String,
        /// The classes without an image.
        classes: Vec<String>,
    },

    /// No finding is known to be present in one image and absent in another.
    #[error(
        "scheme {scheme:?}: no finding is both present and absent among the {images} images of subgroup {subgroup:?} in the {part} part; at least one is needed: choose another scheme, other split fractions, or more data"
    )]
    NoOutcome {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// The part.
        part: &'static str,
        /// All images of the cell.
        images: usize,
    },

    /// A nested training set that is larger than the whole.
    #[error(
        "expected at most {available} dominant training images, as many as the population has; got {wanted}"
    )]
    TooFewToNest {
        /// How many were asked for.
        wanted: usize,
        /// How many there are.
        available: usize,
    },

    /// An image named by the table is nowhere.
    #[error(
        "{file}: row {row}: no image {image:?}{}; looked for {tried}: complete the download, add the folder to images.roots in the manifest, or leave such rows out with --unreadable skip",
        and_more(*more)
    )]
    MissingImage {
        /// The table.
        file: String,
        /// 1-based row of the first one.
        row: usize,
        /// What the table calls it.
        image: String,
        /// The paths tried.
        tried: String,
        /// How many others are missing too.
        more: usize,
    },

    /// An image without the mask that the manifest requires.
    #[error(
        "{file}: row {row}: no mask of image {image:?}{}; looked for {tried}: complete the masks, set images.masks.required = false in the manifest to use such images whole, or leave such rows out with --unreadable skip",
        and_more(*more)
    )]
    MissingMask {
        /// The table.
        file: String,
        /// 1-based row of the first one.
        row: usize,
        /// What the table calls the image.
        image: String,
        /// The paths tried.
        tried: String,
        /// How many others have no mask either.
        more: usize,
    },

    /// A path that leads out of the data folder.
    #[error("{file}: row {row}: image {image:?} {reason}: images must lie inside the data folder")]
    OutsidePath {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// What the table calls it.
        image: String,
        /// What is wrong with it.
        reason: String,
    },

    /// An image that cannot be decoded.
    #[error("{file}: row {row}: {}: {reason}; replace the file, or leave such rows out with --unreadable skip", image.display())]
    UnreadableImage {
        /// The table.
        file: String,
        /// 1-based row.
        row: usize,
        /// The file.
        image: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// Information flows between the parts of the split.
    #[error("the split leaks: {0}")]
    Leak(Box<LeakReport>),

    /// The pixels of all images together do not fit into memory.
    #[error(
        "{images} images at {side} px need {:.1} GiB of memory, which could not be had: choose a smaller image size or less data",
        *bytes as f64 / f64::from(1 << 30)
    )]
    Memory {
        /// How many images.
        images: usize,
        /// Their side.
        side: i64,
        /// What the tensor of all pixels takes.
        bytes: u64,
    },

    /// A pack that is not what was written.
    #[error("{}: {fault}; remove the file, or make it again with `qpnet data pack`", file.display())]
    DamagedPack {
        /// The pack.
        file: PathBuf,
        /// Expected and got.
        fault: String,
    },

    /// Images that a pack cannot hold.
    #[error(
        "{} of {images} images cannot be packed: {}{}; complete the download, replace the files, or take their rows out of {table}",
        problems.len(),
        problems.iter().take(10).cloned().collect::<Vec<_>>().join("; "),
        and_more(problems.len().saturating_sub(10))
    )]
    Unpackable {
        /// The table.
        table: String,
        /// How many images there should be.
        images: usize,
        /// Row, image and reason of each.
        problems: Vec<String>,
    },

    /// A size or option out of range.
    #[error("{what} is {found}; expected {expected}")]
    Option {
        /// The option.
        what: &'static str,
        /// What was given.
        found: String,
        /// What may be given.
        expected: &'static str,
    },
}

fn and_more(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" (and {more} more)") }
}
