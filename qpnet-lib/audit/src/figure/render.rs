//! Shapes to SVG and PNG through plotters.

use super::canvas::{Anchor, Canvas, Shape, Text, printable};
use super::error::FigureError;
use super::text::Typeface;
use super::theme;
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
        draw_shapes(canvas, &area, SVG_SCALE)?;
        canvas.texts().try_for_each(|text| write_text(text, &area))?;
        area.present().map_err(draw_error)?;
    }
    // plotters hangs text below its point by 0.76 em; here points lie on the base line.
    let sizes = |(width, height): (u32, u32)| format!("width=\"{width}\" height=\"{height}\"");
    let family = |name: &str| format!("font-family=\"{name}\"");
    let text = text
        .replacen(&sizes(large), &sizes(size), 1)
        .replace(" dy=\"0.76em\"", "")
        .replace(&family(theme::FAMILY), &family(theme::FAMILIES));
    let end = text.find("<svg").and_then(|start| text[start..].find('>').map(|end| start + end + 1));
    let end = end.ok_or_else(|| FigureError::Draw("plotters wrote no <svg> element".into()))?;
    Ok(format!("{}\n<title>{}</title>{}", &text[..end], escape(&printable(title)), &text[end..]))
}

/// `text` for use inside an XML element.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Draw `canvas` as a PNG of so many `pixels` per logical pixel.
pub(super) fn png(canvas: &Canvas, size: (u32, u32), pixels: u32) -> Result<Vec<u8>, FigureError> {
    let scale = pixels * OVERSAMPLING;
    let large = (size.0 * scale, size.1 * scale);
    let mut fine = vec![0u8; large.0 as usize * large.1 as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut fine, large).into_drawing_area();
        draw_shapes(canvas, &area, f64::from(scale))?;
        area.present().map_err(draw_error)?;
    }
    let face = Typeface::load()?;
    canvas.texts().for_each(|text| paint_text(text, &face, &mut fine, large, f64::from(scale)));
    let (width, height) = (size.0 * pixels, size.1 * pixels);
    let pixels = average(&fine, width as usize, height as usize, OVERSAMPLING as usize);
    encode(&pixels, width, height).map_err(|error| FigureError::Draw(error.to_string()))
}

/// RGB as a PNG file.
fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
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

/// Draw everything but text.
fn draw_shapes<DB: DrawingBackend>(
    canvas: &Canvas,
    area: &DrawingArea<DB, Shift>,
    scale: f64,
) -> Result<(), FigureError> {
    let places = |points: &[(f64, f64)]| points.iter().map(|&p| place(p, scale)).collect::<Vec<_>>();
    area.fill(&theme::PAPER).map_err(draw_error)?;
    for shape in &canvas.shapes {
        match shape {
            Shape::Stroke { points, width, colour } => {
                let width = (width * scale).round().max(1.0) as u32;
                area.draw(&PathElement::new(places(points), colour.stroke_width(width)))
            }
            Shape::Fill { points, colour, opacity } => {
                area.draw(&Polygon::new(places(points), colour.mix(*opacity).filled()))
            }
            Shape::Dot { centre, radius, colour } => {
                area.draw(&Circle::new(place(*centre, scale), (radius * scale).round(), colour.filled()))
            }
            Shape::Text(_) => Ok(()),
        }
        .map_err(draw_error)?;
    }
    Ok(())
}

fn place((x, y): (f64, f64), scale: f64) -> (i32, i32) {
    ((x * scale).round() as i32, (y * scale).round() as i32)
}

/// Hand a text to the SVG back end.
fn write_text(text: &Text, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), FigureError> {
    let Text { font, anchor, upwards, .. } = *text;
    let size = font.em * SVG_SCALE * 1.24; // plotters divides by 1.24
    let weight = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
    let turn = if upwards { FontTransform::Rotate270 } else { FontTransform::None };
    let hold = match anchor {
        Anchor::Left => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::Right => HPos::Right,
    };
    let style = FontDesc::new(FontFamily::Name(theme::FAMILY), size, weight)
        .transform(turn)
        .color(&font.colour)
        .pos(Pos::new(hold, VPos::Top));
    area.draw_text(&text.text, &style, place(text.at, SVG_SCALE)).map_err(draw_error)
}

/// Blend a text into RGB pixels of the given size.
fn paint_text(text: &Text, face: &Typeface, pixels: &mut [u8], (width, height): (u32, u32), scale: f64) {
    let Text { font, anchor, upwards, .. } = *text;
    let em = font.em * scale;
    let back = match anchor {
        Anchor::Left => 0.0,
        Anchor::Middle => 0.5,
        Anchor::Right => 1.0,
    };
    let (x, y) = place(text.at, scale);
    let start = -back * face.width(&text.text, font.bold) * em;
    let colour = [font.colour.0, font.colour.1, font.colour.2];
    face.raster(&text.text, font.bold, em, start, |dx, dy, coverage| {
        let (px, py) = if upwards { (x + dy, y - dx) } else { (x + dx, y + dy) };
        if (0..width as i32).contains(&px) && (0..height as i32).contains(&py) {
            let at = (py as usize * width as usize + px as usize) * 3;
            for (pixel, ink) in pixels[at..at + 3].iter_mut().zip(colour) {
                let mixed = f32::from(*pixel) * (1.0 - coverage) + f32::from(ink) * coverage;
                *pixel = mixed.round().clamp(0.0, 255.0) as u8;
            }
        }
    });
}

fn draw_error(error: impl std::fmt::Display) -> FigureError {
    FigureError::Draw(error.to_string())
}
