//! What must not matter to a measure or interval, does not: the scale of scores, the names of subgroups
//! and outcomes, the order of samples.

use approx::assert_abs_diff_eq;
use proptest::prelude::*;
use qpnet_audit::metrics::{
    Confusion, RateGaps, auc, auc_by_group, average_precision, brier, brier_skill, calibration_error,
    calibration_line, confusion_by_group, cross_auc, demographic_parity, log_loss, macro_auc, murphy,
    one_vs_rest, prior_correction, reliability, temperature, with_temperature, worst_group_auc,
};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::critical_difference::CriticalDifference;
use qpnet_audit::stats::friedman::friedman;
use qpnet_audit::stats::obuchowski::{self, Group};
use qpnet_audit::stats::pareto::{LearningCurve, SeedNoise, isotonic, max_drop};
use qpnet_audit::stats::signed_rank::signed_rank;
use qpnet_audit::stats::{self, multiplicity};
use qpnet_audit::stats::{Bootstrap, Resampler, proportion};

/// Sums in another order differ by rounding.
const ROUNDING: f64 = 1e-12;
/// Where Newton's method ends.
const OPTIMUM: f64 = 1e-8;

#[derive(Clone, Debug)]
struct Sample {
    labels: Vec<bool>,
    scores: Vec<f64>,
    groups: Vec<usize>,
    patients: Vec<usize>,
}

/// Probabilities full of ties, strictly inside 0 and 1 and exact in binary; tiny cells occur.
fn samples() -> impl Strategy<Value = Sample> {
    (2usize..40).prop_flat_map(|n| {
        let steps = prop_oneof![Just(8u32), Just(64), Just(4096)];
        let scores = steps.prop_flat_map(move |top| {
            prop::collection::vec((1..top).prop_map(move |k| f64::from(k) / f64::from(top)), n)
        });
        (
            prop::collection::vec(any::<bool>(), n),
            scores,
            prop::collection::vec(0usize..3, n),
            prop::collection::vec(0usize..12, n),
        )
            .prop_map(|(labels, scores, groups, patients)| Sample {
                labels,
                scores,
                groups,
                patients,
            })
    })
}

impl Sample {
    fn turned(&self, by: usize) -> Self {
        let by = by % self.labels.len();
        let mut found = self.clone();
        found.labels.rotate_left(by);
        found.scores.rotate_left(by);
        found.groups.rotate_left(by);
        found.patients.rotate_left(by);
        found
    }

    /// Positives become negatives, and what was said of the one is said of the other.
    fn swapped(&self) -> Self {
        let labels = self.labels.iter().map(|label| !label).collect();
        Self { labels, scores: self.scores.iter().map(|p| 1.0 - p).collect(), ..self.clone() }
    }

    /// A strictly increasing map that keeps what is tied, exactly.
    fn curved(&self) -> Self {
        Self { scores: self.scores.iter().map(|p| p * p + 3.0 * p - 7.0).collect(), ..self.clone() }
    }

    fn confusions(&self, threshold: f64) -> Vec<Confusion> {
        let found = confusion_by_group(threshold, &self.labels, &self.scores, &self.groups).expect("valid");
        found.into_iter().map(|(_, confusion)| confusion).collect()
    }

    /// Measures of ranks: nothing but the order of scores enters.
    fn ranked(&self) -> Vec<Option<f64>> {
        let by_group = auc_by_group(&self.labels, &self.scores, &self.groups).expect("valid");
        let mut found = vec![
            auc(&self.labels, &self.scores).expect("valid"),
            average_precision(&self.labels, &self.scores).expect("valid"),
            worst_group_auc(&by_group).map(|(_, value)| value),
        ];
        found.extend(by_group.iter().map(|(_, value)| *value));
        for (a, b) in (0..3).flat_map(|a| (0..3).map(move |b| (a, b))) {
            found.push(cross_auc(&self.labels, &self.scores, &self.groups, a, b).expect("valid"));
        }
        found
    }

    /// Measures of probabilities.
    fn forecast(&self) -> Vec<Option<f64>> {
        let (labels, p) = (&self.labels, &self.scores);
        let parts = murphy(labels, p).expect("valid");
        vec![
            brier(labels, p).expect("valid"),
            brier_skill(labels, p).expect("valid"),
            log_loss(labels, p).expect("valid"),
            parts.map(|parts| parts.reliability),
            parts.map(|parts| parts.resolution),
            parts.map(|parts| parts.uncertainty),
            // In one bin, the end of a bin does not depend on the side from which it is counted.
            calibration_error(labels, p, 1).expect("valid"),
        ]
    }

