//! What is fuzzed, and what must hold: for the targets beside this file and `tests/data/fuzz.rs`.
#![allow(dead_code)] // every target uses its own part of it

use std::fs;

use qpnet_lib::data::{Manifest, Survey, TaskKind, survey_all};
use tempfile::TempDir;

/// A manifest is accepted and then consistent, or refused with its file.
pub fn manifest(bytes: &[u8]) {
    match Manifest::parse_bytes("fuzz.toml", bytes) {
        Ok(manifest) => {
            assert_eq!(manifest.text.as_bytes(), bytes);
            assert!(manifest.scheme("").is_ok());
            assert!(manifest.classes().len() >= 2);
            for scheme in &manifest.schemes {
                assert!(scheme.info().subgroups.len() >= 2);
                assert_eq!(scheme.lines().len(), scheme.info().subgroups.len());
            }
        }
        Err(error) => assert!(error.to_string().starts_with("fuzz.toml:"), "{error}"),
    }
}

/// A binary label and a range of ages; numbers, words and beginnings in conditions.
const BINARY: &str = r#"
name = "binary"
title = "t"
kind = "files"
citation = "c"
licence = "l"
obtain = "o"
folder = "data"
default_scheme = "age"
[table]
files = ["table.csv"]
missing = ["NA"]
[[table.join]]
files = ["other.csv"]
on = "id"
optional = true
[columns]
sample = "id"
patient = "patient"
patient_fallback = "id"
image = "id"
[include]
where = [{ column = "site", starts_with = ["a", "b"] }]
[label]
column = "dx"
positive = ["bad"]
negative = ["good"]
exclude_missing = true
[images]
roots = ["."]
patterns = ["{image}.png"]
[schemes.age]
title = "t"
subgroups = [
    { name = "young", role = "dominant", where = [{ column = "age", max = 59 }] },
    { name = "old", role = "less-prevalent", where = [{ column = "age", min = 60 }] },
]
[schemes.sex]
title = "t"
subgroups = [
    { name = "m", role = "dominant", where = [{ column = "sex", in = ["m"] }] },
    { name = "f", role = "less-prevalent", where = [{ column = "sex", in = ["f"] }] },
]
"#;

/// Stands between the table and the one that is joined to it.
pub const BETWEEN: u8 = 0x1d;

/// Data sets without images whose tables are given: a binary, a multi-class, a multi-label one.
pub struct Tables {
    root: TempDir,
    /// Each with the files of its table and of the joined one.
    sets: Vec<(Manifest, [&'static str; 2])>,
}

impl Tables {
    /// The folders, still empty.
    pub fn new() -> Self {
        let root = tempfile::tempdir().expect("tempdir");
        let binary = Manifest::parse("binary.toml", BINARY).expect("valid");
        let isic = Manifest::find("isic2019").expect("shipped");
        let chexpert = Manifest::find("chexpert").expect("shipped");
        let sets = vec![
            (binary, ["data/table.csv", "data/other.csv"]),
            (
                isic,
                ["isic2019/ISIC_2019_Training_GroundTruth.csv", "isic2019/ISIC_2019_Training_Metadata.csv"],
            ),
            (chexpert, ["chexpert/train.csv", "chexpert/CHEXPERT_DEMO.csv"]),
        ];
        for folder in ["data", "isic2019", "chexpert"] {
            fs::create_dir(root.path().join(folder)).expect("folder");
        }
        Self { root, sets }
    }

    /// The first byte chooses the data set; then the table, [`BETWEEN`], the joined table.
    /// Tables are counted, without losing a row, or refused with the file or the scheme at fault.
    pub fn check(&self, bytes: &[u8]) {
        let Some((first, rest)) = bytes.split_first() else { return };
        let (manifest, files) = &self.sets[usize::from(*first) % self.sets.len()];
        let mut tables = rest.splitn(2, |byte| *byte == BETWEEN);
        for file in files {
            let path = self.root.path().join(file);
            match tables.next() {
                Some(bytes) => fs::write(path, bytes).expect("write"),
                None => drop(fs::remove_file(path)),
            }
        }
        let said = |text: String| {
            assert!(text.contains(".csv") || text.contains("scheme"), "{text}");
        };
        match survey_all(manifest, Some(self.root.path())) {
            Ok(surveys) => surveys.into_iter().for_each(|survey| match survey {
                Ok(survey) => adds_up(&survey),
                Err(error) => said(error.to_string()),
            }),
            Err(error) => said(error.to_string()),
        }
    }
}

impl Default for Tables {
    fn default() -> Self {
        Self::new()
    }
}

/// Every labelled row is in a subgroup or left out with a reason.
fn adds_up(survey: &Survey) {
    let inside: usize = survey.subgroups.iter().map(|group| group.images).sum();
    let nowhere = format!("in no subgroup of scheme {}", survey.scheme.name);
    let left_out = survey.exclusions.iter().filter(|exclusion| exclusion.reason.ends_with(&nowhere));
    assert_eq!(inside + left_out.map(|exclusion| exclusion.rows).sum::<usize>(), survey.rows, "{survey:?}");
    for group in &survey.subgroups {
        assert!(group.images > 0 && group.patients <= group.images && group.largest <= group.images);
        if survey.task != TaskKind::MultiLabel {
            assert_eq!(group.per_class.iter().sum::<usize>(), group.images, "{survey:?}");
        }
    }
}
