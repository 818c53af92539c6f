//! Why there is no figure.

use crate::fs::FileError;

/// Why a figure could not be drawn or saved.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// There is nothing to draw.
    #[error("figure `{0}` has nothing to draw: give it at least one series, row or panel")]
    Empty(String),
    /// A series does not fit the groups, or a row the columns.
    #[error("figure `{figure}`: series `{series}` has {got} values for {expected} groups")]
    Mismatch {
        /// Name of the figure.
        figure: String,
        /// Label of the series.
        series: String,
        /// Number of groups.
        expected: usize,
        /// Number of values.
        got: usize,
    },
    /// A logarithmic axis has no place for a number.
    #[error("figure `{figure}`: {place} lies at x = {x}, but a logarithmic axis begins above 0")]
    NotPositive {
        /// Name of the figure.
        figure: String,
        /// The series or tick.
        place: String,
        /// Its place on the axis.
        x: f64,
    },
    /// The name cannot be the stem of a file.
    #[error("`{0}` cannot name a figure: use letters, digits, `-`, `_` and `.`")]
    Name(String),
    /// The drawing library failed.
    #[error("the figure could not be drawn: {0}")]
    Draw(String),
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl FigureError {
    /// `Ok` when every series, or row, has one value for each of `expected` groups, or columns.
    pub(super) fn unless_as_long<T>(
        figure: &str,
        expected: usize,
        series: &[(String, Vec<T>)],
    ) -> Result<(), Self> {
        let other = series.iter().find(|(_, values)| values.len() != expected);
        other.map_or(Ok(()), |(label, values)| {
            let (figure, series, got) = (figure.to_owned(), label.clone(), values.len());
            Err(Self::Mismatch { figure, series, expected, got })
        })
    }
}
