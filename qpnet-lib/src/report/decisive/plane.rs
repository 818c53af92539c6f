//! Where methods stand beside the frontier, in the plane of both AUCs.

use crate::experiment::grid::tables::Places;
use crate::figure::{Figure, FigureError, Lines};
use crate::stats::frontier::Place;

/// The frontier of a point as a line through its models, and every other method as a mark; means over seeds.
///
/// # Errors
/// [`FigureError`], as where nothing was trained.
pub fn frontier_figure(
    places: &Places,
    point: usize,
    title: &str,
    name: &str,
) -> Result<Figure, FigureError> {
    let (on, beside) = places.methods.split_at(places.frontier);
    let mean = |method: &String| places.mean(point, method);
    let mut line: Vec<Place> = on.iter().filter_map(mean).collect();
    line.sort_by(|a, b| a.dominant.total_cmp(&b.dominant));
    let at = |place: &Place| (place.dominant, place.less, f64::NAN, f64::NAN);
    let mut lines = Lines::new(name, title)
        .x_label("AUC of the dominant subgroup")
        .y_label("AUC of the less-prevalent subgroup")
        .band("frontier", line.iter().map(at));
    for method in beside {
        lines = lines.band(method, mean(method).iter().map(at));
    }
    let seeds = places.complete().len();
    lines
        .caption(format!(
            "Line: models with one fixed weight of the dominant loss. Means over {seeds} seeds."
        ))
        .draw()
}
