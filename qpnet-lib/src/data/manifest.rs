//! The description of a data set: a TOML file, checked once, then infallible.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::error::DataError;
use super::image::ImageRule;
use super::predicate::{Predicate, RawPredicate};
use super::scheme::{Grouping, Role, Scheme, Subgroup};
use super::split::Fractions;
use super::synthetic::Conflict;
use crate::fs;

/// The manifests that travel inside the library.
const SHIPPED: [(&str, &str); 3] = [
    ("synthetic", include_str!("../../../data-manifests/synthetic.toml")),
    ("ham10000", include_str!("../../../data-manifests/ham10000.toml")),
    ("ddti", include_str!("../../../data-manifests/ddti.toml")),
];

/// A checked manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Short name: `ham10000`.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Whom to cite.
    pub citation: String,
    /// Under which terms the data may be used.
    pub licence: String,
    /// How to get the data.
    pub obtain: String,
    /// The scheme used when none is asked for.
    pub default_scheme: String,
    /// All schemes, by name.
    pub schemes: Vec<Scheme>,
    /// Where the samples come from.
    pub source: Source,
    /// The file the manifest came from, for messages.
    pub file: String,
    /// The manifest's own text, for hashes and archives.
    pub text: String,
}

/// Where the samples come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The embedded generator.
    Synthetic,
    /// A table and image files.
    Files(Box<FileSource>),
}

/// A table and image files below the data root.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// Folder below the data root.
    pub folder: String,
    /// The table and its words for a missing value.
    pub table: TableRule,
    /// Which column is what.
    pub columns: Columns,
    /// The label.
    pub label: LabelRule,
    /// Where the image files are.
    pub images: ImagePlaces,
    /// How an image becomes a tensor.
    pub rule: ImageRule,
    /// How patients are divided.
    pub fractions: Fractions,
    /// What a complete download contains.
    pub expected: Expected,
}

/// `[table]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRule {
    /// Names to try, in order.
    pub files: Vec<String>,
    /// Words that mean "not known", beside the empty field.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// `[columns]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// The sample id, unique.
    pub sample: String,
    /// The unit that is never divided: patient, lesion, case.
    pub patient: String,
    /// What `{image}` stands for in the patterns.
    pub image: String,
}

/// `[label]`: a binary label from the words of one column.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelRule {
    /// The column.
    pub column: String,
    /// Words for label 0.
    pub negative: Vec<String>,
    /// Words for label 1.
    pub positive: Vec<String>,
    /// Leave out rows whose label is missing, instead of refusing them.
    #[serde(default)]
    pub exclude_missing: bool,
}

/// `[images]`, the places.
#[derive(Clone, Debug)]
pub struct ImagePlaces {
    /// Folders below the data set's folder, tried in order.
    pub roots: Vec<String>,
    /// File names with `{image}` in them, tried in order.
    pub patterns: Vec<String>,
}

