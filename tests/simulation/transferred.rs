//! Thresholds that one part chooses and another is judged at: rates and their gaps at the threshold that the rule
//! finds in the population.

use std::fmt::Write as _;

use super::sample::{REPLICATES, covers, normal, phi, shift, small};
use super::{Design, Want};
use qpnet_audit::audit::{AuditOptions, Predictions, Reading, audit};
use qpnet_audit::metrics::ThresholdRule;
use qpnet_audit::rng::Rng;
use statrs::distribution::{ContinuousCDF, Normal};

/// AUC of both subgroups, patients with positives and with negatives of the part that chooses and of the judged one
/// in each subgroup, images of a patient.
struct Made {
    aucs: [f64; 2],
    chooses: [usize; 2],
    judged: [usize; 2],
    images: usize,
}

pub fn designs() -> Vec<Design> {
    let made = |aucs, chooses, judged, images| Made { aucs, chooses, judged, images };
    let specific = ThresholdRule::Specificity(0.9);
    let sensitive = ThresholdRule::Sensitivity(0.9);
    vec![
        design(made([0.8, 0.8], [60, 60], [80, 80], 1), specific, false, (300, 4000)),
        design(made([0.85, 0.75], [60, 60], [80, 80], 2), specific, false, (300, 4000)),
        design(made([0.85, 0.75], [25, 40], [30, 60], 2), specific, true, (0, 4000)),
        design(made([0.8, 0.8], [60, 60], [80, 80], 2), sensitive, false, (0, 4000)),
        design(made([0.85, 0.75], [40, 60], [40, 80], 2), sensitive, true, (300, 4000)),
        design(made([0.8, 0.8], [60, 60], [80, 80], 1), ThresholdRule::Youden, false, (300, 4000)),
        design(made([0.85, 0.75], [60, 60], [80, 80], 2), ThresholdRule::Youden, true, (0, 4000)),
    ]
}

/// The threshold in a population of two equal parts that are ahead by these shifts.
fn threshold(rule: ThresholdRule, shifts: &[f64]) -> f64 {
    let z = |share: f64| Normal::standard().inverse_cdf(share);
    let hits = |t: f64| shifts.iter().map(|d| phi(d - t)).sum::<f64>() / shifts.len() as f64;
    match rule {
        ThresholdRule::Specificity(share) => z(share),
        ThresholdRule::Sensitivity(share) => {
            let (mut low, mut high) = (-10.0, 10.0);
            for _ in 0..100 {
                let middle = (low + high) / 2.0;
                *(if hits(middle) >= share { &mut low } else { &mut high }) = middle;
            }
            low
        }
        ThresholdRule::Youden => {
            let at = |i: i32| f64::from(i) / 10_000.0;
            let gain = |t: f64| hits(t) + phi(t);
            (-20_000..40_000).map(at).fold(0.0, |best, t| if gain(t) > gain(best) { t } else { best })
        }
    }
}

fn rows(text: &mut String, rng: &mut Rng, made: &Made, part: &str, patients: [usize; 2]) {
    for (group, auc) in made.aucs.into_iter().enumerate() {
        for patient in 0..patients[0] + patients[1] {
            let positive = patient < patients[0];
            let own = normal(rng);
            for _ in 0..made.images {
                let score =
                    (own + normal(rng)) / std::f64::consts::SQRT_2 + if positive { shift(auc) } else { 0.0 };
                writeln!(text, "{part}{group}-{patient},{group},{},{score},{part}", u8::from(positive))
                    .expect("text");
            }
        }
    }
}

fn design(made: Made, rule: ThresholdRule, per_group: bool, draws: (u64, u64)) -> Design {
    let shifts = made.aucs.map(shift);
    let of = |group: usize| match per_group {
        true => threshold(rule, &shifts[group..=group]),
        false => threshold(rule, &shifts),
    };
    let truth = [0, 1].map(|group| {
        let t = of(group);
        [phi(shifts[group] - t), phi(t)]
    });
    let gap = truth[0][0] - truth[1][0];
    let (who, null) = (if per_group { "its own" } else { "one for all" }, gap.abs() < 1e-9);
    // The best of many thresholds moves by the third root of the number of patients: its limits are wide.
    let known = match rule {
        ThresholdRule::Youden => Want::Known(93.0, 100.0),
        _ => Want::Covers,
    };
    let mut methods = vec![
        ("sensitivity", known),
        ("specificity", known),
        // Limits of both, squared and added: cautious where both lie near 0.9 or hang on few patients.
        ("gap in sensitivity", Want::Known(93.0, 100.0)),
        ("sensitivity, the choice left out", Want::Shown),
        ("specificity, the choice left out", Want::Shown),
    ];
    if null {
        methods.push(("test of the gap in sensitivity", Want::Known(0.0, 6.0)));
    }
    let Made { aucs, chooses, judged, images } = &made;
    let name =
        format!("{rule}, {who}, AUC {aucs:?}, {chooses:?} choose, {judged:?} judged, x {images} images");
    Design::new("thresholds", name, draws, methods, move |draw, rng| {
        let mut text = String::from("patient,group,label,score,part\n");
        rows(&mut text, rng, &made, "validation", made.chooses);
        rows(&mut text, rng, &made, "test", made.judged);
        let part = |value: &str| vec![("part".to_owned(), value.to_owned())];
        let reading =
            Reading { only: part("test"), threshold_from: part("validation"), ..Reading::default() };
        let table = Predictions::parse("t.csv", text.as_bytes(), &reading).expect("sound");
        let options = AuditOptions {
            replicates: REPLICATES,
            seed: draw,
            probabilities: false,
            threshold: None,
            rules: vec![rule],
            threshold_per_group: per_group,
            dominant: Some("0".to_owned()),
            ..AuditOptions::default()
        };
        let found = audit(&table, &options).expect("audit").decisions;
        let (a, b) = (&found[0], &found[1]);
        let given = b.given.as_ref().expect("chosen");
        let gaps = &b.gaps.as_ref().expect("two subgroups").sensitivity;
        let mut answers = vec![
            covers(&b.sensitivity, truth[1][0]) / 2.0 + covers(&a.sensitivity, truth[0][0]) / 2.0,
            covers(&b.specificity, truth[1][1]) / 2.0 + covers(&a.specificity, truth[0][1]) / 2.0,
            covers(&gaps.difference, gap),
            covers(&given.sensitivity, truth[1][0]),
            covers(&given.specificity, truth[1][1]),
        ];
        if null {
            answers.push(small(gaps.p));
        }
        answers
    })
}
