//! Shares of the same samples at many thresholds.

use super::Contributions;
use super::side::{Moments, Scale, Side, Sum};

/// One outcome of patients whose samples stay the same, for shares of them at many thresholds: what does not
/// change is found once.
pub(in crate::stats) struct Held {
    /// Weight of each patient.
    weights: Vec<f64>,
    /// `sqrt(f) / (m (1 - h_c))` of each patient; 0 without samples.
    factors: Vec<f64>,
    total: f64,
    side: Side,
}

impl Held {
    /// Samples and weight of each patient.
    pub fn of(held: &[(usize, f64)]) -> Self {
        let sums: Vec<Sum> = held.iter().map(|&(n, weight)| Sum::new(n, weight, 0.0)).collect();
        let (side, Scale { root, total }) = Side::of(true, &sums);
        let factor = |&(_, weight): &(usize, f64)| if weight > 0.0 { root / (total - weight) } else { 0.0 };
        Self {
            weights: held.iter().map(|held| held.1).collect(),
            factors: held.iter().map(factor).collect(),
            total: held.iter().map(|held| held.1).sum(),
            side,
        }
    }

    /// Samples that count.
    pub fn samples(&self) -> usize {
        self.side.units.samples
    }

    /// The share of the weight `called` of each patient, without parts.
    pub fn share(&self, called: &[f64]) -> Contributions {
        let value = (called.iter().sum::<f64>() / self.total).clamp(0.0, 1.0);
        let (mut squares, mut fourth) = (0.0, 0.0);
        for ((called, weight), factor) in called.iter().zip(&self.weights).zip(&self.factors) {
            let d = factor * (called - value * weight);
            squares += d * d;
            fourth += (d * d) * (d * d);
        }
        let moments = Moments { squares, fourth, units: self.side.units.count };
        let side = Side { variance: squares, ..self.side };
        Contributions { value, parts: Vec::new(), moments, sides: vec![side], identical: false }
    }
}
