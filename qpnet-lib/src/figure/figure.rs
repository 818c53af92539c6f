//! The finished figure.

use super::canvas::Canvas;
use super::chart::Words;
use super::render;
use crate::fs::FileError;

/// A drawing, the numbers it shows, and what it says.
#[derive(Clone, PartialEq)]
pub struct Figure {
    /// Stem of the files it is saved as.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What is shown, from which data and profile.
    pub caption: String,
    /// The drawing as an SVG document.
    pub svg: String,
    /// The same for a narrow screen: panels stand below each other.
    pub narrow: String,
    /// The drawing as a PNG of two pixels per logical pixel.
    pub png: Vec<u8>,
    /// The plotted numbers, with a header line.
    pub csv: String,
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Figure {{ name: {:?}, title: {:?} }}", self.name, self.title)
    }
}

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

impl Figure {
    /// Turn the shapes of two sheets of so many logical pixels into both kinds of files.
    pub(super) fn render(
        words: Words,
        csv: String,
        (canvas, size): (Canvas, (f64, f64)),
        (narrow, narrow_size): (Canvas, (f64, f64)),
    ) -> Result<Self, FigureError> {
        let Words { name, title, caption, .. } = words;
        let allowed = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(allowed) {
            return Err(FigureError::Name(name));
        }
        let whole = |(width, height): (f64, f64)| (width.ceil() as u32, height.ceil() as u32);
        let svg = render::svg(&canvas, whole(size), &title)?;
        let narrow = render::svg(&narrow, whole(narrow_size), &title)?;
        let png = render::png(&canvas, whole(size))?;
        Ok(Self { name, title, caption, svg, narrow, png, csv })
    }
}
