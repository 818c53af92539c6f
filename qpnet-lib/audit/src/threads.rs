//! Work on all cores, or on one where the feature `threads` is off: the same results in the same order.

#[cfg(feature = "threads")]
use rayon::prelude::*;

/// `f` of every item, or an error of one that has one.
pub(crate) fn try_map<I: Sync, T: Send, E: Send>(
    items: &[I],
    f: impl Fn(&I) -> Result<T, E> + Sync + Send,
) -> Result<Vec<T>, E> {
    #[cfg(feature = "threads")]
    return items.par_iter().map(f).collect();
    #[cfg(not(feature = "threads"))]
    return items.iter().map(f).collect();
}

/// `f` of 0, 1, …, `count` - 1, in a room that `room` makes and that is used again.
pub(crate) fn count_in<R, T: Send>(
    count: usize,
    room: impl Fn() -> R + Sync + Send,
    f: impl Fn(&mut R, usize) -> T + Sync + Send,
) -> Vec<T> {
    #[cfg(feature = "threads")]
    return (0..count).into_par_iter().map_init(room, f).collect();
    #[cfg(not(feature = "threads"))]
    {
        let mut room = room();
        (0..count).map(|at| f(&mut room, at)).collect()
    }
}

/// `f` of every number of `range`.
pub(crate) fn count<T: Send>(range: std::ops::Range<usize>, f: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    count_in(range.len(), || (), |(), at| f(range.start + at))
}
