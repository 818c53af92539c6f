//! Best minus worst beside the gaps that stand above it: they never contradict each other.

use std::fmt::Write as _;

use proptest::prelude::*;
use qpnet_audit::audit::{Audit, audit};

use crate::audit_support::{parse, quick};
use crate::predictions::noise;

/// Subgroups of so many patients, two images each, whose positives are so far ahead.
fn table(subgroups: &[(u32, f64)], seed: u32) -> String {
    let mut text = String::from("sample_id,patient,group,label,score\n");
    let mut sample = 0;
    for (group, &(patients, ahead)) in subgroups.iter().enumerate() {
        for _ in 0..patients {
            for _ in 0..2 {
                let (patient, label) = (sample / 2, sample / 2 % 2);
                let own = noise(sample + 100_000 * seed) + 0.3 * noise(patient + 77_777 + 100_000 * seed);
                let score = (own + f64::from(label) * ahead) / (1.3 + ahead.max(0.5));
                writeln!(text, "s{sample},p{patient},g{group},{label},{score:.6}").expect("text");
                sample += 1;
            }
        }
    }
    text
}

fn audited(subgroups: &[(u32, f64)], seed: u32) -> Audit {
    audit(&parse(&table(subgroups, seed)).expect("sound"), &quick()).expect("audit")
}

#[test]
fn of_two_subgroups_it_is_their_gap_without_its_sign() {
    for (ahead, seed) in [(0.5, 1), (0.3, 2), (0.28, 3), (0.05, 4)] {
        // The dominant subgroup is the better one, or the worse one.
        for subgroups in [[(150, ahead), (90, 0.3)], [(150, 0.3), (90, ahead)]] {
            let found = audited(&subgroups, seed);
            let (gap, best) = (&found.gaps[0].auc, &found.best_minus_worst[0]);
            let (value, low, high) = gap.difference.triple().expect("a gap");
            let (size, least, most) = best.auc.triple().expect("a range");
            assert_eq!(size, value.abs());
            assert_eq!(most, low.abs().max(high.abs()));
            let shown = low > 0.0 || high < 0.0;
            assert_eq!(least, if shown { low.abs().min(high.abs()) } else { 0.0 });
            assert_eq!(shown, gap.p.expect("a test") < 0.05, "the verdict of both is one");
            let ends = [best.best.as_deref(), best.worst.as_deref()].map(|end| end.expect("a subgroup"));
            assert_eq!(ends, if value > 0.0 { ["g0", "g1"] } else { ["g1", "g0"] });
            assert!((least..=most).contains(&size), "a range that holds its value");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The range is at least each gap: no limits of one exclude what the other shows.
    #[test]
    fn of_more_no_pair_contradicts_it(
        sizes in prop::collection::vec(8..60u32, 3..6), ahead in prop::collection::vec(0.0..0.9f64, 6), seed in 0..1000u32,
    ) {
        let subgroups: Vec<(u32, f64)> = sizes.iter().copied().zip(ahead).collect();
        let found = audited(&subgroups, seed);
        let best = &found.best_minus_worst[0];
        let Some((value, low, high)) = best.auc.triple() else { return Ok(()) };
        let gaps = &found.gaps;
        let count = gaps.len() as f64;
        let any = gaps.iter().any(|gap| gap.auc.p.is_some_and(|p| count * p < 0.06));
        for gap in gaps {
            let Some((own, least, most)) = gap.auc.difference.triple() else { continue };
            prop_assert!(own.abs() <= value + 1e-12);
            let shown = if least > 0.0 { least } else if most < 0.0 { -most } else { 0.0 };
            prop_assert!(high >= shown - 1e-12, "a gap above {} is shown, and a range below {}", shown, high);
            // Shown also as one of several: then the range is.
            if gap.auc.p.is_some_and(|p| count * p < 0.05 * 0.999) {
                prop_assert!(low > 0.0, "{:?} {:?}", gap.auc, best.auc);
            }
            // What the choice of the two adds is never certainty.
            let ends = [best.best.as_deref(), best.worst.as_deref()];
            let is_pair = ends.contains(&Some(gap.group.as_str())) && ends.contains(&Some(found.dominant.as_str()));
            if is_pair && shown == 0.0 && !any {
                prop_assert!(low <= 1e-12, "{:?} {:?}", gap.auc, best.auc);
            }
        }
    }
}

#[test]
fn notes_name_both_ends() {
    let found = audited(&[(120, 0.6), (80, 0.2), (60, 0.4)], 5);
    let table = qpnet_audit::report::gaps_table(&found).expect("gaps");
    let notes = table.notes.join("\n");
    assert!(notes.contains("best minus worst AUC (g0 minus g1) 0."), "{notes}");
}
