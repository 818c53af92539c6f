//! Files in parallel, block by block, so that progress can be told and memory stays flat.

use std::path::PathBuf;

use rayon::prelude::*;

/// `work` on every file, in the order of the list whatever the number of threads;
/// `progress(done, total)` after every block.
pub(super) fn map_files<T: Send>(
    paths: &[PathBuf],
    progress: &dyn Fn(usize, usize),
    work: impl Fn(&PathBuf) -> T + Sync,
) -> Vec<T> {
    const BLOCK: usize = 256;
    let mut results = Vec::with_capacity(paths.len());
    for files in paths.chunks(BLOCK) {
        results.par_extend(files.par_iter().map(&work));
        progress(results.len(), paths.len());
    }
    results
}
