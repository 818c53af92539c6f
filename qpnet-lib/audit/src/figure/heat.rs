//! A small matrix of numbers on colours: ablation grids, maps of CKA.

use super::canvas::Canvas;
use super::chart::{Chart, Content, Room, Single};
use super::csv::{Csv, number};
use super::error::FigureError;

mod content;
mod layout;
mod scale;

pub use content::{HeatCell, HeatContent, HeatScale};

/// A matrix in the making.
///
/// [`Chart`] makes it, adds caption and footer, and draws it.
///
/// # Examples
/// ```
/// use qpnet_audit::figure::{Heat, HeatCell, HeatScale};
/// let figure = Heat::new("ablation", "Gain in AUC of the less-prevalent subgroup")
///     .columns(["no MMD", "MMD"])
///     .row("fixed delta", [0.011, 0.024])
///     .row("adaptive delta", [HeatCell::Value(0.03), HeatCell::undefined("training diverged")])
///     .scale(HeatScale::Diverging { centre: 0.0 })
///     .measure("gain in AUC")
///     .decimals(3)
///     .footer("synthetic population, profile smoke")
///     .draw()?;
/// assert!(figure.csv.ends_with("adaptive delta,no MMD,0.03,\nadaptive delta,MMD,,training diverged\n"));
/// # Ok::<(), qpnet_audit::figure::FigureError>(())
/// ```
pub type Heat = Chart<HeatContent>;

impl Heat {
    /// Name the columns from left to right.
    pub fn columns(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.content.columns = names.into_iter().map(Into::into).collect();
        self
    }

    /// Add a row below; its cells stand in the order of the columns.
    pub fn row(
        mut self,
        label: impl Into<String>,
        cells: impl IntoIterator<Item = impl Into<HeatCell>>,
    ) -> Self {
        let cells = cells.into_iter().map(Into::into).collect();
        self.content.rows.push((label.into(), cells));
        self
    }

    /// Choose the colours.
    pub fn scale(mut self, scale: HeatScale) -> Self {
        self.content.scale = scale;
        self
    }

    /// Fix the numbers at the ends of the colours (otherwise the least and the greatest), so
    /// that several matrices can be compared. Numbers beyond take the colour of the end.
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.content.range = Some((low, high));
        self
    }

    /// Decimals of the numbers in the cells (otherwise 2).
    pub fn decimals(mut self, decimals: usize) -> Self {
        self.content.decimals = Some(decimals);
        self
    }

    /// Name what the numbers are, beside the colours.
    pub fn measure(mut self, measure: impl Into<String>) -> Self {
        self.content.measure = measure.into();
        self
    }

    /// Name the horizontal direction.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.content.x_label = label.into();
        self
    }

    /// Name the vertical direction.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.content.y_label = label.into();
        self
    }
}

impl Content for HeatContent {
    fn check(&self, figure: &str) -> Result<(), FigureError> {
        if self.columns.is_empty() || self.rows.is_empty() {
            return Err(FigureError::Empty(figure.to_owned()));
        }
        FigureError::unless_as_long(figure, self.columns.len(), &self.rows)
    }

    fn table(&self) -> Csv {
        let told = self.is_told();
        let columns = ["row", "column", "value", "reason", "words"];
        let mut csv = Csv::new(&columns[..if told { 5 } else { 4 }]);
        for (label, cells) in &self.rows {
            for (column, cell) in self.columns.iter().zip(cells) {
                let (value, reason) = match cell {
                    HeatCell::Value(value) | HeatCell::Told(value, _) => {
                        (number(Some(*value)), String::new())
                    }
                    HeatCell::Undefined(reason) => (String::new(), reason.clone()),
                };
                let mut line = vec![label.clone(), column.clone(), value, reason];
                line.extend(told.then(|| cell.words().unwrap_or_default().to_owned()));
                csv.row(&line);
            }
        }
        csv
    }

    fn layout(&self, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
        layout::draw(self, room, canvas)
    }
}

impl Single for HeatContent {}
