//! Which point of a grid a row of a table is of.

use crate::experiment::grid::Grid;

/// What says which point it is.
pub(super) fn begin(grid: &Grid, point: usize) -> Vec<String> {
    let point = &grid.points[point];
    let size = point.config.dominant_train.map_or_else(|| "all".to_owned(), |size| size.to_string());
    let begin = [point.config.data.clone(), point.config.scheme.clone(), size];
    begin.into_iter().chain(point.levels.iter().cloned()).collect()
}