/// `[expected]`: what a complete download contains, compared and noted, never enforced.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Rows with a label.
    pub samples: Option<usize>,
    /// Rows with label 1.
    pub positives: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Synthetic,
    Files,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    name: String,
    title: String,
    kind: Kind,
    citation: String,
    licence: String,
    obtain: String,
    default_scheme: String,
    folder: Option<String>,
    table: Option<TableRule>,
    columns: Option<Columns>,
    label: Option<LabelRule>,
    images: Option<RawImages>,
    #[serde(default)]
    split: Fractions,
    #[serde(default)]
    expected: Expected,
    schemes: BTreeMap<String, RawScheme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawImages {
    roots: Vec<String>,
    patterns: Vec<String>,
    #[serde(default)]
    rule: ImageRule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScheme {
    title: String,
    conflict: Option<Conflict>,
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

impl Manifest {
    /// The names of the shipped manifests.
    pub fn shipped() -> Vec<&'static str> {
        SHIPPED.iter().map(|(name, _)| *name).collect()
    }

    /// The manifest in a file ending in `.toml`, or the shipped one of that name.
    ///
    /// # Errors
    /// An unknown name (the shipped ones are listed), an unreadable file, or a manifest that is
    /// malformed or contradicts itself.
    pub fn find(name_or_path: &str) -> Result<Self, DataError> {
        if name_or_path.ends_with(".toml") {
            let bytes = fs::read(Path::new(name_or_path))?;
            return Self::parse(name_or_path, &String::from_utf8_lossy(&bytes));
        }
        match SHIPPED.iter().find(|(name, _)| *name == name_or_path) {
            Some((name, text)) => Self::parse(&format!("data-manifests/{name}.toml"), text),
            None => Err(DataError::UnknownManifest {
                name: name_or_path.to_owned(),
                known: SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect(),
            }),
        }
    }

    /// Check the text of a manifest; `file` is its name in messages.
    ///
    /// # Errors
    /// [`DataError::ManifestSyntax`] with the line for anything TOML or the format refuses,
    /// [`DataError::ManifestRule`] with the key for contradictions.
    pub fn parse(file: &str, text: &str) -> Result<Self, DataError> {
        let raw: RawManifest = toml::from_str(text).map_err(|error| DataError::ManifestSyntax {
            file: file.to_owned(),
            line: 1 + text[..error.span().map_or(0, |span| span.start)].matches('\n').count(),
            message: error.message().to_owned(),
        })?;
        let rule =
            |key: String, message: String| DataError::ManifestRule { file: file.to_owned(), key, message };
        let mut schemes = Vec::new();
        for (name, scheme) in &raw.schemes {
            let checked = scheme.check(name, &raw.kind).map_err(|(key, message)| rule(key, message))?;
            schemes.push(checked);
        }
        if !raw.schemes.contains_key(&raw.default_scheme) {
            let known: Vec<&String> = raw.schemes.keys().collect();
            let message = format!("is {:?}; expected one of {known:?}", raw.default_scheme);
            return Err(rule("default_scheme".into(), message));
        }
        let (name, title, citation) = (raw.name.clone(), raw.title.clone(), raw.citation.clone());
        let (licence, obtain) = (raw.licence.clone(), raw.obtain.clone());
        let default_scheme = raw.default_scheme.clone();
        let source = match raw.kind {
            Kind::Synthetic => Source::Synthetic,
            Kind::Files => {
                Source::Files(Box::new(raw.files().map_err(|(key, message)| rule(key.into(), message))?))
            }
        };
        let (file, text) = (file.to_owned(), text.to_owned());
        Ok(Self { name, title, citation, licence, obtain, default_scheme, schemes, source, file, text })
    }

    /// The scheme of that name; the default one for an empty name.
    ///
    /// # Errors
    /// [`DataError::UnknownScheme`] with the schemes there are.
    pub fn scheme(&self, name: &str) -> Result<&Scheme, DataError> {
        let name = if name.is_empty() { &self.default_scheme } else { name };
        self.schemes.iter().find(|scheme| scheme.name == name).ok_or_else(|| DataError::UnknownScheme {
            name: self.name.clone(),
            scheme: name.to_owned(),
            known: self.schemes.iter().map(|scheme| scheme.name.clone()).collect(),
        })
    }
}

impl RawManifest {
    /// Everything a data set of files needs, or the key that is missing.
    fn files(self) -> Result<FileSource, (&'static str, String)> {
        fn need<T>(value: Option<T>, key: &'static str) -> Result<T, (&'static str, String)> {
            value.ok_or_else(|| (key, "is missing; expected because kind = \"files\"".to_owned()))
        }
        let images = need(self.images, "images")?;
        let label = need(self.label, "label")?;
        let source = FileSource {
            folder: need(self.folder, "folder")?,
            table: need(self.table, "table")?,
            columns: need(self.columns, "columns")?,
            label,
            images: ImagePlaces { roots: images.roots, patterns: images.patterns },
            rule: images.rule,
            fractions: self.split,
            expected: self.expected,
        };
        let relative = |path: &str| {
            Path::new(path)
                .components()
                .all(|part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir))
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
        inside("images.roots", &source.images.roots)?;
        inside("images.patterns", &source.images.patterns)?;
        if let Some(pattern) = source.images.patterns.iter().find(|pattern| !pattern.contains("{image}")) {
            return Err(("images.patterns", format!("{pattern:?} does not contain {{image}}")));
        }
        if let Some(word) = source.label.negative.iter().find(|word| source.label.positive.contains(word)) {
            return Err(("label", format!("{word:?} is both negative and positive")));
        }
        source.fractions.check().map_err(|message| ("split", message))?;
        source.rule.check().map_err(|message| ("images.rule", message))?;
        Ok(source)
    }
}

impl RawScheme {
    fn check(&self, name: &str, kind: &Kind) -> Result<Scheme, (String, String)> {
        let fault = |key: &str, message: &str| Err((format!("schemes.{name}{key}"), message.to_owned()));
        let grouping = match (kind, self.conflict) {
            (Kind::Synthetic, Some(conflict)) if self.subgroups.is_empty() => Grouping::Generated(conflict),
            (Kind::Synthetic, _) => {
                return fault(".conflict", "expected moderate, strong, absent or aligned, and no subgroups");
            }
            (Kind::Files, Some(_)) => return fault(".conflict", "belongs to kind = \"synthetic\" only"),
            (Kind::Files, None) => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_manifests_are_valid_and_carry_their_name() {
        for name in Manifest::shipped() {
            let manifest = Manifest::find(name).expect("shipped manifest");
            assert_eq!(manifest.name, name);
            assert!(!manifest.citation.is_empty() && !manifest.licence.is_empty());
            assert!(manifest.scheme("").is_ok());
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let text = include_str!("../../../data-manifests/ham10000.toml").replace("missing =", "mising =");
        let line = 1 + text[..text.find("mising").expect("key")].matches('\n').count();
        let error = Manifest::parse("m.toml", &text).expect_err("unknown key").to_string();
        assert!(error.starts_with(&format!("m.toml:{line}: unknown field `mising`")), "{error}");
    }

    #[test]
    fn contradictions_name_their_key() {
        let text = include_str!("../../../data-manifests/ham10000.toml");
        for (from, to, key) in [
            ("default_scheme = \"age\"", "default_scheme = \"aeg\"", "default_scheme"),
            ("role = \"less-prevalent\"", "role = \"other\"", "schemes.age.subgroups"),
            ("folder = \"ham10000\"", "folder = \"../ham10000\"", "folder"),
            ("\"{image}.jpg\"", "\"image.jpg\"", "images.patterns"),
            ("train = 0.6", "train = 0.9", "split"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Manifest::parse("m.toml", &text.replacen(from, to, 1)).expect_err("contradiction");
            assert!(error.to_string().contains(&format!("m.toml: {key}")), "{error}");
        }
    }
}
