//! Figures: plain series in, drawing + plotted numbers + caption out. Nothing is computed here.
//!
//! Every figure is laid out once as a list of shapes in logical pixels, then replayed into an
//! SVG and into a PNG, with one bundled font (DejaVu Sans, see `assets/`), so that it looks
//! the same on every machine and two calls give the same bytes.

mod axis;
mod bars;
mod canvas;
mod chart;
#[cfg(test)]
mod checks;
mod csv;
mod display;
mod error;
#[expect(clippy::module_inception, reason = "the type `Figure` has its own file")]
mod figure;
mod font;
mod forest;
mod frame;
mod heat;
mod lines;
mod notes;
mod panels;
mod render;
#[cfg(feature = "system")]
mod save;
mod slide;
mod text;
mod theme;
mod ticks;
mod words;

pub use bars::{BarAxis, BarContent, BarGroup, Bars};
pub use chart::Chart;
pub use error::FigureError;
pub use figure::Figure;
pub use forest::{Forest, ForestContent};
pub use heat::{Heat, HeatCell, HeatContent, HeatScale};
pub use lines::{LineContent, LineStyle, Lines};
pub use panels::{PanelContent, Panels};
#[cfg(feature = "system")]
pub use save::SavedFigure;

pub(crate) use display::block;
