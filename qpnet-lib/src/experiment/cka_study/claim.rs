//! The paper's sentences about layers, each held against a study by one rule.
//!
//! A layer is *seen* on the claimed side when its interval, widened to Holm's level over all layers
//! of the network, excludes the bound of the claim on that side, and is *opposite* when it excludes
//! it on the other. A sentence about several layers is
//!
//! - **seen** when more than half of them are seen and none is opposite,
//! - **the opposite is seen** when more than half are opposite and none is seen,
//! - **not seen** otherwise.
//!
//! Both sides are judged alike, and a sentence about one layer follows its interval. Not seen is
//! no refutation: too few images or seeds end there too. Nor is the opposite one, where start, data
//! and width are others than the paper's.

use super::{LayerTest, Side, TransferKind};
use crate::experiment::RunError;

/// The layers that the paper's numbers are taken to count: 17 convolutions and the pooled features.
const RESNET18: usize = 18;
/// "Non-negative" can be shown only up to a tolerance.
const TOLERANCE: f64 = 0.01;

/// What became of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// On the paper's side.
    Yes,
    /// On neither side.
    No,
    /// On the other side.
    Opposite,
}

impl Seen {
    /// `seen`, `not seen` or `the opposite is seen`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Yes => "seen",
            Self::No => "not seen",
            Self::Opposite => "the opposite is seen",
        }
    }

    fn of(layers: usize, with: usize, against: usize) -> Self {
        match (with, against) {
            (with, 0) if 2 * with > layers => Self::Yes,
            (0, against) if 2 * against > layers => Self::Opposite,
            _ => Self::No,
        }
    }
}

/// One of the paper's sentences, with what this study says to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The sentence, without its layers: `Delta CKA of Mixed is positive`.
    pub sentence: String,
    /// First and last layer as the paper counts, where it names them.
    pub named: Option<(usize, usize)>,
    /// First and last layer here, of how many: the same relative depth.
    pub range: (usize, usize, usize),
    /// On which side of the bound the paper has it.
    pub side: Side,
    /// The bound; 0 but for "non-negative".
    pub bound: f64,
    /// How many of the layers are clearly on the paper's side.
    pub with: usize,
    /// How many are clearly on the other.
    pub against: usize,
    /// What the rule says.
    pub seen: Seen,
}

impl Claim {
    /// The paper's four sentences, those about QPI also with delta at 1/2. `delta` is Delta CKA by
    /// transfer, `between` that of each QPI minus that of fine-tuning.
    pub(super) fn all(delta: [&[LayerTest]; 3], between: [&[LayerTest]; 2]) -> Result<Vec<Self>, RunError> {
        let tuned = delta[TransferKind::FineTuning.place()];
        let mixed = |what: &str| format!("Delta CKA of Mixed is {what}");
        let mut claims = vec![
            Self::judge(mixed("positive"), tuned, Some((7, 14)), Side::Above, 0.0)?,
            Self::judge(mixed("negative"), tuned, Some((15, 17)), Side::Below, 0.0)?,
        ];
        for (kind, between) in [TransferKind::Qpi, TransferKind::QpiHalf].into_iter().zip(between) {
            let of = |what: &str| format!("Delta CKA of {} is {what}", kind.title());
            let higher = of("higher than that of Mixed in most layers");
            claims.push(Self::judge(of("non-negative"), delta[kind.place()], None, Side::Above, -TOLERANCE)?);
            claims.push(Self::judge(higher, between, None, Side::Above, 0.0)?);
        }
        Ok(claims)
    }

    fn judge(
        sentence: String,
        layers: &[LayerTest],
        named: Option<(usize, usize)>,
        side: Side,
        bound: f64,
    ) -> Result<Self, RunError> {
        let count = layers.len();
        let (first, last) =
            named.map_or((1, count), |(first, last)| (place(first, count), place(last, count)));
        let within: Vec<Side> = LayerTest::against(layers, bound)?
            .iter()
            .filter(|test| (first..=last).contains(&test.index))
            .map(LayerTest::side)
            .collect();
        let clear = within.iter().filter(|found| **found != Side::Unclear);
        let (with, against): (Vec<&Side>, Vec<&Side>) = clear.partition(|found| **found == side);
        let (with, against) = (with.len(), against.len());
        let seen = Seen::of(within.len(), with, against);
        Ok(Self { sentence, named, range: (first, last, count), side, bound, with, against, seen })
    }
}

