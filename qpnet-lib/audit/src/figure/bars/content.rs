//! What a bar chart shows.

use super::super::theme;
use crate::stats::Estimate;
use plotters::style::RGBColor;

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

/// The content of [`Bars`](crate::figure::Bars).
#[derive(Clone, Debug, Default)]
pub struct BarContent {
    pub(super) axis: BarAxis,
    pub(super) y_label: Option<String>,
    pub(super) groups: Vec<BarGroup>,
    pub(super) series: Vec<(String, Vec<Estimate>)>,
    pub(super) colours: Vec<usize>,
}

impl BarContent {
    pub(super) fn colour(&self, series: usize) -> RGBColor {
        theme::colour(self.colours.get(series).copied().unwrap_or(series))
    }

    pub(super) fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        self.series.iter().flat_map(|(_, estimates)| estimates)
    }
}
