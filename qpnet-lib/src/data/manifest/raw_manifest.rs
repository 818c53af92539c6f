//! A manifest as it stands in the file, and the checks that make it a [`Manifest`].

use std::collections::BTreeMap;

use serde::Deserialize;

use super::checked::{Manifest, Source};
use super::raw_files::{RawFiles, RawImages, RawInclude};
use super::raw_label::RawLabel;
use super::raw_listed::{self, RawListedFile};
use super::raw_scheme::{Fault, Origin, RawScheme};
use super::raw_split::RawSplit;
use crate::data::rule::access::Access;
use crate::data::rule::augmentation::Augmentation;
use crate::data::rule::file_source::{Columns, Expected, TableRule};
use crate::data::rule::generator::FINDING_NAMES;
use crate::data::rule::scheme::Scheme;
use crate::data::rule::task::TaskKind;

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Synthetic,
    Files,
}

/// Which generator draws a synthetic set.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawGenerator {
    #[default]
    Nodules,
    Chexpert,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawManifest {
    name: String,
    title: String,
    kind: Kind,
    citation: String,
    licence: String,
    obtain: String,
    #[serde(default)]
    access: Access,
    default_scheme: String,
    #[serde(default)]
    generator: RawGenerator,
    folder: Option<String>,
    table: Option<TableRule>,
    columns: Option<Columns>,
    label: Option<RawLabel>,
    #[serde(default)]
    include: RawInclude,
    images: Option<RawImages>,
    #[serde(default)]
    augment: Augmentation,
    #[serde(default)]
    split: RawSplit,
    #[serde(default)]
    expected: Expected,
    #[serde(default)]
    files: Vec<RawListedFile>,
    schemes: BTreeMap<String, RawScheme>,
}

/// Names of data sets and schemes become parts of file names.
fn file_name(key: &str, name: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_alphanumeric() || "-_".contains(c);
    if !name.is_empty() && name.chars().all(allowed) {
        return Ok(());
    }
    Err((key.to_owned(), format!("{name:?} becomes part of file names; expected letters, digits, - and _")))
}

impl RawManifest {
    /// Everything the types cannot say; `file` and `text` are kept for messages and hashes.
    pub(crate) fn check(self, file: &str, text: &str) -> Result<Manifest, Fault> {
        file_name("name", &self.name)?;
        for name in self.schemes.keys() {
            file_name(&format!("schemes.{name}"), name)?;
        }
        self.augment.check().map_err(|(key, message)| (key.to_owned(), message))?;
        let origin = self.origin()?;
        let schemes: Result<Vec<Scheme>, Fault> =
            self.schemes.iter().map(|(name, scheme)| scheme.check(name, origin)).collect();
        let schemes = schemes?;
        if !self.schemes.contains_key(&self.default_scheme) {
            let known: Vec<&String> = self.schemes.keys().collect();
            return Err((
                "default_scheme".into(),
                format!("is {:?}; expected one of {known:?}", self.default_scheme),
            ));
        }
        let (name, title) = (self.name.clone(), self.title.clone());
        let (citation, licence) = (self.citation.clone(), self.licence.clone());
        let (obtain, access) = (self.obtain.clone(), self.access);
        let (default_scheme, augment) = (self.default_scheme.clone(), self.augment);
        let source = match self.kind {
            Kind::Synthetic => Source::Synthetic,
            Kind::Files => {
                let listed = raw_listed::check(&self.files, access)?;
                let raw = RawFiles {
                    folder: self.folder,
                    table: self.table,
                    columns: self.columns,
                    label: self.label,
                    include: self.include,
                    images: self.images,
                    split: self.split,
                    expected: self.expected,
                };
                let source = raw.check(listed).map_err(|(key, message)| (key.to_owned(), message))?;
                Source::Files(Box::new(source))
            }
        };
        let (task, classes) = match (&source, origin) {
            (Source::Files(files), _) => (files.label.task(), files.label.classes.clone()),
            (Source::Synthetic, Origin::Chexpert(_)) => {
                (TaskKind::MultiLabel, FINDING_NAMES.map(str::to_owned).into())
            }
            (Source::Synthetic, _) => (TaskKind::Binary, ["benign", "malignant"].map(str::to_owned).into()),
        };
        let (file, text) = (file.to_owned(), text.to_owned());
        Ok(Manifest {
            name,
            title,
            citation,
            licence,
            obtain,
            access,
            default_scheme,
            schemes,
            augment,
            source,
            file,
            text,
            task,
            classes,
        })
    }

    /// What makes the subgroups; the generators bring their own labels.
    fn origin(&self) -> Result<Origin, Fault> {
        if self.kind == Kind::Synthetic && !self.files.is_empty() {
            return Err(("files".into(), "belongs to kind = \"files\" only".into()));
        }
        if self.kind == Kind::Files {
            return match self.generator {
                RawGenerator::Nodules => Ok(Origin::Files),
                RawGenerator::Chexpert => {
                    Err(("generator".into(), "belongs to kind = \"synthetic\" only".into()))
                }
            };
        }
        match (self.generator, &self.label) {
            (RawGenerator::Nodules, None) => Ok(Origin::Nodules),
            (RawGenerator::Nodules, Some(_)) => {
                Err(("label".into(), "belongs to files and to generator = \"chexpert\"".into()))
            }
            (RawGenerator::Chexpert, None) => {
                Err(("label".into(), "is missing; expected because of generator = \"chexpert\"".into()))
            }
            (RawGenerator::Chexpert, Some(label)) => {
                let policies = label.clone().policies();
                policies.map(Origin::Chexpert).map_err(|(key, message)| (key.to_owned(), message))
            }
        }
    }
}
