//! Curves over epochs or sizes: several named series, labelled at their ends.

use super::axis::Axis;
use super::canvas::Canvas;
use super::csv::{Csv, number};
use super::figure::Words;
use super::{Figure, FigureError, frame, theme};

mod layout;

/// One curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineSeries {
    /// Written at the end of the curve.
    pub label: String,
    /// Points from left to right; a point that is not finite leaves a gap.
    pub points: Vec<(f64, f64)>,
}

/// A line chart in the making.
///
/// # Examples
/// ```
/// use qpnet_lib::figure::Lines;
/// let figure = Lines::new("delta", "Weight of the dominant subgroup")
///     .x_label("epoch")
///     .y_label("delta")
///     .epochs("QPI", [0.5, 0.62, 0.58])
///     .footer("synthetic population, profile smoke")
///     .draw()?;
/// assert_eq!(figure.csv, "series,x,y\nQPI,1,0.5\nQPI,2,0.62\nQPI,3,0.58\n");
/// # Ok::<(), qpnet_lib::figure::FigureError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Lines {
    words: Words,
    x_label: String,
    y_label: String,
    series: Vec<LineSeries>,
    level: Option<(f64, String)>,
    mark: Option<(f64, String)>,
    footer: String,
}

impl Lines {
    /// An empty chart; `name` becomes the stem of its files.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        let words = Words { name: name.into(), title: title.into(), caption: String::new() };
        Self { words, ..Self::default() }
    }

    /// Name the horizontal axis.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.x_label = label.into();
        self
    }

    /// Name the vertical axis.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = label.into();
        self
    }

    /// Add a curve through `points`.
    pub fn series(mut self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.series.push(LineSeries { label: label.into(), points: points.into_iter().collect() });
        self
    }

    /// Add a curve whose values belong to epochs 1, 2, 3 …
    pub fn epochs(self, label: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let points = values.into_iter().enumerate().map(|(i, y)| ((i + 1) as f64, y));
        self.series(label, points)
    }

    /// A dashed level across the plot, such as chance or an anchor.
    pub fn level(mut self, y: f64, label: impl Into<String>) -> Self {
        self.level = Some((y, label.into()));
        self
    }

    /// A dashed mark on the horizontal axis, such as the epoch that was selected.
    pub fn mark(mut self, x: f64, label: impl Into<String>) -> Self {
        self.mark = Some((x, label.into()));
        self
    }

    /// Name data and profile in the last line.
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.footer = footer.into();
        self
    }

    /// What the figure says, for the notebook and the report.
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.words.caption = caption.into();
        self
    }

    /// Draw the chart.
    ///
    /// # Errors
    /// [`FigureError`]: no finite point at all, a name that is no file name.
    pub fn draw(&self) -> Result<Figure, FigureError> {
        if self.finite().next().is_none() {
            return Err(FigureError::Empty(self.words.name.clone()));
        }
        let mut csv = Csv::new(&["series", "x", "y"]);
        for series in &self.series {
            for &(x, y) in &series.points {
                csv.row(&[series.label.clone(), number(Some(x)), number(Some(y))]);
            }
        }
        Figure::render(&self.words, csv.finish(), |canvas| layout::draw(self, canvas))
    }

    fn finite(&self) -> impl Iterator<Item = (f64, f64)> {
        let points = self.series.iter().flat_map(|series| series.points.iter().copied());
        points.filter(|(x, y)| x.is_finite() && y.is_finite())
    }
}
