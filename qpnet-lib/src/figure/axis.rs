//! Ranges, ticks and the mapping from values to pixels.

/// A linear axis with round ticks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<f64>,
    decimals: usize,
}

impl Axis {
    /// The axis that covers `low..high` exactly, with about `wanted` round ticks inside.
    pub fn exact(low: f64, high: f64, wanted: usize) -> Self {
        let (low, high) = widened(low, high);
        let step = round_step((high - low) / wanted.max(1) as f64);
        let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
        let ticks = (first..=last).map(|k| k as f64 * step).collect();
        let decimals = (-step.log10() - 1e-9).ceil().max(0.0) as usize;
        Self { low, high, ticks, decimals }
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

    /// Share of the way from `low` to `high`.
    pub fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// A tick as text, with a true minus sign.
    pub fn label(&self, tick: f64) -> String {
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

fn widened(low: f64, high: f64) -> (f64, f64) {
    if high - low > low.abs().max(high.abs()) * 1e-9 {
        return (low, high);
    }
    let room = low.abs().max(1.0) * 0.5;
    (low - room, high + room)
}

/// The next of 1, 2, 5 times a power of ten.
fn round_step(raw: f64) -> f64 {
    let power = 10f64.powf(raw.log10().floor());
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
}
