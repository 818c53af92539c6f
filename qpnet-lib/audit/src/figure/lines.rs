//! Curves over epochs, sizes or layers: several named series, labelled at their ends.

use super::canvas::Canvas;
use super::chart::{Chart, Content, Room, Single};
use super::csv::{Csv, number};
use super::error::FigureError;

mod content;
mod curve;
mod ends;
mod layout;
mod plot;

use content::LineSeries;
pub use content::{LineContent, LineStyle};

/// A line chart in the making.
///
/// [`Chart`] makes it, adds caption and footer, and draws it.
///
/// # Examples
/// Curves over epochs:
/// ```
/// use qpnet_audit::figure::Lines;
/// let figure = Lines::new("delta", "Weight of the dominant subgroup")
///     .x_label("epoch")
///     .y_label("delta")
///     .epochs("QPI", [0.5, 0.62, 0.58])
///     .footer("synthetic population, profile smoke")
///     .draw()?;
/// assert_eq!(figure.csv, "series,x,y\nQPI,1,0.5\nQPI,2,0.62\nQPI,3,0.58\n");
/// # Ok::<(), qpnet_audit::figure::FigureError>(())
/// ```
/// Learning curves with intervals over the sizes of a training set:
/// ```
/// use qpnet_audit::figure::{LineStyle, Lines};
/// let figure = Lines::new("learning", "Test AUC over the size of the dominant subgroup")
///     .x_label("dominant training images")
///     .y_label("AUC")
///     .log_x()
///     .band("dominant", [(500.0, 0.84, 0.82, 0.86), (1000.0, 0.86, 0.84, 0.88)])
///     .band("less prevalent", [(500.0, 0.79, 0.75, 0.83), (1000.0, 0.77, 0.73, 0.81)])
///     .colours([2, 6])
///     .styles([LineStyle::Solid, LineStyle::Dashed])
///     .draw()?;
/// assert!(figure.csv.starts_with("series,x,y,low,high\ndominant,500,0.84,0.82,0.86\n"));
/// # Ok::<(), qpnet_audit::figure::FigureError>(())
/// ```
/// A curve over named places:
/// ```
/// use qpnet_audit::figure::Lines;
/// let figure = Lines::new("cka", "Change of CKA by layer")
///     .y_label("Delta CKA")
///     .epochs("QPI", [0.02, 0.01, -0.03])
///     .x_names(["conv1", "layer1.0.conv1", "layer1.0.conv2"])
///     .zero_line()
///     .draw()?;
/// assert!(figure.svg.contains("layer1.0.conv2"));
/// # Ok::<(), qpnet_audit::figure::FigureError>(())
/// ```
pub type Lines = Chart<LineContent>;

impl Lines {
    /// Name the horizontal axis.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.content.x_label = label.into();
        self
    }

    /// Name the vertical axis.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.content.y_label = label.into();
        self
    }

    /// Add a curve through `points`.
    pub fn series(mut self, label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let points = points.into_iter().collect();
        self.content.series.push(LineSeries { label: label.into(), points, limits: None });
        self
    }

    /// Add a curve whose values belong to epochs 1, 2, 3 …
    pub fn epochs(self, label: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let points = values.into_iter().enumerate().map(|(i, y)| ((i + 1) as f64, y));
        self.series(label, points)
    }

    /// Add a curve through points `(x, y, low, high)`, marked where they are few, with a translucent
    /// area between `low` and `high` behind it. Where a limit is not finite the area has a gap.
    pub fn band(
        mut self,
        label: impl Into<String>,
        points: impl IntoIterator<Item = (f64, f64, f64, f64)>,
    ) -> Self {
        let (points, limits) = points.into_iter().map(|(x, y, low, high)| ((x, y), (low, high))).unzip();
        self.content.series.push(LineSeries { label: label.into(), points, limits: Some(limits) });
        self
    }

    /// A dashed level across the plot, such as chance or an anchor.
    pub fn level(mut self, y: f64, label: impl Into<String>) -> Self {
        self.content.level = Some((y, label.into()));
        self
    }

    /// A thin line at y = 0, which the vertical axis then contains.
    pub fn zero_line(mut self) -> Self {
        self.content.zero = true;
        self
    }

    /// A dashed mark on the horizontal axis, such as the epoch that was selected.
    pub fn mark(mut self, x: f64, label: impl Into<String>) -> Self {
        self.content.mark = Some((x, label.into()));
        self
    }

    /// Make the horizontal axis logarithmic. Its ticks stand at the points themselves where
    /// these are few, else at round numbers.
    pub fn log_x(mut self) -> Self {
        self.content.logarithmic = true;
        self
    }

    /// Name places on the horizontal axis instead of numbering it. Names too wide to stand
    /// beside each other are turned; those still too close are left out evenly.
    pub fn x_ticks(mut self, ticks: impl IntoIterator<Item = (f64, impl Into<String>)>) -> Self {
        self.content.ticks = ticks.into_iter().map(|(x, label)| (x, label.into())).collect();
        self
    }

    /// Name the places 1, 2, 3 … of the horizontal axis, as [`Lines::x_ticks`] does.
    pub fn x_names(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.x_ticks(names.into_iter().enumerate().map(|(i, name)| ((i + 1) as f64, name)))
    }

    /// Colours of the series as places in the theme's list, so that a method keeps its colour
    /// in figures that show fewer methods; without it the series take the list from its start.
    pub fn colours(mut self, places: impl IntoIterator<Item = usize>) -> Self {
        self.content.colours = places.into_iter().collect();
        self
    }

    /// Solid or dashed lines, in the order of the series; the rest are solid.
    pub fn styles(mut self, styles: impl IntoIterator<Item = LineStyle>) -> Self {
        self.content.styles = styles.into_iter().collect();
        self
    }
}

impl Content for LineContent {
    fn check(&self, figure: &str) -> Result<(), FigureError> {
        if self.finite().next().is_none() {
            return Err(FigureError::Empty(figure.to_owned()));
        }
        if self.logarithmic {
            let ticks = self.ticks.iter().map(|(x, label)| (*x, format!("tick `{label}`")));
            let of = |series: &LineSeries| format!("a point of series `{}`", series.label);
            let points = self.series.iter().flat_map(|s| s.finite().map(move |(x, _)| (x, of(s))));
            if let Some((x, place)) = points.chain(ticks).find(|(x, _)| x.is_finite() && *x <= 0.0) {
                return Err(FigureError::NotPositive { figure: figure.to_owned(), place, x });
            }
        }
        Ok(())
    }

    fn table(&self) -> Csv {
        let bands = self.series.iter().any(|series| series.limits.is_some());
        let header: &[&str] =
            if bands { &["series", "x", "y", "low", "high"] } else { &["series", "x", "y"] };
        let mut csv = Csv::new(header);
        for series in &self.series {
            for (i, &(x, y)) in series.points.iter().enumerate() {
                let mut row = vec![series.label.clone(), number(Some(x)), number(Some(y))];
                if bands {
                    let limits = series.limits.as_ref().map(|limits| limits[i]);
                    row.extend([number(limits.map(|(low, _)| low)), number(limits.map(|(_, high)| high))]);
                }
                csv.row(&row);
            }
        }
        csv
    }

    fn layout(&self, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
        layout::draw(self, room, canvas)
    }
}

impl Single for LineContent {}
