//! What all kinds of figures share: the words around a drawing, and the way to draw it.

use super::canvas::Canvas;
use super::csv::Csv;
use super::error::FigureError;
use super::figure::Figure;
use super::slide::{self, Slide};
use super::words::Words;

/// Width of a drawing on a telephone of 390 pixels, whose pages have margins.
pub(super) const NARROW: f64 = 358.0;

/// A figure in the making: the words around a drawing, and its content.
///
/// [`Bars`](super::Bars), [`Lines`](super::Lines), [`Forest`](super::Forest),
/// [`Heat`](super::Heat) and [`Panels`](super::Panels) are charts with different contents.
#[derive(Clone, Debug, Default)]
pub struct Chart<C> {
    pub(super) words: Words,
    pub(super) content: C,
}

/// What a drawing is told about its place: alone on a sheet, or a panel of one.
pub struct Room<'a> {
    pub(super) words: &'a Words,
    /// The letter of a panel.
    pub(super) letter: Option<&'a str>,
    /// The width a panel, or a narrow sheet, should take; a drawing that needs more takes more.
    pub(super) width: Option<f64>,
}

/// The drawable content of a chart; implemented in this module only.
pub trait Content: std::fmt::Debug + Send + Sync {
    /// Whether it can be drawn. `figure` names it in messages.
    fn check(&self, figure: &str) -> Result<(), FigureError>;

    /// The plotted numbers.
    fn table(&self) -> Csv;

    /// Draw from the upper left corner of `canvas`; width and height in logical pixels.
    fn layout(&self, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64);

    /// The charts it is made of, each alone on a slide; none: it is one.
    fn parts(&self) -> Vec<(&Words, &dyn Content)> {
        Vec::new()
    }

    /// What the content adds to the caption.
    fn caption(&self) -> String {
        String::new()
    }
}

/// Content that can be a panel of [`Panels`](super::Panels): every kind but these.
pub trait Single: Content + 'static {}

impl<C: Content + Default> Chart<C> {
    /// An empty chart; `name` becomes the stem of its files.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        let words = Words { name: name.into(), title: title.into(), ..Words::default() };
        Self { words, content: C::default() }
    }
}

impl<C: Content> Chart<C> {
    /// Name data and profile in the last line.
    pub fn footer(mut self, footer: impl Into<String>) -> Self {
        self.words.footer = footer.into();
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
    /// [`FigureError`]: nothing to draw, series of the wrong length, a number that has no place
    /// on its axis, a name that is no file name.
    pub fn draw(&self) -> Result<Figure, FigureError> {
        self.content.check(&self.words.name)?;
        let mut words = self.words.clone();
        let parts = [words.caption, self.content.caption()];
        words.caption = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let parts = self.content.parts();
        let slides = match parts.is_empty() {
            true => vec![slide(&self.words, &self.content, "")],
            false => {
                let one = |(words, content)| slide(words, content, self.words.title.trim());
                parts.into_iter().map(one).collect()
            }
        };
        let sheets = (self.lay_out(None), self.lay_out(Some(NARROW)));
        Figure::render(words, self.content.table().finish(), sheets.0, sheets.1, slides)
    }

    /// The shapes of the chart alone on a sheet, of the usual width or of about `width`, and the size of that
    /// sheet.
    pub(super) fn lay_out(&self, width: Option<f64>) -> (Canvas, (f64, f64)) {
        let mut canvas = Canvas::default();
        let room = Room { words: &self.words, letter: None, width };
        let size = self.content.layout(&room, &mut canvas);
        (canvas, size)
    }
}

/// A chart for a slide; a panel gets the title of its sheet before its own.
fn slide(words: &Words, content: &dyn Content, sheet: &str) -> Slide {
    let title = match (sheet, words.title.as_str()) {
        ("", own) => own.to_owned(),
        (sheet, "") => sheet.to_owned(),
        (sheet, own) => format!("{sheet}: {own}"),
    };
    let words = Words { title, ..words.clone() };
    let mut canvas = Canvas::default();
    let room = Room { words: &words, letter: None, width: Some(slide::SIZE.0) };
    let size = content.layout(&room, &mut canvas);
    Slide::of(canvas, size)
}
