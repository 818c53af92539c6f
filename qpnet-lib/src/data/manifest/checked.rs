//! The description of a data set, checked: whoever holds one may use it.

use std::path::{Path, PathBuf};

use super::error::ManifestError;
use super::hashed::hashed_text;
use crate::data::rule::access::Access;
use crate::data::rule::augmentation::Augmentation;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::generator::Generator;
use crate::data::rule::params::Params;
use crate::data::rule::scheme::{Grouping, Scheme};
use crate::data::rule::task::TaskKind;

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
    /// Who may get them.
    pub access: Access,
    /// The scheme used when none is asked for.
    pub default_scheme: String,
    /// All schemes, by name.
    pub schemes: Vec<Scheme>,
    /// How training may change pictures, where that is not the profile's way.
    pub augment: Augmentation,
    /// Where the samples come from.
    pub source: Source,
    /// The file the manifest came from, for messages.
    pub file: String,
    /// The manifest's own text, for hashes and archives.
    pub text: String,
    pub(in crate::data) task: TaskKind,
    pub(in crate::data) classes: Vec<String>,
}

/// Where the samples come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The embedded generator.
    Synthetic,
    /// A table and image files.
    Files(Box<FileSource>),
}

impl Manifest {
    /// [`Self::text`] for hashes: without what says how to get the data.
    pub(in crate::data) fn hashed_text(&self) -> String {
        hashed_text(&self.text)
    }

    /// Whether a model is asked for one of two, one of several, or several findings.
    pub fn task(&self) -> TaskKind {
        self.task
    }

    /// Names of the outputs: negative and positive, the classes, or the findings.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Is the data set read from files, or else drawn?
    pub fn is_file_based(&self) -> bool {
        matches!(self.source, Source::Files(_))
    }

    /// Whether the data are embedded or their folder lies below `data_root`.
    pub fn is_present(&self, data_root: Option<&Path>) -> bool {
        match &self.source {
            Source::Synthetic => true,
            Source::Files(files) => data_root.is_some_and(|root| root.join(&files.folder).is_dir()),
        }
    }

    /// The scheme of that name; the default one for an empty name.
    ///
    /// # Errors
    /// [`ManifestError::UnknownScheme`] with the schemes there are.
    pub fn scheme(&self, name: &str) -> Result<&Scheme, ManifestError> {
        let name = if name.is_empty() { &self.default_scheme } else { name };
        self.schemes.iter().find(|scheme| scheme.name == name).ok_or_else(|| ManifestError::UnknownScheme {
            name: self.name.clone(),
            scheme: name.to_owned(),
            known: self.schemes.iter().map(|scheme| scheme.name.clone()).collect(),
        })
    }

    /// What the nodules of scheme `name` are drawn with.
    ///
    /// # Errors
    /// [`ManifestError::UnknownScheme`]; [`ManifestError::NoNodules`] where none are drawn.
    pub fn nodules(&self, name: &str) -> Result<Params, ManifestError> {
        match &self.scheme(name)?.grouping {
            Grouping::Generated(Generator::Nodules(conflict)) => Ok(Params::preset(*conflict)),
            Grouping::Generated(Generator::Own(params)) => Ok(**params),
            _ => Err(ManifestError::NoNodules { name: self.name.clone(), scheme: name.to_owned() }),
        }
    }

    /// The same data set, the nodules of scheme `name` drawn with `params`.
    ///
    /// # Errors
    /// As [`Self::nodules`]; [`ManifestError::Rule`] for a number that makes no sense.
    pub fn drawn_with(&self, name: &str, params: Params) -> Result<Self, ManifestError> {
        self.nodules(name)?;
        params.check().map_err(|(key, message)| ManifestError::Rule {
            file: self.file.clone(),
            key: format!("population.{key}"),
            message,
        })?;
        let mut own = self.clone();
        for scheme in own.schemes.iter_mut().filter(|scheme| scheme.name == name) {
            scheme.grouping = Grouping::Generated(Generator::Own(Box::new(params)));
        }
        Ok(own)
    }

    /// The tables and files of a data set that is not drawn.
    ///
    /// # Errors
    /// [`ManifestError::Drawn`].
    pub(in crate::data) fn files(&self) -> Result<&FileSource, ManifestError> {
        match &self.source {
            Source::Files(source) => Ok(source),
            Source::Synthetic => Err(ManifestError::Drawn { name: self.name.clone() }),
        }
    }

    /// The folder of `source` below `data_root`.
    ///
    /// # Errors
    /// [`ManifestError::NoDataRoot`] and [`ManifestError::NoFolder`].
    pub(in crate::data) fn folder(
        &self,
        source: &FileSource,
        data_root: Option<&Path>,
    ) -> Result<PathBuf, ManifestError> {
        let (name, obtain) = (self.name.clone(), self.obtain.clone());
        let Some(root) = data_root else {
            return Err(ManifestError::NoDataRoot { name, folder: source.folder.clone(), obtain });
        };
        let folder = root.join(&source.folder);
        if folder.is_dir() { Ok(folder) } else { Err(ManifestError::NoFolder { name, folder, obtain }) }
    }
}
