//! Numbers to colours.

use super::super::theme;
use super::content::{HeatContent, HeatScale};
use crate::math::powf;
use plotters::style::RGBColor;

/// One hue from light to dark; its lightness falls evenly, so that it survives grey print.
const SEQUENTIAL: [RGBColor; 5] = [
    RGBColor(0xf7, 0xfb, 0xff),
    RGBColor(0xc6, 0xdb, 0xef),
    RGBColor(0x6b, 0xae, 0xd6),
    RGBColor(0x21, 0x71, 0xb5),
    RGBColor(0x08, 0x30, 0x6b),
];

/// Orange to blue, told apart with every common colour vision.
const DIVERGING: [RGBColor; 5] = [
    RGBColor(0xb3, 0x58, 0x06),
    RGBColor(0xf4, 0xa5, 0x4e),
    RGBColor(0xf7, 0xf7, 0xf7),
    RGBColor(0x6b, 0xae, 0xd6),
    RGBColor(0x21, 0x66, 0xac),
];

/// The colours between two numbers.
pub(super) struct Colours {
    pub low: f64,
    pub high: f64,
    anchors: [RGBColor; 5],
}

impl Colours {
    /// The colours of a matrix; `None` when it has no number.
    pub fn of(chart: &HeatContent) -> Option<Self> {
        let low = chart.values().fold(f64::INFINITY, f64::min);
        let high = chart.values().fold(f64::NEG_INFINITY, f64::max);
        if !low.is_finite() {
            return None;
        }
        let given = chart.range.filter(|(a, b)| a.is_finite() && b.is_finite() && a < b);
        let (low, high) = given.unwrap_or((low, high));
        let (low, high, anchors) = match chart.scale {
            HeatScale::Sequential => (low, high, SEQUENTIAL),
            HeatScale::Diverging { centre } => {
                let centre = if centre.is_finite() { centre } else { 0.0 };
                let reach = (high - centre).abs().max((low - centre).abs());
                (centre - reach, centre + reach, DIVERGING)
            }
        };
        // A matrix of equal numbers takes the middle colour.
        let room = if high > low { 0.0 } else { low.abs().max(1.0) * 0.5 };
        Some(Self { low: low - room, high: high + room, anchors })
    }

    /// The colour of a number.
    pub fn at(&self, value: f64) -> RGBColor {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        let place = share * (self.anchors.len() - 1) as f64;
        let below = (place as usize).min(self.anchors.len() - 2);
        let (a, b, t) = (self.anchors[below], self.anchors[below + 1], place - below as f64);
        let mix = |a: u8, b: u8| (f64::from(a) * (1.0 - t) + f64::from(b) * t).round() as u8;
        RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
    }
}

/// Black or white, whichever is read more easily on `ground` (relative luminance of WCAG 2).
pub(super) fn ink_on(ground: RGBColor) -> RGBColor {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { powf((c + 0.055) / 1.055, 2.4) }
    };
    let luminance = 0.2126 * linear(ground.0) + 0.7152 * linear(ground.1) + 0.0722 * linear(ground.2);
    if luminance > 0.2 { theme::INK } else { theme::PAPER }
}

#[cfg(test)]
mod tests {
    use super::super::super::Heat;
    use super::*;

    #[test]
    fn the_ends_and_the_centre_have_their_colours() {
        let colours = |scale, values: [f64; 2]| {
            let chart = Heat::new("x", "t").columns(["a", "b"]).row("r", values).scale(scale);
            Colours::of(&chart.content).expect("numbers")
        };
        let sequential = colours(HeatScale::Sequential, [0.2, 0.6]);
        assert_eq!(sequential.at(0.2), SEQUENTIAL[0]);
        assert_eq!(sequential.at(0.6), SEQUENTIAL[4]);
        assert_eq!(sequential.at(0.4), SEQUENTIAL[2]);
        let diverging = colours(HeatScale::Diverging { centre: 0.0 }, [-0.1, 0.4]);
        assert_eq!((diverging.low, diverging.high), (-0.4, 0.4));
        assert_eq!(diverging.at(0.0), DIVERGING[2]);
        let equal = colours(HeatScale::Sequential, [3.0, 3.0]);
        assert_eq!(equal.at(3.0), SEQUENTIAL[2]);
    }

    #[test]
    fn numbers_are_dark_on_light_and_light_on_dark() {
        assert_eq!(ink_on(SEQUENTIAL[0]), theme::INK);
        assert_eq!(ink_on(SEQUENTIAL[4]), theme::PAPER);
    }
}
