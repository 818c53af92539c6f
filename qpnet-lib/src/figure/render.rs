//! Shapes to SVG and PNG through plotters.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Shape};
use super::theme;
use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// SVG units per logical pixel: plotters rounds to whole units.
const SVG_SCALE: f64 = 10.0;
/// Pixels of the PNG per logical pixel.
pub(super) const PNG_SCALE: u32 = 2;
/// Pixels drawn per pixel of the PNG and direction, averaged afterwards.
const OVERSAMPLING: u32 = 2;

/// Draw `canvas` of `width` x `height` logical pixels as an SVG document.
pub(super) fn svg(canvas: &Canvas, size: (u32, u32), title: &str) -> Result<String, FigureError> {
    let large = (size.0 * SVG_SCALE as u32, size.1 * SVG_SCALE as u32);
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, large).into_drawing_area();
        replay(canvas, &area, SVG_SCALE)?;
        area.present().map_err(draw_error)?;
    }
    // plotters divides sizes by 1.24 and hangs the text 0.76 em below its point; the font is
    // 1.164 em high, and the bitmap hangs it by half that.
    let text = text
        .replacen(
            &format!("width=\"{}\" height=\"{}\"", large.0, large.1),
            &format!("width=\"{}\" height=\"{}\"", size.0, size.1),
            1,
        )
        .replace("dy=\"0.76em\"", &format!("dy=\"{:.4}em\"", theme::HEIGHT_PER_EM / 2.0))
        .replace(
            &format!("font-family=\"{}\"", theme::FAMILY),
            &format!("font-family=\"{}\"", theme::FAMILIES),
        );
    let text = rescale_fonts(&text);
    let end = text.find("<svg").and_then(|start| text[start..].find('>').map(|end| start + end + 1));
    let end = end.ok_or_else(|| FigureError::Draw("plotters wrote no <svg> element".into()))?;
    Ok(format!("{}\n<title>{}</title>{}", &text[..end], escape(title), &text[end..]))
}

fn rescale_fonts(text: &str) -> String {
    const KEY: &str = "font-size=\"";
    let mut parts = text.split(KEY);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('"').unwrap_or((part, ""));
        match number.parse::<f64>() {
            Ok(size) => out += &format!("{KEY}{:.1}\"{rest}", size * 1.24 / theme::HEIGHT_PER_EM),
            Err(_) => out += &format!("{KEY}{number}\"{rest}"),
        }
    }
    out
}

/// `text` for use inside an XML element.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Draw `canvas` as a PNG of [`PNG_SCALE`] pixels per logical pixel.
pub(super) fn png(canvas: &Canvas, size: (u32, u32)) -> Result<Vec<u8>, FigureError> {
    let scale = PNG_SCALE * OVERSAMPLING;
    let large = (size.0 * scale, size.1 * scale);
    let mut fine = vec![0u8; large.0 as usize * large.1 as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut fine, large).into_drawing_area();
        replay(canvas, &area, f64::from(scale))?;
        area.present().map_err(draw_error)?;
    }
    let (width, height) = (size.0 * PNG_SCALE, size.1 * PNG_SCALE);
    let pixels = average(&fine, width as usize, height as usize, OVERSAMPLING as usize);
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive)
        .write_image(&pixels, width, height, image::ExtendedColorType::Rgb8)
        .map_err(|error| FigureError::Draw(error.to_string()))?;
    Ok(png)
}

/// The mean over squares of `k` x `k` pixels.
fn average(fine: &[u8], width: usize, height: usize, k: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let at = |i: usize, j: usize| ((y * k + i) * width * k + x * k + j) * 3 + channel;
                let square = (0..k).flat_map(|i| (0..k).map(move |j| (i, j)));
                let sum: usize = square.map(|(i, j)| usize::from(fine[at(i, j)])).sum();
                out.push(((sum + k * k / 2) / (k * k)) as u8);
            }
        }
    }
    out
}

fn replay<DB: DrawingBackend>(
    canvas: &Canvas,
    area: &DrawingArea<DB, Shift>,
    scale: f64,
) -> Result<(), FigureError> {
    let place = |(x, y): (f64, f64)| ((x * scale).round() as i32, (y * scale).round() as i32);
    let places = |points: &[(f64, f64)]| points.iter().copied().map(place).collect::<Vec<_>>();
    area.fill(&theme::PAPER).map_err(draw_error)?;
    for shape in &canvas.shapes {
        match shape {
            Shape::Stroke { points, width, colour } => {
                let width = (width * scale).round().max(1.0) as u32;
                area.draw(&PathElement::new(places(points), colour.stroke_width(width)))
            }
            Shape::Fill { points, colour } => area.draw(&Polygon::new(places(points), colour.filled())),
            Shape::Dot { centre, radius, colour } => {
                area.draw(&Circle::new(place(*centre), (radius * scale).round(), colour.filled()))
            }
            Shape::Text { text, at, font, anchor, upwards } => {
                let size = font.em * theme::HEIGHT_PER_EM * scale;
                let weight = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
                let turn = if *upwards { FontTransform::Rotate270 } else { FontTransform::None };
                let hold = match anchor {
                    Anchor::Left => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::Right => HPos::Right,
                };
                let style = FontDesc::new(FontFamily::Name(theme::FAMILY), size, weight)
                    .transform(turn)
                    .color(&font.colour)
                    .pos(Pos::new(hold, VPos::Top));
                // The base line lies half a size below the point plotters is given.
                let half = size / scale / 2.0;
                let point = if *upwards { (at.0 - half, at.1) } else { (at.0, at.1 - half) };
                area.draw_text(text, &style, place(point))
            }
        }
        .map_err(draw_error)?;
    }
    Ok(())
}

fn draw_error(error: impl std::fmt::Display) -> FigureError {
    FigureError::Draw(error.to_string())
}
