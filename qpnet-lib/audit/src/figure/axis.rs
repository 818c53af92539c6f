//! Ranges, ticks and the mapping from values to pixels.

use crate::math::{ln, log10, powf};

/// An axis with round ticks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<f64>,
    decimals: usize,
    logarithmic: bool,
}

impl Axis {
    /// The axis that covers `low..high` exactly, with about `wanted` round ticks inside.
    pub fn exact(low: f64, high: f64, wanted: usize) -> Self {
        let (low, high) = widened(low, high);
        let step = round_step((high - low) / wanted.max(1) as f64);
        let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
        let ticks = (first..=last).map(|k| k as f64 * step).collect();
        let decimals = (-log10(step) - 1e-9).ceil().max(0.0) as usize;
        Self { low, high, ticks, decimals, logarithmic: false }
    }

    /// The axis that covers `low..high` and ends at ticks.
    pub fn round(low: f64, high: f64, wanted: usize) -> Self {
        let (low, high) = widened(low, high);
        let step = round_step((high - low) / wanted.max(1) as f64);
        Self::exact((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step, wanted)
    }

    /// Whole numbers from `low` to `high`.
    pub fn whole(low: f64, high: f64, wanted: usize) -> Self {
        let mut axis = Self::exact(low, high, wanted);
        axis.ticks.retain(|tick| (tick - tick.round()).abs() < 1e-9);
        axis.decimals = 0;
        axis
    }

    /// The logarithmic axis over positive `points`, with ticks at the points where they are few,
    /// else at 1, 2, 5 times powers of ten, else at powers of ten.
    pub fn logarithmic(points: &[f64]) -> Self {
        let mut own = points.to_vec();
        own.sort_by(f64::total_cmp);
        own.dedup();
        let (low, high) = (own.first().copied().unwrap_or(1.0), own.last().copied().unwrap_or(1.0));
        let (low, high) = if low < high { (low, high) } else { (low / 2.0, high * 2.0) };
        let powers = log10(low).floor() as i32..=log10(high).ceil() as i32;
        let grid = |factors: &[f64]| -> Vec<f64> {
            let ticks = powers.clone().flat_map(|p| factors.iter().map(move |f| f * 10f64.powi(p)));
            ticks.filter(|tick| (low..=high).contains(tick)).collect()
        };
        let fine = grid(&[1.0, 2.0, 5.0]);
        let ticks = match (own.len(), fine.len()) {
            (..=12, _) => own,
            (_, ..=12) => fine,
            _ => grid(&[1.0]),
        };
        Self { low, high, ticks, decimals: 0, logarithmic: true }
    }

    /// Share of the way from `low` to `high`.
    pub fn share(&self, value: f64) -> f64 {
        if self.logarithmic {
            return ln(value / self.low) / ln(self.high / self.low);
        }
        (value - self.low) / (self.high - self.low)
    }

    /// A tick as text, with a true minus sign.
    pub fn label(&self, tick: f64) -> String {
        if self.logarithmic && (1e-3..1e9).contains(&tick) {
            return if tick.fract() == 0.0 { thousands(tick as usize) } else { rounded(tick) };
        }
        if tick.abs() >= 1e6 || (tick != 0.0 && self.decimals > 6) {
            return format!("{tick:.2e}").replace('-', "−");
        }
        let text = format!("{:.*}", self.decimals, tick + 0.0);
        if text.trim_start_matches('-').chars().all(|c| "0.".contains(c)) {
            return text.trim_start_matches('-').to_owned();
        }
        text.replace('-', "−")
    }
}

/// `12,345`.
pub(super) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Three significant digits at least, without trailing zeros.
fn rounded(value: f64) -> String {
    let decimals = (2.0_f64 - log10(value).floor()).clamp(0.0, 8.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn widened(low: f64, high: f64) -> (f64, f64) {
    if high - low > low.abs().max(high.abs()) * 1e-9 {
        return (low, high);
    }
    let room = low.abs().max(1.0) * 0.5;
    (low - room, high + room)
}

/// The next of 1, 2, 5 times a power of ten.
fn round_step(raw: f64) -> f64 {
    let power = powf(10.0, log10(raw).floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|f| f * power >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_labelled_alike() {
        let axis = Axis::exact(0.4, 1.0, 6);
        let labels: Vec<_> = axis.ticks.iter().map(|&t| axis.label(t)).collect();
        assert_eq!(labels, ["0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1.0"]);
        let axis = Axis::round(-0.03, 0.11, 5);
        let labels: Vec<_> = axis.ticks.iter().map(|&t| axis.label(t)).collect();
        assert_eq!(labels, ["−0.05", "0.00", "0.05", "0.10", "0.15"]);
        assert_eq!(Axis::whole(1.0, 3.0, 6).ticks, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn a_single_value_still_has_an_axis() {
        let axis = Axis::round(0.0, 0.0, 5);
        assert!(axis.low < 0.0 && axis.high > 0.0);
        assert!(axis.share(0.0).is_finite());
    }

    #[test]
    fn a_logarithmic_axis_has_ticks_at_few_points_and_round_ones_at_many() {
        let axis = Axis::logarithmic(&[500.0, 1000.0, 2000.0, 4000.0]);
        let labels: Vec<_> = axis.ticks.iter().map(|&t| axis.label(t)).collect();
        assert_eq!(labels, ["500", "1,000", "2,000", "4,000"]);
        assert!((axis.share(1000.0) - 1.0 / 3.0).abs() < 1e-12);
        let many: Vec<f64> = (1..=40).map(|i| f64::from(i) * 0.025).collect();
        let axis = Axis::logarithmic(&many);
        let labels: Vec<_> = axis.ticks.iter().map(|&t| axis.label(t)).collect();
        assert_eq!(labels, ["0.05", "0.1", "0.2", "0.5", "1"]);
        let axis = Axis::logarithmic(&[7.0]);
        assert!((axis.share(7.0) - 0.5).abs() < 1e-12);
    }
}
