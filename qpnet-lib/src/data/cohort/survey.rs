//! What the tables of a data set say of its subgroups; no image is looked for.
//!
//! A cohort can so be counted where its images are not: ISIC 2019 has its tables in the open.

use std::collections::HashMap;
use std::path::Path;

use super::error::CohortError;
use super::exclusion::Exclusion;
use super::groups::grouped;
use super::read::{Tables, Wanted};
use super::remarks;
use super::telling;
use super::unknown::{self, UnknownCount};
use super::untaken;
use crate::data::manifest::checked::Manifest;
use crate::data::manifest::error::ManifestError;
use crate::data::rule::role::SchemeInfo;
use crate::data::rule::scheme::{Grouping, Scheme};
use crate::data::rule::task::TaskKind;

/// The rows of a data set by subgroup and class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// One line for people.
    pub title: String,
    /// What a model is asked.
    pub task: TaskKind,
    /// Names of the classes or findings.
    pub classes: Vec<String>,
    /// The scheme and its subgroups.
    pub scheme: SchemeInfo,
    /// Rows with a label, with or without a subgroup.
    pub rows: usize,
    /// One entry a subgroup of the scheme.
    pub subgroups: Vec<SurveyCount>,
    /// Rows that are in no subgroup, or have no label.
    pub exclusions: Vec<Exclusion>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What one subgroup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyCount {
    /// Its name.
    pub subgroup: String,
    /// Rows, one an image.
    pub images: usize,
    /// Patients or lesions; a row without one counts as a patient of its own.
    pub patients: usize,
    /// Most images of one patient or lesion.
    pub largest: usize,
    /// Images with label 1, or with any finding; of a multi-class task those of class 1.
    pub positives: usize,
    /// Images of each class, or with each finding.
    pub per_class: Vec<usize>,
    /// Outcomes that are not stated plainly.
    pub unknown: UnknownCount,
}

/// Count the rows of `manifest` under `scheme` (empty: its default one) from its tables below
/// `data_root`.
///
/// # Errors
/// Those of `load` that concern tables, labels and schemes;
/// [`ManifestError::Drawn`] for a data set that is drawn and has no tables.
pub fn survey(manifest: &Manifest, scheme: &str, data_root: Option<&Path>) -> Result<Survey, CohortError> {
    let scheme = manifest.scheme(scheme)?;
    count(&read(manifest, data_root)?, scheme)
}

/// [`survey`] of every scheme, of tables that are read once. A scheme that cannot be counted has
/// its own error.
///
/// # Errors
/// Those of [`survey`] that concern every scheme.
pub fn survey_all(
    manifest: &Manifest,
    data_root: Option<&Path>,
) -> Result<Vec<Result<Survey, CohortError>>, CohortError> {
    let tables = read(manifest, data_root)?;
    Ok(manifest.schemes.iter().map(|scheme| count(&tables, scheme)).collect())
}

fn read<'a>(manifest: &'a Manifest, data_root: Option<&Path>) -> Result<Tables<'a>, CohortError> {
    Tables::read(manifest, data_root, Wanted { columns: true, ..Wanted::default() })
}

/// The subgroups of one scheme, with what concerns every scheme.
fn count(tables: &Tables<'_>, scheme: &Scheme) -> Result<Survey, CohortError> {
    let mut survey = of_tables(tables, scheme)?;
    survey.notes.splice(0..0, tables.remarks());
    Ok(survey)
}

