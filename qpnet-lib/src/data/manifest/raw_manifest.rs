//! A manifest as it stands in the file, and the checks that make it a [`Manifest`].

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

use crate::data::manifest::checked::{Manifest, Source};
use crate::data::manifest::raw_label::RawLabel;
use crate::data::manifest::raw_scheme::{Fault, Origin, RawScheme};
use crate::data::picture::mask::MaskRule;
use crate::data::rule::access::Access;
use crate::data::rule::augmentation::Augmentation;
use crate::data::rule::file_source::{Columns, Expected, FileSource, ImagePlaces, TableRule, Unit};
use crate::data::rule::image_rule::ImageRule;
use crate::data::rule::listed::{self, ListedFile, RawListedFile};
use crate::data::rule::part::RawSplit;
use crate::data::rule::predicate::{Predicate, RawPredicate};
use crate::data::rule::scheme::Scheme;
use crate::data::rule::task::TaskKind;
use crate::data::synthetic::chexpert;

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

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInclude {
    #[serde(rename = "where", default)]
    conditions: Vec<RawPredicate>,
    #[serde(default)]
    unit: Unit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawImages {
    roots: Vec<String>,
    patterns: Vec<String>,
    #[serde(default)]
    rule: ImageRule,
    masks: Option<MaskRule>,
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
                let listed = listed::check(&self.files, access)?;
                let source = self.files(listed).map_err(|(key, message)| (key.to_owned(), message))?;
                Source::Files(Box::new(source))
            }
        };
        let (task, classes) = match (&source, origin) {
            (Source::Files(files), _) => (files.label.task(), files.label.classes.clone()),
            (Source::Synthetic, Origin::Chexpert(_)) => (TaskKind::MultiLabel, chexpert::names()),
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

    /// Everything a data set of files needs, or the key that is missing.
    fn files(self, listed: Vec<ListedFile>) -> Result<FileSource, (&'static str, String)> {
        fn need<T>(value: Option<T>, key: &'static str) -> Result<T, (&'static str, String)> {
            value.ok_or_else(|| (key, "is missing; expected because kind = \"files\"".to_owned()))
        }
        let images = need(self.images, "images")?;
        let label = need(self.label, "label")?.check()?;
        let include: Result<Vec<Predicate>, String> =
            self.include.conditions.into_iter().map(Predicate::try_from).collect();
        if label.task() == TaskKind::MultiClass && self.expected.positives.is_some() {
            return Err(("expected.positives", "belongs to binary and multi-label tasks only".into()));
        }
        let (fractions, published) = self.split.check().map_err(|message| ("split", message))?;
        let source = FileSource {
            folder: need(self.folder, "folder")?,
            table: need(self.table, "table")?,
            columns: need(self.columns, "columns")?,
            include: include.map_err(|message| ("include.where", message))?,
            unit: self.include.unit,
            label,
            images: ImagePlaces { roots: images.roots, patterns: images.patterns },
            rule: images.rule,
            masks: images.masks,
            fractions,
            published,
            expected: self.expected,
            listed,
        };
        let relative = |path: &str| {
            Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
        };
        let inside = |key, paths: &[String]| match paths.iter().find(|path| !relative(path)) {
            Some(path) => {
                Err((key, format!("{path:?} leads out of the data folder; expected a relative path")))
            }
            None if paths.is_empty() => Err((key, "is empty; expected at least one".to_owned())),
            None => Ok(()),
        };
        inside("folder", std::slice::from_ref(&source.folder))?;
        source.table.check()?;
        let TableRule { files, stack, .. } = &source.table;
        inside(
            if stack.is_empty() { "table.files" } else { "table.stack" },
            if stack.is_empty() { files } else { stack },
        )?;
        for join in &source.table.join {
            inside("table.join.files", &join.files)?;
        }
        inside("images.roots", &source.images.roots)?;
        inside("images.patterns", &source.images.patterns)?;
        let named = |pattern: &&String| !pattern.contains("{image}") && !pattern.contains("{stem}");
        if let Some(pattern) = source.images.patterns.iter().find(named) {
            return Err(("images.patterns", format!("{pattern:?} contains neither {{image}} nor {{stem}}")));
        }
        if let Some(masks) = &source.masks {
            inside("images.masks.roots", &masks.roots)?;
            inside("images.masks.patterns", &masks.patterns)?;
            masks.check()?;
        }
        let columns = &source.columns;
        if (source.unit == Unit::Study) != columns.study.is_some() {
            return Err((
                "columns.study",
                "goes with include.unit = \"study\" only, which needs it".to_owned(),
            ));
        }
        source.rule.check().map_err(|message| ("images.rule", message))?;
        Ok(source)
    }
}
