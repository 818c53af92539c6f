//! Grouped bars with error bars: one group per subgroup, one bar per method (Fig 4a, 4c).

use super::canvas::Canvas;
use super::chart::{Chart, Content, Room, Single};
use super::csv::Csv;
use super::error::FigureError;
use crate::stats::Estimate;

mod content;
mod layout;

pub use content::{BarAxis, BarContent, BarGroup};

/// A bar chart in the making.
///
/// [`Chart`] makes it, adds caption and footer, and draws it.
///
/// # Examples
/// ```
/// use qpnet_audit::figure::{BarGroup, Bars};
/// use qpnet_audit::stats::Estimate;
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
/// # Ok::<(), qpnet_audit::figure::FigureError>(())
/// ```
pub type Bars = Chart<BarContent>;

impl Bars {
    /// Choose the axis.
    pub fn axis(mut self, axis: BarAxis) -> Self {
        self.content.axis = axis;
        self
    }

    /// Name the vertical axis (otherwise `AUC` or `difference in AUC`).
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.content.y_label = Some(label.into());
        self
    }

    /// Add a group to the right.
    pub fn group(mut self, group: BarGroup) -> Self {
        self.content.groups.push(group);
        self
    }

    /// Add one bar to every group; the estimates stand in the order of the groups.
    pub fn series(mut self, label: impl Into<String>, estimates: impl IntoIterator<Item = Estimate>) -> Self {
        self.content.series.push((label.into(), estimates.into_iter().collect()));
        self
    }

    /// Colours of the series as places in the theme's list, so that a method keeps its colour
    /// in figures that show fewer methods; without it the series take the list from its start.
    pub fn colours(mut self, places: impl IntoIterator<Item = usize>) -> Self {
        self.content.colours = places.into_iter().collect();
        self
    }
}

impl Content for BarContent {
    fn check(&self, figure: &str) -> Result<(), FigureError> {
        if self.groups.is_empty() || self.series.is_empty() {
            return Err(FigureError::Empty(figure.to_owned()));
        }
        FigureError::unless_as_long(figure, self.groups.len(), &self.series)
    }

    fn table(&self) -> Csv {
        let mut csv = Csv::of_estimates(&["group", "n", "positives", "series"]);
        let count = |count: Option<usize>| count.map_or_else(String::new, |c| c.to_string());
        for (g, group) in self.groups.iter().enumerate() {
            for (label, estimates) in &self.series {
                let place = vec![group.label.clone(), count(group.n), count(group.positives), label.clone()];
                csv.estimate(place, &estimates[g]);
            }
        }
        csv
    }

    fn layout(&self, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
        layout::draw(self, room, canvas)
    }
}

impl Single for BarContent {}
