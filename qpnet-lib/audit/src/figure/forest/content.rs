//! What a forest plot shows.

use super::super::theme;
use crate::stats::Estimate;
use plotters::style::RGBColor;

/// The content of [`Forest`](crate::figure::Forest).
#[derive(Clone, Debug, Default)]
pub struct ForestContent {
    pub(super) x_label: String,
    pub(super) rows: Vec<Row>,
    pub(super) reference: Option<(f64, String)>,
    pub(super) margin: Option<(f64, String)>,
    pub(super) decimals: Option<usize>,
    pub(super) colours: Vec<usize>,
}

/// A line of the plot.
#[derive(Clone, Debug)]
pub(in crate::figure) enum Row {
    Heading(String),
    Estimate(String, Estimate),
}

impl ForestContent {
    /// Heading, name and estimate of every row.
    pub(super) fn named(&self) -> impl Iterator<Item = (&str, &str, &Estimate)> {
        let mut group = "";
        self.rows.iter().filter_map(move |row| match row {
            Row::Heading(heading) => {
                group = heading;
                None
            }
            Row::Estimate(label, estimate) => Some((group, label.as_str(), estimate)),
        })
    }

    pub(super) fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        self.named().map(|(_, _, estimate)| estimate)
    }

    /// The names of the rows after their headings, as notes call them.
    pub(super) fn full_labels(&self) -> Vec<String> {
        let full = |(group, label, _): (&str, &str, _)| match group {
            "" => label.to_owned(),
            _ => format!("{group}, {label}"),
        };
        self.named().map(full).collect()
    }

    pub(super) fn colour(&self, row: usize) -> RGBColor {
        theme::colour(self.colours.get(row).copied().unwrap_or(2))
    }

    /// The lines with a place on the axis: margin and reference.
    pub(super) fn guides(&self) -> impl Iterator<Item = &(f64, String)> {
        [&self.margin, &self.reference].into_iter().flatten().filter(|(x, _)| x.is_finite())
    }

    /// A number as text, with a true minus sign.
    pub(super) fn text(&self, value: f64) -> String {
        if value.is_infinite() {
            return if value > 0.0 { "∞".into() } else { "−∞".into() };
        }
        theme::decimal(value, self.decimals.unwrap_or(3))
    }
}
