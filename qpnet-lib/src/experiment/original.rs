//! The run that another one repeats: what its folder says of its data and of the machine.

use std::path::{Path, PathBuf};

use super::folder::{MANIFEST, PREDICTIONS, read_summary};
use super::{Environment, RunConfig, RunError, Summary};
use crate::data::{Manifest, Population};
use crate::fs;

/// A kept run as far as a repeat must know it.
#[derive(Debug)]
pub struct Original {
    folder: PathBuf,
    summary: Summary,
    /// The manifest as it was; absent in a folder of an earlier version.
    manifest: Option<String>,
}

impl Original {
    /// The run whose folder holds the configuration `config`; `None` where the file lies by itself.
    ///
    /// # Errors
    /// [`RunError`] for files that cannot be read.
    pub fn beside(config: &Path) -> Result<Option<Self>, RunError> {
        let folder = match config.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let Some(summary) = read_summary(folder)? else { return Ok(None) };
        let path = folder.join(MANIFEST);
        let text = path.is_file().then(|| fs::read(&path)).transpose()?;
        let manifest = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Some(Self { folder: folder.to_owned(), summary, manifest }))
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Is `config` that of the run, or was the file edited since?
    pub fn is_of(&self, config: &RunConfig) -> bool {
        self.summary.config == *config
    }

    /// The manifest that `config` was run with, whatever lies under its name today; with a sentence where that is
    /// another. Tables beside it are looked for where it lay.
    ///
    /// # Errors
    /// [`RunError::Data`] from the manifest.
    pub fn manifest(&self, config: &RunConfig) -> Result<(Manifest, Option<String>), RunError> {
        let today = Manifest::find(&config.data);
        let known = self.manifest.as_ref().filter(|_| config.data == self.summary.config.data);
        let Some(text) = known else { return Ok((today?, None)) };
        let file = Some(&self.summary.data.origin.manifest_file).filter(|file| !file.is_empty());
        let manifest = Manifest::parse(file.unwrap_or(&config.data), text)?;
        let kept = self.folder.join(MANIFEST);
        let note = match today {
            Ok(today) if today.text == *text => None,
            Ok(_) => Some(format!(
                "the manifest {} is another today; this repeats the run with its own, {}",
                config.data,
                kept.display()
            )),
            Err(_) => Some(format!(
                "there is no manifest {} here; this repeats the run with its own, {}",
                config.data,
                kept.display()
            )),
        };
        Ok((manifest, note))
    }

    /// `Ok` where `population` is the data of the run.
    ///
    /// # Errors
    /// [`RunError::OtherData`] with what differs.
    pub fn check(&self, population: &Population) -> Result<(), RunError> {
        let data = &self.summary.data;
        if data.hash == population.hash {
            return Ok(());
        }
        let mut parts: Vec<&str> = match data.origin.manifest.is_empty() {
            true => vec!["the data"], // of an earlier version, which did not say more
            false => population.origin.differences(&data.origin),
        };
        if parts.is_empty() {
            parts.push("what this version of the program makes of manifest, tables and images");
        }
        let parts = parts.into_iter().map(str::to_owned).collect();
        Err(RunError::OtherData { folder: self.folder.clone(), parts })
    }

    /// What of program and machine is another than it was, and may move last digits; `None` for nothing.
    pub fn machine_note(&self, environment: &Environment) -> Option<String> {
        let differences = environment.differences(&self.summary.environment);
        (!differences.is_empty()).then(|| {
            format!(
                "program or machine are not those of the run in {}, so numbers may differ: {}",
                self.folder.display(),
                differences.join("; ")
            )
        })
    }

    /// Whether the predictions in `out`, which repeats this run, are its own.
    ///
    /// # Errors
    /// [`RunError::File`].
    pub fn compared(&self, out: &Path) -> Result<String, RunError> {
        let read = |folder: &Path| fs::read(&folder.join(PREDICTIONS));
        let folder = self.folder.display();
        Ok(match read(&self.folder)? == read(out)? {
            true => format!("{PREDICTIONS} is that of {folder}, byte by byte"),
            false => format!("{PREDICTIONS} is not that of {folder}: numbers differ"),
        })
    }
}
