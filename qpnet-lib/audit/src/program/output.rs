//! The folder of an audit or a verdict: whole or absent, one process at a time, replaced only when told.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::fs::{FileError, Hashing, Lock, Stage, check_free, check_replaceable};
use crate::stamp::Stamp;
use clap::Args;
use serde::Serialize;

/// Where a report goes.
#[derive(Args)]
pub struct OutputArguments {
    /// Folder for the report, which must not exist yet, or be empty; without it only tables are printed.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Write --out anew where it holds an earlier report, which is removed then.
    #[arg(long, requires = "out")]
    overwrite: bool,
}

/// A folder that nobody else writes to meanwhile.
pub struct Output<'a> {
    folder: &'a Path,
    overwrite: bool,
    _lock: Lock,
}

impl OutputArguments {
    /// Take the folder before anything is computed; `known` is what an earlier report may have left in it.
    pub fn take(&self, known: &[&str]) -> anyhow::Result<Option<Output<'_>>> {
        self.out.as_deref().map(|folder| Output::take(folder, self.overwrite, known)).transpose()
    }
}

impl<'a> Output<'a> {
    /// As [`OutputArguments::take`].
    pub fn take(folder: &'a Path, overwrite: bool, known: &[&str]) -> anyhow::Result<Self> {
        let lock = Lock::of(folder)?;
        if overwrite {
            check_replaceable(folder, known)?;
        } else if let Err(error) = check_free(folder) {
            let known = check_replaceable(folder, known).is_ok();
            let hint = if known { "; --overwrite writes it anew" } else { "" };
            anyhow::bail!("{error}{hint}");
        }
        Ok(Self { folder, overwrite, _lock: lock })
    }

    /// Put what `fill` writes in its place, all at once.
    pub fn write(&self, fill: impl FnOnce(&Stage) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let stage = Stage::beside(self.folder)?;
        fill(&stage)?;
        Ok(if self.overwrite { stage.replace() } else { stage.put() }?)
    }

    /// The last line for people.
    pub fn words(&self) -> String {
        format!("written to {}\n", self.folder.display())
    }
}

/// A table that is hashed while it is read.
pub fn open(path: &Path) -> anyhow::Result<Hashing<File>> {
    Ok(Hashing::new(File::open(path).map_err(FileError::on("read", path))?))
}

/// What a report was made by and from.
#[derive(Serialize)]
pub struct Made {
    /// When, by which version, by which command.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// SHA-256 of the table's file.
    pub table_sha256: String,
}

impl Made {
    /// Now, by this process, which is `program`, from the table that was read.
    pub fn from(table: Hashing<File>, path: &Path, program: &str) -> anyhow::Result<Self> {
        let stamp = Stamp::new(SystemTime::now(), program, std::env::args_os().skip(1));
        Ok(Self { stamp, table_sha256: table.finish().map_err(FileError::on("read", path))? })
    }

    /// `found` as JSON, with this beside its own entries.
    pub fn json(&self, found: &impl Serialize) -> anyhow::Result<String> {
        #[derive(Serialize)]
        struct Both<'a, T> {
            #[serde(flatten)]
            found: &'a T,
            made: &'a Made,
        }
        Ok(serde_json::to_string_pretty(&Both { found, made: self })? + "\n")
    }
}