/// The layer of a network of `count` at the depth of layer `paper` of 18: first on first, last on last.
fn place(paper: usize, count: usize) -> usize {
    let share = (paper - 1) as f64 / (RESNET18 - 1) as f64;
    1 + (share * (count.max(1) - 1) as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::student::{student_factor, two_sided_student_p};
    use crate::stats::{Comparison, Estimate};

    /// Layers of these values, with a standard error of 0.01 and 10 degrees of freedom.
    fn layers(values: &[f64]) -> Vec<LayerTest> {
        let half = student_factor(0.95, 10.0).expect("level") * 0.01;
        let layer = |(at, &value): (usize, &f64)| {
            let estimate = Estimate::new(value, value - half, value + half, "m", 9);
            let p = Some(two_sided_student_p(value / 0.01, 10.0));
            let difference = Estimate { se: Some(0.01), ..estimate };
            let comparison = Comparison { difference, z: Some(value / 0.01), df: Some(10.0), p };
            (at + 1, format!("layer {}", at + 1), comparison)
        };
        LayerTest::family(values.iter().enumerate().map(layer).collect()).expect("p-values")
    }

    fn judged(values: &[f64], side: Side, bound: f64) -> Seen {
        Claim::judge(String::new(), &layers(values), None, side, bound).expect("p-values").seen
    }

    const UP: f64 = 0.2;
    const DOWN: f64 = -0.2;
    const FLAT: f64 = 0.001;

    #[test]
    fn a_layer_is_seen_where_its_interval_excludes_the_bound() {
        for (value, seen) in [(0.03, Seen::Yes), (0.02, Seen::No), (-0.02, Seen::No), (-0.03, Seen::Opposite)]
        {
            assert_eq!(judged(&[value], Side::Above, 0.0), seen, "{value}");
            let interval = &layers(&[value])[0].comparison.difference;
            let excluded = interval.low > Some(0.0) || interval.high < Some(0.0);
            assert_eq!(excluded, seen != Seen::No);
        }
        // 0.03 excludes 0 alone, and not as one of four.
        assert_eq!(judged(&[0.03, FLAT, FLAT, FLAT], Side::Above, 0.0), Seen::No);
    }

    #[test]
    fn both_sides_follow_the_same_rule() {
        for (values, seen) in [
            (&[UP, UP, FLAT][..], Seen::Yes),
            (&[UP, FLAT], Seen::No), // half is not most
            (&[UP, UP, DOWN], Seen::No),
            (&[DOWN, FLAT, FLAT], Seen::No), // one layer decides nothing
            (&[DOWN, DOWN, FLAT], Seen::Opposite),
            (&[DOWN, DOWN, UP], Seen::No),
            (&[], Seen::No),
        ] {
            assert_eq!(judged(values, Side::Above, 0.0), seen, "{values:?}");
            let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
            assert_eq!(judged(&mirrored, Side::Below, 0.0), seen, "{mirrored:?}");
        }
    }

    #[test]
    fn non_negative_is_seen_above_its_bound() {
        assert_eq!(judged(&[0.04, 0.04, 0.04], Side::Above, -TOLERANCE), Seen::Yes);
        assert_eq!(judged(&[0.0, 0.0, 0.0], Side::Above, -TOLERANCE), Seen::No, "0.01 is one standard error");
        assert_eq!(judged(&[DOWN, DOWN, FLAT], Side::Above, -TOLERANCE), Seen::Opposite);
        // Layers that did not move have no standard error, and lie above the bound for certain.
        let still = LayerTest {
            comparison: Comparison {
                difference: Estimate { se: Some(0.0), ..Estimate::new(0.0, 0.0, 0.0, "m", 9) },
                z: Some(0.0),
                df: None,
                p: Some(1.0),
            },
            ..layers(&[FLAT])[0].clone()
        };
        let judge =
            |bound| Claim::judge(String::new(), std::slice::from_ref(&still), None, Side::Above, bound);
        assert_eq!(judge(-TOLERANCE).expect("p-values").seen, Seen::Yes);
        assert_eq!(judge(0.0).expect("p-values").seen, Seen::No);
    }

    #[test]
    fn the_papers_layers_are_those_at_the_same_depth() {
        let range = |from, to, count| (place(from, count), place(to, count));
        assert_eq!((range(7, 14, 18), range(15, 17, 18)), ((7, 14), (15, 17)));
        // EfficientNet-Lite0 has 19 points: 15 of 18 lies at 15.8 of 19.
        assert_eq!((range(7, 14, 19), range(15, 17, 19)), ((7, 15), (16, 18)));
        assert_eq!((range(1, 18, 36), range(7, 14, 36)), ((1, 36), (13, 28)));
        let mut values = [FLAT; 18];
        values[6..14].fill(UP);
        values[14..17].fill(DOWN);
        let tests = layers(&values);
        let claims = Claim::all([&tests, &tests, &tests], [&tests, &tests]).expect("p-values");
        let found: Vec<(usize, usize, Seen)> =
            claims.iter().map(|claim| (claim.with, claim.against, claim.seen)).collect();
        assert_eq!(found[..2], [(8, 0, Seen::Yes), (3, 0, Seen::Yes)]);
        assert_eq!(found[2..4], [(8, 3, Seen::No), (8, 3, Seen::No)]);
        assert_eq!(found[2..4], found[4..6], "the control is judged as QPI is");
        assert!(claims[4].sentence.contains("delta 1/2"));
    }
}
