//! What can go wrong with a grid.

use std::path::PathBuf;

use crate::experiment::RunError;
use crate::fs::{FileError, FolderError, LockError};

/// A grid that cannot be read, run or collected.
#[derive(Debug, thiserror::Error)]
pub enum GridError {
    /// A plan that says what nobody understands.
    #[error("{file}:{line}: {message}")]
    Plan {
        /// The plan.
        file: String,
        /// 1-based line.
        line: usize,
        /// Expected and got.
        message: String,
    },
    /// A store of a later program.
    #[error(
        "{} is a store of version {got}, this program reads version {expected}: use the program that has written it, \
         or another --store; nothing was changed",
        store.display()
    )]
    Newer {
        /// The store.
        store: PathBuf,
        /// What it says.
        got: u64,
        /// What this program reads.
        expected: u64,
    },
    /// A folder that is no store.
    #[error("{} is no store of a grid: {detail}; choose another --store", store.display())]
    NoStore {
        /// The folder.
        store: PathBuf,
        /// Why.
        detail: String,
    },
    /// A name that no cell has.
    #[error(
        "no cell of {plan} is called {id:?} here{}: `qpnet grid list` shows them all. A name holds plan, data, program, \
         machine and the environment variables that choose kernels (qpnet-lib/KEPT.md)",
        if *other { ", though the store has it" } else { "" }
    )]
    NoCell {
        /// The plan.
        plan: String,
        /// What was asked for.
        id: String,
        /// Whether the store has it.
        other: bool,
    },
    /// A plan that is another than when the run began.
    #[error("{file} has changed since this run began: begin it again, what is finished stays")]
    PlanChanged {
        /// The plan.
        file: String,
    },
    /// The experiment itself.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A lock that cannot be had.
    #[error(transparent)]
    Lock(#[from] LockError),
}
