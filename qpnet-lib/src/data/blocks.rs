//! Files in parallel, block by block, so that progress can be told and memory stays flat.

use rayon::prelude::*;

/// `work` on every file, in the order of the list whatever the number of threads;
/// `progress(done, total)` after every block.
pub(super) fn map_files<F: Sync, T: Send>(
    files: &[F],
    progress: &dyn Fn(usize, usize),
    work: impl Fn(&F) -> T + Sync,
) -> Vec<T> {
    const BLOCK: usize = 256;
    let mut results = Vec::with_capacity(files.len());
    for block in files.chunks(BLOCK) {
        results.par_extend(block.par_iter().map(&work));
        progress(results.len(), files.len());
    }
    results
}
