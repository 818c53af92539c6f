//! Files in parallel, block by block, so that progress can be told and memory stays flat.

use std::convert::Infallible;
use std::ops::ControlFlow;

use rayon::prelude::*;

/// `work` on every file, in the order of the list whatever the number of threads;
/// `progress(done, total)` after every block.
pub(in crate::data) fn map_files<F: Sync, T: Send>(
    files: &[F],
    progress: &dyn Fn(usize, usize),
    work: impl Fn(&F) -> T + Sync,
) -> Vec<T> {
    let mut results = Vec::with_capacity(files.len());
    let Ok(()) = in_blocks(files, progress, work, |block| {
        results.extend(block);
        Ok::<_, Infallible>(ControlFlow::Continue(()))
    });
    results
}

/// [`map_files`], whose results `take` has block by block; it may end the work.
///
/// # Errors
/// Those of `take`.
pub(super) fn in_blocks<F: Sync, T: Send, E>(
    files: &[F],
    progress: &dyn Fn(usize, usize),
    work: impl Fn(&F) -> T + Sync,
    mut take: impl FnMut(Vec<T>) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    const BLOCK: usize = 256;
    let mut done = 0;
    for block in files.chunks(BLOCK) {
        let flow = take(block.par_iter().map(&work).collect())?;
        done += block.len();
        progress(done, files.len());
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}
