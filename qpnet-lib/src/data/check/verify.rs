//! Is a download whole and readable? Tables, counts, schemes, hashes, and every image decoded.

use std::path::Path;

use serde::Serialize;

use super::copies::PatientCopy;
use super::problem::Problem;
use super::seen;
use super::sums;
use crate::data::cohort::error::CohortError;
use crate::data::cohort::exclusion::Exclusion;
use crate::data::cohort::ids;
use crate::data::cohort::read::Tables;
use crate::data::cohort::remarks;
use crate::data::cohort::rows::RowFault;
use crate::data::cohort::survey;
use crate::data::manifest::checked::Manifest;
use crate::data::population::error::DataError;
use crate::data::rule::scheme::Grouping;

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
    let (tables, rows) = Tables::read_good_rows(manifest, data_root)?;
    let mut faults = tables.gaps();
    let Tables { source, ref folder, ref cohort, .. } = tables;
    let mut notes = [&tables.notes[..], &cohort.notes].concat();
    let images = seen::decode(folder, cohort, source, near, progress)?;
    notes.extend(images.notes);
    faults.extend(images.faults);
    let mut problems = images.problems;
    problems.extend(rows.into_iter().map(|fault| of_row(&cohort.file, fault)));
    problems.sort_by_key(|problem| problem.row);
    let listed = sums::read(folder)?;
    let compared = match &listed {
        Some(listed) => Some(sums::compare(folder, listed, &images.hashes, &mut problems)?),
        None => None,
    };
    let known = &images.hashes;
    let listed = sums::compare_listed(folder, &manifest.file, &source.listed, known, &mut problems)?;
    let mut schemes = Vec::new();
    for scheme in &manifest.schemes {
        if let Grouping::Rows(groups) = &scheme.grouping {
            let survey = survey::of_tables(&tables, scheme);
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
            let fault = survey.as_ref().err().map(CohortError::to_string);
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
