//! The finished figure.

use super::canvas::Canvas;
use super::error::FigureError;
use super::render;
use super::slide::Slide;
use super::words::Words;

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
    slides: Vec<Slide>,
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Figure {{ name: {:?}, title: {:?} }}", self.name, self.title)
    }
}

impl Figure {
    /// What somebody is told who does not see the drawing: its title and what the caption says first.
    pub fn alternative(&self) -> String {
        let first = self.caption.split_inclusive(". ").next().unwrap_or_default().trim();
        match (self.title.trim(), first) {
            (title, "") => title.to_owned(),
            ("", first) => first.to_owned(),
            (title, first) => format!("{title}. {first}"),
        }
    }

    /// For slides: a PNG of 1920 x 1080 pixels for each chart, a panel of a sheet each on its own, with the stem of its
    /// file.
    ///
    /// # Errors
    /// [`FigureError`] from the drawing.
    pub fn slides(&self) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
        let one = |(at, slide): (usize, &Slide)| {
            let stem = match self.slides.len() {
                1 => self.name.clone(),
                _ => format!("{}_{}", self.name, at + 1),
            };
            Ok((stem, slide.png()?))
        };
        self.slides.iter().enumerate().map(one).collect()
    }

    /// Turn the shapes of two sheets of so many logical pixels into both kinds of files.
    pub(super) fn render(
        words: Words,
        csv: String,
        (canvas, size): (Canvas, (f64, f64)),
        (narrow, narrow_size): (Canvas, (f64, f64)),
        slides: Vec<Slide>,
    ) -> Result<Self, FigureError> {
        let Words { name, title, caption, .. } = words;
        let allowed = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(allowed) {
            return Err(FigureError::Name(name));
        }
        let whole = |(width, height): (f64, f64)| (width.ceil() as u32, height.ceil() as u32);
        let svg = render::svg(&canvas, whole(size), &title)?;
        let narrow = render::svg(&narrow, whole(narrow_size), &title)?;
        let png = render::png(&canvas, whole(size), render::PNG_SCALE)?;
        Ok(Self { name, title, caption, svg, narrow, png, csv, slides })
    }
}
