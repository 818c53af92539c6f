//! Where methods stand beside the frontier, in the plane of both AUCs.

use crate::experiment::grid::tables::Places;
use crate::figure::{Figure, FigureError, Lines};
use crate::stats::frontier::Place;

/// The frontier of a point as a line through its models, and every other method as a mark; means over the seeds that all
/// methods have.
///
/// # Errors
/// [`FigureError`], as where no seed has them all.
pub fn frontier_figure(
    places: &Places,
    point: usize,
    title: &str,
    name: &str,
) -> Result<Figure, FigureError> {
    let (means, seeds) = places.means(point).unwrap_or_default();
    let (on, beside) = means.split_at(places.frontier.min(means.len()));
    let mut line = on.to_vec();
    line.sort_by(|a, b| a.dominant.total_cmp(&b.dominant));
    let at = |place: &Place| (place.dominant, place.less, f64::NAN, f64::NAN);
    let mut lines = Lines::new(name, title)
        .x_label("AUC of the dominant subgroup")
        .y_label("AUC of the less-prevalent subgroup")
        .band("frontier", line.iter().map(at));
    for (method, place) in places.methods[places.frontier..].iter().zip(beside) {
        lines = lines.band(method, [at(place)]);
    }
    lines
        .caption(format!(
            "Line: models with one fixed weight of the dominant loss. Means over {seeds} seeds."
        ))
        .draw()
}