/// Count the rows of tables that are read, under `scheme`; the notes are those of the scheme.
///
/// # Errors
/// Those of the scheme.
pub(in crate::data) fn of_tables(tables: &Tables<'_>, scheme: &Scheme) -> Result<Survey, CohortError> {
    let Tables { manifest, source, cohort, .. } = tables;
    let Grouping::Rows(groups) = &scheme.grouping else {
        return Err(ManifestError::Drawn { name: manifest.name.clone() }.into());
    };
    let (subgroups, exclusions) = grouped(cohort, scheme, groups)?;
    let unknown = unknown::count(cohort, groups, &subgroups, manifest.classes().len())?;
    let (labels, findings, patients) = (cohort.labels(), cohort.findings(), cohort.own("patient_id"));
    let shows = |row: usize, class: usize| match manifest.task() {
        TaskKind::Binary | TaskKind::MultiClass => labels[row] == class,
        TaskKind::MultiLabel => findings[row][class] == Some(true),
    };
    let cell = |(index, name): (usize, String)| {
        let inside: Vec<usize> = (0..cohort.len()).filter(|&row| subgroups[row] == Some(index)).collect();
        let mut units: HashMap<&str, usize> = HashMap::new();
        for &row in &inside {
            *units.entry(patients[row]).or_default() += 1;
        }
        let of_class = |class| inside.iter().filter(|&&row| shows(row, class)).count();
        SurveyCount {
            subgroup: name,
            images: inside.len(),
            patients: units.len(),
            largest: units.values().max().copied().unwrap_or(0),
            positives: inside.iter().filter(|&&row| labels[row] == 1).count(),
            per_class: (0..manifest.classes().len()).map(of_class).collect(),
            unknown: unknown[index].clone(),
        }
    };
    let info = scheme.info();
    let counts: Vec<SurveyCount> = info.subgroups.iter().cloned().enumerate().map(cell).collect();
    let images: Vec<usize> = counts.iter().map(|count| count.images).collect();
    let mixed = remarks::of_cohort(cohort, &subgroups);
    let mut notes: Vec<String> = mixed.iter().map(ToString::to_string).collect();
    notes.extend(untaken::words(cohort, &scheme.name, groups, &subgroups)?);
    notes.extend(unknown::words(&info.subgroups, &images, &unknown, manifest.classes()));
    if scheme.placebo {
        // What tells these subgroups apart tells nothing once they are shuffled.
        notes.push(format!(
            "scheme {} is a placebo: counted before patients are shuffled, which keeps the patients of a subgroup",
            scheme.name
        ));
    } else {
        notes.extend(telling::words(cohort, source, (&scheme.name, groups), &subgroups));
    }
    Ok(Survey {
        title: manifest.title.clone(),
        task: manifest.task(),
        classes: manifest.classes().to_vec(),
        rows: cohort.len(),
        subgroups: counts,
        scheme: info,
        exclusions,
        notes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTH: &str = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK
a,1,0,0,0,0,0,0,0,0
b,0,1,0,0,0,0,0,0,0
c,0,1,0,0,0,0,0,0,0
d,0,0,0,0,0,0,0,1,0
e,0,0,0,0,0,0,0,0,1
";
    const ABOUT: &str = "image,age_approx,anatom_site_general,lesion_id,gender
a,55,x,L1,female
b,60,x,L2,male
c,85,x,L2,male
d,,x,,
e,40,x,L3,male
";

    #[test]
    fn tables_are_counted_without_images() {
        let root = tempfile::tempdir().expect("tempdir");
        let folder = root.path().join("isic2019");
        std::fs::create_dir(&folder).expect("folder");
        std::fs::write(folder.join("ISIC_2019_Training_GroundTruth.csv"), TRUTH).expect("write");
        std::fs::write(folder.join("ISIC_2019_Training_Metadata.csv"), ABOUT).expect("write");
        let manifest = Manifest::find("isic2019").expect("shipped");
        let found = survey(&manifest, "age", Some(root.path())).expect("survey");
        assert_eq!(found.rows, 4, "UNK is no class");
        let [young, old] = &found.subgroups[..] else { panic!("two subgroups") };
        assert_eq!((young.images, young.patients, young.per_class[0]), (1, 1, 1));
        assert_eq!((old.images, old.patients, old.largest, old.per_class[1]), (2, 1, 2, 2));
        let left_out: usize = found.exclusions.iter().map(|exclusion| exclusion.rows).sum();
        assert_eq!(left_out, 2, "no age, and UNK: {:?}", found.exclusions);
        let sex = survey(&manifest, "sex", Some(root.path())).expect("survey");
        assert_eq!(sex.subgroups.iter().map(|group| group.images).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn drawn_data_have_no_tables() {
        let manifest = Manifest::find("synthetic").expect("shipped");
        let error = survey(&manifest, "", None).expect_err("no tables").to_string();
        assert!(error.contains("synthetic") && error.contains("files"), "{error}");
    }
}
