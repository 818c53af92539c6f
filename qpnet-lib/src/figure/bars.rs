//! Grouped bars with error bars: one group per subgroup, one bar per method (Fig 4a, 4c).

use super::axis::Axis;
use super::canvas::Canvas;
use super::csv::{Csv, number};
use super::figure::Words;
use super::{Figure, FigureError, frame, theme};
use crate::stats::Estimate;
use plotters::style::RGBColor;

mod layout;
mod notes;

/// What the bars measure, which decides about the axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BarAxis {
    /// AUC or accuracy: from a floor below all intervals to 1, with a line at chance (0.5).
    #[default]
    Performance,
    /// Disparities and gains: bars from 0, upwards or downwards.
    Difference,
}

/// A place on the horizontal axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BarGroup {
    /// Name of the subgroup.
    pub label: String,
    /// Samples, written below the label.
    pub n: Option<usize>,
    /// Positives among them.
    pub positives: Option<usize>,
}

impl BarGroup {
    /// A subgroup without counts.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), n: None, positives: None }
    }

    /// Write `n` and the number of positives below the label.
    pub fn counts(mut self, n: usize, positives: usize) -> Self {
        (self.n, self.positives) = (Some(n), Some(positives));
        self
    }
}

/// A bar chart in the making.
///
/// # Examples
/// ```
/// use qpnet_lib::figure::{BarGroup, Bars};
/// use qpnet_lib::stats::Estimate;
/// let figure = Bars::new("fig4a", "AUC by subgroup")
///     .group(BarGroup::new("dominant").counts(412, 80))
///     .group(BarGroup::new("less prevalent").counts(97, 6))
///     .series("Mixed", [
///         Estimate::new(0.88, 0.85, 0.91, "DeLong 95 %", 412),
///         Estimate::undefined("DeLong 95 %", 97, "no positives among 97 samples"),
///     ])
///     .footer("synthetic population, profile smoke")
///     .draw()?;
/// assert!(figure.csv.contains("dominant,412,80,Mixed,0.88,0.85,0.91"));
/// # Ok::<(), qpnet_lib::figure::FigureError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Bars {
    words: Words,
    axis: BarAxis,
    y_label: Option<String>,
    groups: Vec<BarGroup>,
    series: Vec<(String, Vec<Estimate>)>,
    colours: Vec<usize>,
    footer: String,
}

impl Bars {
    /// An empty chart; `name` becomes the stem of its files.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        let words = Words { name: name.into(), title: title.into(), caption: String::new() };
        Self { words, ..Self::default() }
    }

    /// Choose the axis.
    pub fn axis(mut self, axis: BarAxis) -> Self {
        self.axis = axis;
        self
    }

    /// Name the vertical axis (otherwise `AUC` or `difference in AUC`).
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = Some(label.into());
        self
    }

    /// Add a group to the right.
    pub fn group(mut self, group: BarGroup) -> Self {
        self.groups.push(group);
        self
    }

    /// Add one bar to every group; the estimates stand in the order of the groups.
    pub fn series(mut self, label: impl Into<String>, estimates: impl IntoIterator<Item = Estimate>) -> Self {
        self.series.push((label.into(), estimates.into_iter().collect()));
        self
    }

    /// Colours of the series as places in the theme's list, so that a method keeps its colour
    /// in figures that show fewer methods; without it the series take the list from its start.
    pub fn colours(mut self, places: impl IntoIterator<Item = usize>) -> Self {
        self.colours = places.into_iter().collect();
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
    /// [`FigureError`]: nothing to draw, a series of another length, a name that is no file
    /// name.
    pub fn draw(&self) -> Result<Figure, FigureError> {
        if self.groups.is_empty() || self.series.is_empty() {
            return Err(FigureError::Empty(self.words.name.clone()));
        }
        for (label, estimates) in &self.series {
            if estimates.len() != self.groups.len() {
                return Err(FigureError::Mismatch {
                    figure: self.words.name.clone(),
                    series: label.clone(),
                    expected: self.groups.len(),
                    got: estimates.len(),
                });
            }
        }
        Figure::render(&self.words, self.csv(), |canvas| layout::draw(self, canvas))
    }

    fn csv(&self) -> String {
        let mut csv = Csv::new(&[
            "group",
            "n",
            "positives",
            "series",
            "value",
            "low",
            "high",
            "method",
            "samples",
            "reason",
            "flag",
        ]);
        let count = |count: Option<usize>| count.map_or_else(String::new, |c| c.to_string());
        for (g, group) in self.groups.iter().enumerate() {
            for (label, estimates) in &self.series {
                let e = &estimates[g];
                csv.row(&[
                    group.label.clone(),
                    count(group.n),
                    count(group.positives),
                    label.clone(),
                    number(e.value),
                    number(e.low),
                    number(e.high),
                    e.method.clone(),
                    e.n.to_string(),
                    e.reason.clone().unwrap_or_default(),
                    e.flag.clone().unwrap_or_default(),
                ]);
            }
        }
        csv.finish()
    }

    fn colour(&self, series: usize) -> RGBColor {
        theme::colour(self.colours.get(series).copied().unwrap_or(series))
    }

    fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        self.series.iter().flat_map(|(_, estimates)| estimates)
    }
}
