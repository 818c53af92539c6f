//! What a manifest says of a data set of files, as it stands there, and the checks that make it a [`FileSource`].

use std::path::{Component, Path};

use serde::Deserialize;

use super::raw_label::RawLabel;
use super::raw_predicate::RawPredicate;
use super::raw_split::RawSplit;
use crate::data::rule::file_source::{Columns, Expected, FileSource, ImagePlaces, TableRule, Unit};
use crate::data::rule::image_rule::ImageRule;
use crate::data::rule::listed::ListedFile;
use crate::data::rule::mask::MaskRule;
use crate::data::rule::predicate::Predicate;
use crate::data::rule::task::TaskKind;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInclude {
    #[serde(rename = "where", default)]
    conditions: Vec<RawPredicate>,
    #[serde(default)]
    unit: Unit,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawImages {
    roots: Vec<String>,
    patterns: Vec<String>,
    #[serde(default)]
    rule: ImageRule,
    masks: Option<MaskRule>,
}

/// The keys that belong to files.
pub(super) struct RawFiles {
    pub folder: Option<String>,
    pub table: Option<TableRule>,
    pub columns: Option<Columns>,
    pub label: Option<RawLabel>,
    pub include: RawInclude,
    pub images: Option<RawImages>,
    pub split: RawSplit,
    pub expected: Expected,
}

impl RawFiles {
    /// Everything a data set of files needs, or the key that is missing.
    pub(super) fn check(self, listed: Vec<ListedFile>) -> Result<FileSource, (&'static str, String)> {
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
