//! A manifest as it stands in the file, and the checks that make it a [`Manifest`].

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

use super::access::Access;
use super::image_rule::ImageRule;
use super::label::Policy;
use super::listed::{self, ListedFile, RawListedFile};
use super::manifest::{Columns, Expected, FileSource, ImagePlaces, Manifest, Source, TableRule};
use super::mask::MaskRule;
use super::predicate::{Predicate, RawPredicate};
use super::raw_label::RawLabel;
use super::scheme::{Grouping, Role, Scheme, Subgroup};
use super::split::Fractions;
use super::synthetic::chexpert::{self, Attribute};
use super::synthetic::{Conflict, Generator};
use super::task::TaskKind;

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

/// Where the subgroups of every scheme come from.
#[derive(Clone, Copy)]
enum Origin {
    Files,
    Nodules,
    Chexpert([Policy; 2]),
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
    split: Fractions,
    #[serde(default)]
    expected: Expected,
    #[serde(default)]
    files: Vec<RawListedFile>,
    schemes: BTreeMap<String, RawScheme>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInclude {
    #[serde(rename = "where")]
    conditions: Vec<RawPredicate>,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScheme {
    title: String,
    conflict: Option<Conflict>,
    attribute: Option<Attribute>,
    #[serde(default)]
    subgroups: Vec<RawSubgroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSubgroup {
    name: String,
    role: Role,
    #[serde(rename = "where")]
    conditions: Vec<RawPredicate>,
}

/// Names of data sets and schemes become parts of file names.
fn file_name(key: &str, name: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_alphanumeric() || "-_".contains(c);
    if !name.is_empty() && name.chars().all(allowed) {
        return Ok(());
    }
    Err((key.to_owned(), format!("{name:?} becomes part of file names; expected letters, digits, - and _")))
}

/// The offending key and what is wrong with it.
type Fault = (String, String);

impl RawManifest {
    /// Everything the types cannot say; `file` and `text` are kept for messages and hashes.
    pub(crate) fn check(self, file: &str, text: &str) -> Result<Manifest, Fault> {
        file_name("name", &self.name)?;
        for name in self.schemes.keys() {
            file_name(&format!("schemes.{name}"), name)?;
        }
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
        let default_scheme = self.default_scheme.clone();
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
        let source = FileSource {
            folder: need(self.folder, "folder")?,
            table: need(self.table, "table")?,
            columns: need(self.columns, "columns")?,
            include: include.map_err(|message| ("include.where", message))?,
            label,
            images: ImagePlaces { roots: images.roots, patterns: images.patterns },
            rule: images.rule,
            masks: images.masks,
            fractions: self.split,
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
        inside("table.files", &source.table.files)?;
        for join in &source.table.join {
            inside("table.join.files", &join.files)?;
        }
        inside("images.roots", &source.images.roots)?;
        inside("images.patterns", &source.images.patterns)?;
        if let Some(pattern) = source.images.patterns.iter().find(|pattern| !pattern.contains("{image}")) {
            return Err(("images.patterns", format!("{pattern:?} does not contain {{image}}")));
        }
        if let Some(masks) = &source.masks {
            inside("images.masks.roots", &masks.roots)?;
            inside("images.masks.patterns", &masks.patterns)?;
            masks.check()?;
        }
        source.fractions.check().map_err(|message| ("split", message))?;
        source.rule.check().map_err(|message| ("images.rule", message))?;
        Ok(source)
    }
}

impl RawScheme {
    fn check(&self, name: &str, origin: Origin) -> Result<Scheme, Fault> {
        let fault = |key: &str, message: &str| Err((format!("schemes.{name}{key}"), message.to_owned()));
        if !matches!(origin, Origin::Files) && !self.subgroups.is_empty() {
            return fault(".subgroups", "belongs to kind = \"files\" only");
        }
        let grouping = match (origin, self.conflict, self.attribute) {
            (Origin::Nodules, Some(conflict), None) => Grouping::Generated(Generator::Nodules(conflict)),
            (Origin::Nodules, ..) => {
                return fault(".conflict", "expected moderate, strong, absent or aligned, and no attribute");
            }
            (Origin::Chexpert([uncertain, blank]), None, Some(attribute)) => {
                Grouping::Generated(Generator::Chexpert { attribute, uncertain, blank })
            }
            (Origin::Chexpert(_), ..) => {
                return fault(".attribute", "expected age or race, and no conflict");
            }
            (Origin::Files, Some(_), _) => return fault(".conflict", "belongs to kind = \"synthetic\" only"),
            (Origin::Files, _, Some(_)) => {
                return fault(".attribute", "belongs to kind = \"synthetic\" only");
            }
            (Origin::Files, None, None) => {
                let mut groups = Vec::new();
                for (index, raw) in self.subgroups.iter().enumerate() {
                    let key = format!(".subgroups[{index}].where");
                    if raw.conditions.is_empty() {
                        return fault(&key, "is empty; expected at least one condition");
                    }
                    let conditions: Result<Vec<Predicate>, String> =
                        raw.conditions.iter().cloned().map(Predicate::try_from).collect();
                    let conditions = match conditions {
                        Ok(conditions) => conditions,
                        Err(message) => return fault(&key, &message),
                    };
                    // Tables and figures tell subgroups apart by name.
                    if raw.name.trim().is_empty()
                        || groups.iter().any(|(_, other): &(Role, Subgroup)| other.name == raw.name)
                    {
                        let key = format!(".subgroups[{index}].name");
                        return fault(
                            &key,
                            &format!("is {:?}; expected a name that no other subgroup has", raw.name),
                        );
                    }
                    groups.push((raw.role, Subgroup { name: raw.name.clone(), conditions }));
                }
                let count = |role| groups.iter().filter(|(other, _)| *other == role).count();
                if count(Role::Dominant) != 1 || count(Role::LessPrevalent) != 1 {
                    return fault(".subgroups", "expected exactly one dominant and one less-prevalent role");
                }
                // A stable sort: others keep the manifest's order behind the two main groups.
                groups.sort_by_key(|(role, _)| *role as usize);
                Grouping::Rows(groups.into_iter().map(|(_, group)| group).collect())
            }
        };
        Ok(Scheme { name: name.to_owned(), title: self.title.clone(), grouping })
    }
}
