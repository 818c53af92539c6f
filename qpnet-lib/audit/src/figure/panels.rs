//! Several drawings on one sheet, with the letters a, b, c …

use super::FigureError;
use super::canvas::Canvas;
use super::chart::{Chart, Content, Room, Single};
use super::csv::Csv;
use super::frame;
use super::words::Words;
use std::sync::Arc;

/// Width of a sheet with panels beside each other.
const SHEET: f64 = 1120.0;

/// A sheet in the making: charts of any kind in rows, each with its letter.
///
/// A panel keeps its title, and its footer unless it is that of the sheet. Its name is not used;
/// its caption follows the caption of the sheet, after its letter. The CSV is one table: a column
/// `panel` with the letters, then the union of the panels' columns, empty where a panel lacks one.
///
/// [`Chart`] makes it, adds caption and footer, and draws it.
///
/// # Examples
/// ```
/// use qpnet_audit::figure::{BarGroup, Bars, Lines, Panels};
/// use qpnet_audit::stats::Estimate;
/// let bars = Bars::new("auc", "Test AUC")
///     .group(BarGroup::new("dominant"))
///     .series("Mixed", [Estimate::new(0.88, 0.85, 0.91, "DeLong 95 %", 412)]);
/// let lines = Lines::new("delta", "Weight").x_label("epoch").epochs("QPI", [0.5, 0.62]);
/// let figure = Panels::new("fig4", "Mixed and QPI")
///     .panel(bars)
///     .panel(lines.caption("Delta of QP-Net."))
///     .caption("Synthetic population.")
///     .draw()?;
/// assert_eq!(figure.caption, "Synthetic population. b, Delta of QP-Net.");
/// assert!(figure.csv.starts_with("panel,group,n,positives,series,value,"));
/// # Ok::<(), qpnet_audit::figure::FigureError>(())
/// ```
pub type Panels = Chart<PanelContent>;

/// The content of [`Panels`].
#[derive(Clone, Debug, Default)]
pub struct PanelContent {
    panels: Vec<Panel>,
    columns: Option<usize>,
}

#[derive(Clone, Debug)]
struct Panel {
    words: Words,
    content: Arc<dyn Content>,
}

impl Panels {
    /// Add a chart to the right, or at the start of the next row.
    pub fn panel<C: Single>(mut self, chart: Chart<C>) -> Self {
        self.content.panels.push(Panel { words: chart.words, content: Arc::new(chart.content) });
        self
    }

    /// Panels in a row (otherwise 1 of one, 2 of up to four, else 3).
    pub fn columns(mut self, columns: usize) -> Self {
        self.content.columns = Some(columns);
        self
    }
}

impl Content for PanelContent {
    fn check(&self, figure: &str) -> Result<(), FigureError> {
        if self.panels.is_empty() {
            return Err(FigureError::Empty(figure.to_owned()));
        }
        let mut panels = self.panels.iter().enumerate();
        panels.try_for_each(|(i, panel)| panel.content.check(&format!("{figure}, panel {}", letter(i))))
    }

    fn table(&self) -> Csv {
        let panels = self.panels.iter().enumerate();
        Csv::stacked("panel", panels.map(|(i, panel)| (letter(i), panel.content.table())).collect())
    }

    fn layout(&self, room: &Room<'_>, canvas: &mut Canvas) -> (f64, f64) {
        // On a narrow sheet panels stand below each other.
        let columns = if room.width.is_some() { 1 } else { self.columns() };
        let wanted = room.width.or_else(|| (columns > 1).then(|| SHEET / columns as f64));
        let sheets: Vec<(Canvas, (f64, f64))> = self
            .panels
            .iter()
            .enumerate()
            .map(|(i, panel)| panel.lay_out(&letter(i), wanted, &room.words.footer))
            .collect();
        let widest = |column: usize| {
            sheets.iter().skip(column).step_by(columns).map(|(_, size)| size.0).fold(0.0, f64::max)
        };
        let widths: Vec<f64> = (0..columns).map(widest).collect();
        let width = widths.iter().sum();

        let titled = !room.words.title.trim().is_empty();
        let mut top = if titled { frame::heading(canvas, room, width) - 4.0 } else { 0.0 };
        let mut sheets = sheets.into_iter().peekable();
        while sheets.peek().is_some() {
            let (mut left, mut height) = (0.0, 0.0_f64);
            for ((sheet, size), width) in sheets.by_ref().take(columns).zip(&widths) {
                canvas.place(sheet, (left, top));
                (left, height) = (left + width, height.max(size.1));
            }
            top += height;
        }
        (width, frame::closing(canvas, &[], &room.words.footer, top, width))
    }

    fn parts(&self) -> Vec<(&Words, &dyn Content)> {
        self.panels.iter().map(|panel| (&panel.words, panel.content.as_ref())).collect()
    }

    fn caption(&self) -> String {
        let said = |(i, panel): (usize, &Panel)| {
            let caption = &panel.words.caption;
            (!caption.is_empty()).then(|| format!("{}, {caption}", letter(i)))
        };
        self.panels.iter().enumerate().filter_map(said).collect::<Vec<_>>().join(" ")
    }
}

impl PanelContent {
    fn columns(&self) -> usize {
        let most = self.panels.len().max(1);
        let usual = match most {
            1 => 1,
            2..=4 => 2,
            _ => 3,
        };
        self.columns.unwrap_or(usual).clamp(1, most)
    }
}

impl Panel {
    /// The panel at the origin; a footer that the sheet has as well is not repeated.
    fn lay_out(&self, letter: &str, width: Option<f64>, footer: &str) -> (Canvas, (f64, f64)) {
        let mut words = self.words.clone();
        if words.footer == footer {
            words.footer.clear();
        }
        let mut canvas = Canvas::default();
        let room = Room { words: &words, letter: Some(letter), width };
        let size = self.content.layout(&room, &mut canvas);
        (canvas, size)
    }
}

/// a, b … z, aa, ab …
fn letter(index: usize) -> String {
    let last = char::from(b'a' + (index % 26) as u8);
    if index < 26 { last.to_string() } else { letter(index / 26 - 1) + &last.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_do_not_run_out() {
        let letters: Vec<_> = [0, 3, 25, 26, 27, 701, 702].map(letter).into();
        assert_eq!(letters, ["a", "d", "z", "aa", "ab", "zz", "aaa"]);
    }
}
