//! Files in parallel, block by block, so that progress can be told and memory stays flat.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::path::PathBuf;

use rayon::prelude::*;

/// `work` on every file, in the order of the list whatever the number of threads;
/// `progress(done, total)` after every block.
pub(super) fn map_files<T: Send>(
    paths: &[PathBuf],
    progress: &dyn Fn(usize, usize),
    work: impl Fn(&PathBuf) -> T + Sync,
) -> Vec<T> {
    let mut results = Vec::with_capacity(paths.len());
    let Ok(()) = in_blocks(paths, progress, work, |block| {
        results.extend(block);
        Ok::<_, Infallible>(ControlFlow::Continue(()))
    });
    results
}

/// [`map_files`], whose results `take` has block by block; it may end the work.
///
/// # Errors
/// Those of `take`.
pub(super) fn in_blocks<T: Send, E>(
    paths: &[PathBuf],
    progress: &dyn Fn(usize, usize),
    work: impl Fn(&PathBuf) -> T + Sync,
    mut take: impl FnMut(Vec<T>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    const BLOCK: usize = 256;
    let mut done = 0;
    for files in paths.chunks(BLOCK) {
        let flow = take(files.par_iter().map(&work).collect())?;
        done += files.len();
        progress(done, paths.len());
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}
