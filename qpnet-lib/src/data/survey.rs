//! What a data set's tables say, before any image is there.

use std::collections::HashSet;

use super::error::DataError;
use super::files;
use super::load::checked_scheme;
use super::manifest::{Manifest, Source};
use super::options::LoadOptions;
use super::population::Exclusion;
use super::scheme::Grouping;
use super::task::TaskKind;

/// The rows of one subgroup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCount {
    /// The subgroup's name.
    pub subgroup: String,
    /// Distinct patients, lesions or cases.
    pub patients: usize,
    /// Rows, each of which names an image.
    pub images: usize,
    /// Rows of each class, or with each finding.
    pub per_class: Vec<usize>,
}

/// The rows of a data set under one scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// One entry per subgroup: dominant, less-prevalent, then the others.
    pub groups: Vec<GroupCount>,
    /// Rows that are not used.
    pub exclusions: Vec<Exclusion>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Count the rows of every subgroup without looking for an image: what a download will give.
///
/// # Errors
/// A bad option, table or scheme; [`DataError::Option`] for a synthetic set, which has no table.
pub fn survey(manifest: &Manifest, options: &LoadOptions) -> Result<Survey, DataError> {
    let scheme = checked_scheme(manifest, options)?;
    let (Source::Files(source), Grouping::Rows(groups)) = (&manifest.source, &scheme.grouping) else {
        let found = format!("{:?}, which has no table", manifest.name);
        return Err(DataError::Option { what: "data set", found, expected: "a data set of files" });
    };
    let rows = files::rows(manifest, source, scheme, groups, options)?;
    let cohort = &rows.cohort;
    let (patients, labels, findings) = (cohort.own("patient_id"), cohort.labels(), cohort.findings());
    let has = |at: usize, class: usize| match manifest.task() {
        TaskKind::Binary | TaskKind::MultiClass => labels[at] == class,
        TaskKind::MultiLabel => findings[at][class] == Some(true),
    };
    let count = |(index, name): (usize, String)| {
        let inside: Vec<usize> = (0..cohort.len()).filter(|&at| rows.subgroups[at] == Some(index)).collect();
        let distinct: HashSet<&String> = inside.iter().map(|&at| &patients[at]).collect();
        let per_class = (0..manifest.classes().len())
            .map(|class| inside.iter().filter(|&&at| has(at, class)).count())
            .collect();
        GroupCount { subgroup: name, patients: distinct.len(), images: inside.len(), per_class }
    };
    let groups = scheme.info().subgroups.into_iter().enumerate().map(count).collect();
    Ok(Survey { groups, exclusions: rows.exclusions, notes: rows.notes })
}