    fn errors(&self) -> Vec<Option<f64>> {
        let (counts, gaps) = (self.confusions(0.5), RateGaps::of(&self.confusions(0.5)));
        vec![
            gaps.true_positive.as_ref().map(|gap| gap.value),
            gaps.false_positive.as_ref().map(|gap| gap.value),
            gaps.equalised_odds(),
            demographic_parity(&counts).map(|gap| gap.value),
        ]
    }
}

fn group(s: &Sample) -> Group<'_> {
    Group { labels: &s.labels, scores: &s.scores, clusters: &s.patients }
}

fn close(found: &[Option<f64>], expected: &[Option<f64>], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (place, (a, b)) in found.iter().zip(expected).enumerate() {
        match (a, b) {
            (Some(a), Some(b)) => assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{place}: {a} {b}"),
            (a, b) => assert_eq!(a, b, "{place}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_samples_is_nothing(sample in samples(), by in 0usize..40) {
        let turned = sample.turned(by);
        close(&turned.ranked(), &sample.ranked(), ROUNDING);
        close(&turned.forecast(), &sample.forecast(), ROUNDING);
        prop_assert_eq!(turned.errors(), sample.errors());
        let bins = |s: &Sample| reliability(&s.labels, &s.scores, 5).expect("valid").iter().map(|b| Some(b.rate)).collect::<Vec<_>>();
        close(&bins(&turned), &bins(&sample), ROUNDING);
        let line = |s: &Sample| calibration_line(&s.labels, &s.scores).expect("valid").map(|line| line.slope);
        close(&[line(&turned)], &[line(&sample)], OPTIMUM);
        let scale = |s: &Sample| temperature(&s.labels, &s.scores).expect("valid");
        close(&[scale(&turned)], &[scale(&sample)], OPTIMUM);
        let both = |s: &Sample| s.scores.iter().flat_map(|p| [1.0 - p, *p]).collect::<Vec<_>>();
        let class = |s: &Sample| s.labels.iter().map(|&l| usize::from(l)).collect::<Vec<_>>();
        let wide = |s: &Sample| macro_auc(&one_vs_rest(&class(s), 2).expect("classes"), &both(s), 2).expect("valid").value;
        close(&[wide(&turned)], &[wide(&sample)], ROUNDING);
    }

    #[test]
    fn ranks_do_not_see_the_scale(sample in samples()) {
        prop_assert_eq!(sample.curved().ranked(), sample.ranked());
        let by_cluster = |s: &Sample| obuchowski::single(&s.labels, &s.scores, &s.patients, 0.95).expect("valid");
        prop_assert_eq!(by_cluster(&sample.curved()), by_cluster(&sample));
        // Moving every threshold with the scores leaves every decision as it was.
        let moved = 0.5f64 * 0.5 + 1.5 - 7.0;
        prop_assert_eq!(sample.curved().confusions(moved), sample.confusions(0.5));
    }

    #[test]
    fn which_outcome_is_called_positive_is_a_name(sample in samples()) {
        let swapped = sample.swapped();
        let areas = |s: &Sample| s.ranked().into_iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, v)| v).take(2).collect::<Vec<_>>();
        close(&areas(&swapped), &areas(&sample), ROUNDING);
        close(&swapped.forecast(), &sample.forecast(), ROUNDING);
        for (a, b) in (0..3).flat_map(|a| (0..3).map(move |b| (a, b))) {
            let across = |s: &Sample, a, b| cross_auc(&s.labels, &s.scores, &s.groups, a, b).expect("valid");
            close(&[across(&swapped, b, a)], &[across(&sample, a, b)], ROUNDING);
        }
        let line = |s: &Sample| calibration_line(&s.labels, &s.scores).expect("valid");
        let (there, back) = (line(&sample), line(&swapped));
        close(&[back.map(|l| l.slope), back.map(|l| -l.intercept)], &[there.map(|l| l.slope), there.map(|l| l.intercept)], 1e-6);
        let scale = |s: &Sample| temperature(&s.labels, &s.scores).expect("valid");
        close(&[scale(&swapped)], &[scale(&sample)], OPTIMUM);
        let by_cluster = |s: &Sample| obuchowski::single(&s.labels, &s.scores, &s.patients, 0.95).expect("valid").se;
        close(&[by_cluster(&swapped)], &[by_cluster(&sample)], 1e-9);
    }

    #[test]
    fn names_of_subgroups_and_patients_are_names(sample in samples()) {
        let named = Sample {
            groups: sample.groups.iter().map(|g| 100 - 7 * g).collect(),
            patients: sample.patients.iter().map(|p| 1000 - 3 * p).collect(),
            ..sample.clone()
        };
        prop_assert_eq!(named.errors(), sample.errors());
        let worst = |s: &Sample| worst_group_auc(&auc_by_group(&s.labels, &s.scores, &s.groups).expect("valid")).map(|w| w.1);
        prop_assert_eq!(worst(&named), worst(&sample));
        let hits: Vec<bool> = sample.scores.iter().map(|p| *p >= 0.5).collect();
        let share = |s: &Sample| proportion::single("called", &hits, &s.patients, 0.95).expect("valid");
        let (a, b) = (share(&sample), share(&named));
        close(&[a.value, a.low, a.high, a.se], &[b.value, b.low, b.high, b.se], ROUNDING);
    }

    #[test]
    fn intervals_follow_the_order_and_the_names(sample in samples(), by in 1usize..40) {
        let error = |s: &Sample| {
            let streams = Streams::new(3);
            let resampler = Resampler::new(&s.patients, &vec![0; s.labels.len()]).expect("lengths");
            let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(40);
            stats::calibration_error(&bootstrap, &s.labels, &s.scores, 3).expect("valid")
        };
        let (there, back) = (error(&sample), error(&sample.turned(by)));
        close(&[back.value, back.low, back.high, back.se], &[there.value, there.low, there.high, there.se], 1e-9);
        prop_assert!(there.low >= Some(0.0) && there.low <= there.high);
        let side = |s: &Sample| obuchowski::single(&s.labels, &s.scores, &s.patients, 0.95).expect("valid").se;
        close(&[side(&sample.turned(by))], &[side(&sample)], 1e-9);
        // The gap of two subgroups changes its sign with their order.
        let other = sample.turned(1).swapped();
        let gap = |a, b| obuchowski::unpaired(group(a), group(b), 0.95).expect("valid");
        let (there, back) = (gap(&sample, &other), gap(&other, &sample));
        close(
            &[back.difference.value.map(|v| -v), back.difference.low.map(|v| -v), back.p],
            &[there.difference.value, there.difference.high, there.p],
            1e-9,
        );
    }

    #[test]
    fn temperature_and_prior_can_be_taken_back(sample in samples(), heat in 0.2f64..5.0, share in 0.02f64..0.98) {
        let there = with_temperature(&sample.scores, heat).expect("positive");
        let back: Vec<Option<f64>> = with_temperature(&there, 1.0 / heat).expect("positive").into_iter().map(Some).collect();
        close(&back, &sample.scores.iter().copied().map(Some).collect::<Vec<_>>(), 1e-6);
        let there = prior_correction(&sample.scores, 0.5, share).expect("inside");
        let back: Vec<Option<f64>> = prior_correction(&there, share, 0.5).expect("inside").into_iter().map(Some).collect();
        close(&back, &sample.scores.iter().copied().map(Some).collect::<Vec<_>>(), 1e-9);
        let hot = Sample { scores: with_temperature(&sample.scores, heat).expect("positive"), ..sample.clone() };
        let found = temperature(&hot.labels, &hot.scores).expect("valid");
        // Temperatures multiply.
        close(&[found.map(|t| t * heat)], &[temperature(&sample.labels, &sample.scores).expect("valid")], 1e-5);
    }

    #[test]
    fn signs_scale_and_order_of_differences(values in prop::collection::vec(-20i32..20, 1..30), by in 0usize..30) {
        let d: Vec<f64> = values.iter().map(|v| f64::from(*v) / 8.0).collect();
        let mut other: Vec<f64> = d.iter().map(|d| -4.0 * d).collect();
        other.rotate_left(by % d.len());
        let (there, back) = (signed_rank(&d).expect("finite"), signed_rank(&other).expect("finite"));
        prop_assert_eq!(there.is_some(), back.is_some());
        if let Some((there, back)) = there.zip(back) {
            close(&[Some(back.p), Some(back.p_less), Some(-back.z)], &[Some(there.p), Some(there.p_greater), Some(there.z)], ROUNDING);
            prop_assert!((0.0..=1.0).contains(&there.p));
        }
    }

    #[test]
    fn blocks_keep_their_own_scale(table in prop::collection::vec(prop::collection::vec(0u8..6, 4), 2..12)) {
        let rows: Vec<Vec<f64>> = table.iter().map(|row| row.iter().map(|&v| f64::from(v)).collect()).collect();
        let curved: Vec<Vec<f64>> = rows.iter().enumerate()
            .map(|(i, row)| row.iter().map(|v| (v * v + v) * (1.0 + i as f64) - 5.0).collect()).collect();
        let found = friedman(&rows).expect("valid");
        prop_assert_eq!(&friedman(&curved).expect("valid"), &found);
        // Columns turned: the same test, the ranks turned.
        let turned: Vec<Vec<f64>> = rows.iter().map(|row| { let mut row = row.clone(); row.rotate_left(1); row }).collect();
        let other = friedman(&turned).expect("valid");
        close(&[other.chi, other.p, other.p_f], &[found.chi, found.p, found.p_f], 1e-9);
        let mut ranks = found.ranks.clone();
        ranks.rotate_left(1);
        prop_assert_eq!(&other.ranks, &ranks);
        let (a, b) = (CriticalDifference::of(&found.ranks, rows.len(), 0.05), CriticalDifference::of(&other.ranks, rows.len(), 0.05));
        let (a, b) = (a.expect("valid"), b.expect("valid"));
        prop_assert!((0..4).all(|i| (0..4).all(|j| a.differ((i + 1) % 4, (j + 1) % 4) == b.differ(i, j))));
    }

    #[test]
    fn families_and_curves(p in prop::collection::vec(0.0f64..1.0, 1..12), lift in -3.0f64..3.0, by in 0usize..12) {
        let family: Vec<Option<f64>> = p.iter().copied().map(Some).collect();
        let by = by % p.len();
        let mut turned = family.clone();
        turned.rotate_left(by);
        for adjust in [multiplicity::holm, multiplicity::benjamini_hochberg] {
            let mut found = adjust(&family).expect("probabilities");
            found.rotate_left(by);
            prop_assert_eq!(adjust(&turned).expect("probabilities"), found);
        }
        // A curve that is lifted falls as far; its fit is lifted.
        let lifted: Vec<f64> = p.iter().map(|v| v + lift).collect();
        assert_abs_diff_eq!(max_drop(&lifted).value, max_drop(&p).value, epsilon = 1e-12);
        let weights = vec![1.0; p.len()];
        let (there, back) = (isotonic(&p, &weights).expect("valid"), isotonic(&lifted, &weights).expect("valid"));
        assert!(there.iter().zip(&back).all(|(a, b)| (a + lift - b).abs() < 1e-12));
    }

    #[test]
    fn the_test_of_a_fall_sees_neither_level_nor_scale(
        rows in prop::collection::vec(prop::collection::vec(-40i32..40, 3), 2..7), level in -8i32..8,
    ) {
        let table = |scale: f64, level: f64| -> Vec<Vec<f64>> {
            rows.iter().map(|row| row.iter().map(|&v| f64::from(v) * scale + level).collect()).collect()
        };
        let sizes: Vec<usize> = (0..rows.len()).collect();
        let found = |table: &[Vec<f64>]| {
            let curve = LearningCurve::of_table(&sizes, table, 60, &Streams::new(9)).expect("valid");
            curve.with_draws(60).violation(SeedNoise::default())
        };
        // Powers of two scale without rounding.
        let (there, back) = (found(&table(0.0625, 0.0)), found(&table(0.25, f64::from(level))));
        prop_assert_eq!((back.drop.from, back.drop.to), (there.drop.from, there.drop.to));
        // A replicate may fall exactly as far as the data: rounding decides about a few.
        prop_assert!((back.p - there.p).abs() <= 2.0 / 61.0 && (back.p_flat - there.p_flat).abs() <= 2.0 / 61.0);
        prop_assert!(there.p > 0.0 && there.p <= 1.0);
    }
}
