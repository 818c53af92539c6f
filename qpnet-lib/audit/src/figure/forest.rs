//! Estimates with intervals below each other: paired differences, ablations.

use super::canvas::Canvas;
use super::chart::{Chart, Content, Room, Single};
use super::csv::Csv;
use super::error::FigureError;
use crate::stats::Estimate;

mod content;
mod guides;
mod layout;

pub use content::ForestContent;
use content::Row;

/// A forest plot in the making.
///
/// Every row has a name, a point with its interval, and both as text. An interval with one
/// limit only, or an infinite one, ends in an arrow.
///
/// [`Chart`] makes it, adds caption and footer, and draws it.
///
/// # Examples
/// ```
/// use qpnet_audit::figure::Forest;
/// use qpnet_audit::stats::Estimate;
/// let figure = Forest::new("gain", "Gain in AUC over Mixed")
///     .x_label("AUC QPI − AUC Mixed")
///     .reference(0.0, "no difference")
///     .margin(-0.02, "margin −0.02")
///     .row("dominant", Estimate::new(-0.004, -0.015, 0.007, "DeLong, paired, 95 %", 412))
///     .row("less prevalent", Estimate::new(0.051, 0.012, 0.09, "DeLong, paired, 95 %", 97))
///     .row("black", Estimate::undefined("DeLong, paired, 95 %", 9, "no positives among 9 samples"))
///     .footer("synthetic population, profile smoke")
///     .draw()?;
/// assert!(figure.csv.starts_with("group,row,value,low,high,method,samples,reason,flag\n"));
/// assert!(figure.svg.contains("−0.004 [−0.015, 0.007]"));
/// # Ok::<(), qpnet_audit::figure::FigureError>(())
/// ```
pub type Forest = Chart<ForestContent>;

impl Forest {
    /// Name the horizontal axis.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.content.x_label = label.into();
        self
    }

    /// Put a heading above the rows that follow.
    pub fn heading(mut self, label: impl Into<String>) -> Self {
        self.content.rows.push(Row::Heading(label.into()));
        self
    }

    /// Add a row below.
    pub fn row(mut self, label: impl Into<String>, estimate: Estimate) -> Self {
        self.content.rows.push(Row::Estimate(label.into(), estimate));
        self
    }

    /// A line through all rows, such as no difference.
    pub fn reference(mut self, x: f64, label: impl Into<String>) -> Self {
        self.content.reference = Some((x, label.into()));
        self
    }

    /// A margin of non-inferiority: a dashed line, and a shaded zone on its better side, which
    /// is that of the reference (of 0 without one).
    pub fn margin(mut self, x: f64, label: impl Into<String>) -> Self {
        self.content.margin = Some((x, label.into()));
        self
    }

    /// Decimals of the numbers beside the rows (otherwise 3).
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.content.decimals = Some(decimals);
        self
    }

    /// Colours of the rows as places in the theme's list; the rest are blue.
    pub fn colours(mut self, places: impl IntoIterator<Item = usize>) -> Self {
        self.content.colours = places.into_iter().collect();
        self
    }
}

impl Content for ForestContent {
    fn check(&self, figure: &str) -> Result<(), FigureError> {
        let empty = || FigureError::Empty(figure.to_owned());
        self.estimates().next().map(|_| ()).ok_or_else(empty)
    }

    fn table(&self) -> Csv {
        let mut csv = Csv::of_estimates(&["group", "row"]);
        for (group, label, estimate) in self.named() {
            csv.estimate(vec![group.to_owned(), label.to_owned()], estimate);
        }
        csv
    }

    fn layout(&self, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
        layout::draw(self, room, canvas)
    }
}

impl Single for ForestContent {}
