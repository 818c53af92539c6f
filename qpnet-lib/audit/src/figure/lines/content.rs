//! What a line chart shows.

use super::super::theme;
use plotters::style::RGBColor;

/// How the line of a series is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineStyle {
    /// Unbroken.
    #[default]
    Solid,
    /// With gaps, such as for the other subgroup.
    Dashed,
}

/// One curve.
#[derive(Clone, Debug, Default)]
pub(in crate::figure) struct LineSeries {
    pub(super) label: String,
    /// Points from left to right; a point that is not finite leaves a gap.
    pub(super) points: Vec<(f64, f64)>,
    /// Lower and upper limit of every point, where the series has a band.
    pub(super) limits: Option<Vec<(f64, f64)>>,
}

/// The content of [`Lines`](crate::figure::Lines).
#[derive(Clone, Debug, Default)]
pub struct LineContent {
    pub(super) x_label: String,
    pub(super) y_label: String,
    pub(super) series: Vec<LineSeries>,
    pub(super) level: Option<(f64, String)>,
    pub(super) mark: Option<(f64, String)>,
    pub(super) ticks: Vec<(f64, String)>,
    pub(super) logarithmic: bool,
    pub(super) zero: bool,
    pub(super) colours: Vec<usize>,
    pub(super) styles: Vec<LineStyle>,
}

impl LineContent {
    pub(super) fn finite(&self) -> impl Iterator<Item = (f64, f64)> {
        self.series.iter().flat_map(LineSeries::finite)
    }

    /// A single curve is drawn in the third colour: the first is the grey of a baseline.
    pub(super) fn colour(&self, series: usize) -> RGBColor {
        let place = if self.series.len() == 1 { 2 } else { series };
        theme::colour(self.colours.get(series).copied().unwrap_or(place))
    }

    pub(super) fn style(&self, series: usize) -> LineStyle {
        self.styles.get(series).copied().unwrap_or_default()
    }
}

impl LineSeries {
    pub(super) fn finite(&self) -> impl Iterator<Item = (f64, f64)> {
        self.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite())
    }

    /// The limits of the points that have both.
    pub(super) fn finite_limits(&self) -> impl Iterator<Item = (f64, f64)> {
        let limits = self.limits.iter().flatten().copied();
        limits
            .zip(&self.points)
            .filter(|((low, high), (x, y))| [low, high, x, y].iter().all(|v| v.is_finite()))
            .map(|(limits, _)| limits)
    }
}
