//! A signed number of every layer, tested against 0 with regard to how many layers there are.

use crate::experiment::RunError;
use crate::stats::multiplicity::holm;
use crate::stats::student::two_sided_student_p;
use crate::stats::{Comparison, Estimate};

/// One layer of a family of tests.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTest {
    /// Counted from 1.
    pub index: usize,
    /// The layer's name.
    pub layer: String,
    /// The number with its interval, and the test of 0 for this layer alone.
    pub comparison: Comparison,
    /// Holm's p-value over all layers of the family.
    pub adjusted: Option<f64>,
}

/// Where a number lies, as far as the data can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Above 0.
    Above,
    /// Below 0.
    Below,
    /// Either is possible, or there is no test.
    Unclear,
}

/// Chance of any false claim over the layers of a family.
pub const FAMILY_LEVEL: f64 = 0.05;

impl LayerTest {
    /// Test the layers of one family together.
    ///
    /// # Errors
    /// [`RunError::Stats`] for a p-value that is none.
    pub(super) fn family(layers: Vec<(usize, String, Comparison)>) -> Result<Vec<Self>, RunError> {
        let p: Vec<Option<f64>> = layers.iter().map(|(_, _, comparison)| comparison.p).collect();
        let adjusted = holm(&p)?;
        let test = |((index, layer, comparison), adjusted)| Self { index, layer, comparison, adjusted };
        Ok(layers.into_iter().zip(adjusted).map(test).collect())
    }

    /// The same layers tested against `bound` instead of 0, together again: numbers and limits are
    /// then those above it.
    ///
    /// # Errors
    /// As [`LayerTest::family`].
    pub(super) fn against(layers: &[Self], bound: f64) -> Result<Vec<Self>, RunError> {
        if bound == 0.0 {
            return Ok(layers.to_vec());
        }
        let moved = |test: &Self| (test.index, test.layer.clone(), above(&test.comparison, bound));
        Self::family(layers.iter().map(moved).collect())
    }

    /// The side of 0 on which the number lies after Holm's adjustment.
    pub fn side(&self) -> Side {
        match (self.comparison.difference.value, self.adjusted) {
            (Some(value), Some(p)) if p < FAMILY_LEVEL && value > 0.0 => Side::Above,
            (Some(value), Some(p)) if p < FAMILY_LEVEL && value < 0.0 => Side::Below,
            _ => Side::Unclear,
        }
    }
}

/// A number less `bound`, with the test of 0 that belongs to it; no test where there was none.
fn above(found: &Comparison, bound: f64) -> Comparison {
    let less = |number: Option<f64>| number.map(|number| number - bound);
    let Estimate { value, low, high, .. } = found.difference;
    let difference =
        Estimate { value: less(value), low: less(low), high: less(high), ..found.difference.clone() };
    let z = match difference.value.zip(difference.se).filter(|_| found.p.is_some()) {
        // Known exactly.
        Some((0.0, 0.0)) => Some(0.0),
        Some((value, 0.0)) => Some(f64::INFINITY.copysign(value)),
        Some((value, se)) => Some(value / se),
        None => None,
    };
    let p = z.map(|z| two_sided_student_p(z, found.df.unwrap_or(f64::INFINITY)));
    Comparison { difference, z, df: found.df, p }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_survives_the_number_of_layers_or_is_unclear() {
        let layer = |index, value, p| {
            let difference = Estimate::new(value, value - 0.1, value + 0.1, "m", 9);
            (index, format!("layer {index}"), Comparison { difference, z: None, df: None, p })
        };
        // 0.02 alone would do; the second of four must be below 0.05 / 3.
        let layers = vec![
            layer(1, 0.3, Some(0.001)),
            layer(2, -0.3, Some(0.01)),
            layer(3, 0.2, Some(0.02)),
            layer(4, 0.2, None),
        ];
        let family = LayerTest::family(layers).expect("p-values");
        let sides: Vec<Side> = family.iter().map(LayerTest::side).collect();
        assert_eq!(sides, [Side::Above, Side::Below, Side::Above, Side::Unclear]);
        let alone = vec![layer(1, 0.3, Some(0.03)), layer(2, 0.3, Some(0.9))];
        let sides = LayerTest::family(alone).expect("p-values");
        assert!(sides.iter().all(|test| test.side() == Side::Unclear));
    }
}
