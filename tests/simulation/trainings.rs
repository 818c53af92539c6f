//! Several trainings of one method on the same patients, from what patients contribute to each.

use super::sample::{covers, normal, phi};
use super::{Design, Want};
use qpnet_audit::rng::Rng;
use qpnet_audit::stats::Contributions;
use qpnet_audit::stats::obuchowski::{Group, contributions};
use qpnet_audit::stats::trainings::trainings;

/// Trainings, how much they differ, patients of each subgroup and their images.
#[derive(Clone, Copy)]
struct Made {
    trainings: usize,
    apart: f64,
    patients: usize,
    images: usize,
}

const AHEAD: f64 = 1.2;

pub fn designs() -> Vec<Design> {
    let mut found = Vec::new();
    for (apart, kind) in [(0.0, "alike"), (0.15, "a little apart"), (0.5, "far apart")] {
        for count in [2, 3, 5, 10] {
            let quick = count == 3 || count == 5 && apart > 0.2;
            found.push(design(Made { trainings: count, apart, patients: 100, images: 2 }, kind, quick));
        }
    }
    found.push(design(Made { trainings: 3, apart: 0.15, patients: 20, images: 3 }, "a little apart", false));
    found
}

/// Contributions of patients to the AUC of each training, on one subgroup.
fn subgroup(rng: &mut Rng, made: Made, moves: &[f64], first: usize) -> Vec<Contributions> {
    let (mut labels, mut patients, mut scores) = (Vec::new(), Vec::new(), vec![Vec::new(); moves.len()]);
    for patient in 0..made.patients {
        let (positive, own) = (patient % 2 == 0, normal(rng));
        for _ in 0..made.images {
            let image = normal(rng);
            for (scores, gain) in scores.iter_mut().zip(moves) {
                // Variance 1: the patient's half, an image's third, and a sixth that is the training's alone.
                let noise = (0.5f64).sqrt() * own
                    + (1.0f64 / 3.0).sqrt() * image
                    + (1.0f64 / 6.0).sqrt() * normal(rng);
                scores.push(noise + if positive { AHEAD + gain } else { 0.0 });
            }
            labels.push(positive);
            patients.push(first + patient);
        }
    }
    let of = |scores: &Vec<f64>| {
        let group = Group { labels: &labels, scores, clusters: &patients };
        contributions(group, None).expect("lengths").expect("both outcomes")
    };
    scores.iter().map(of).collect()
}

fn design(made: Made, kind: &str, quick: bool) -> Design {
    let Made { trainings: count, apart, patients, images } = made;
    // Both errors contain what a training does on these patients.
    let methods = vec![
        ("mean AUC", Want::Known(93.0, 99.8)),
        ("test of a gap that is not there", Want::Known(0.0, 6.0)),
        ("patients alone", Want::Shown),
    ];
    let name = format!("{count} trainings {kind}, {patients} patients x {images} images");
    let draws = if quick { (400, 2000) } else { (0, 2000) };
    let truth = phi(AHEAD / (2.0 + apart * apart).sqrt());
    Design::new("trainings", name, draws, methods, move |_, rng| {
        let moves = |rng: &mut Rng| -> Vec<f64> { (0..count).map(|_| apart * normal(rng)).collect() };
        // A training does not do alike in both subgroups.
        let (here, there) = (moves(rng), moves(rng));
        let (a, b) = (subgroup(rng, made, &here, 0), subgroup(rng, made, &there, 10_000));
        let found = trainings("A", &a, (0.0, 1.0), 0.95, 0).expect("a level");
        let minus =
            |(a, b): (&Contributions, &Contributions)| Contributions::combined(&[(1.0, a), (-1.0, b)]);
        let gaps: Vec<Contributions> = a.iter().zip(&b).map(minus).collect();
        let gap = trainings("gap", &gaps, (-1.0, 1.0), 0.95, 0).expect("a level").test.expect("a test");
        let (value, se) = (found.estimate.value.expect("value"), found.test.expect("a test").patients.0);
        vec![
            covers(&found.estimate, truth),
            f64::from(u8::from(gap.p() <= 0.05)),
            f64::from(u8::from((value - truth).abs() <= 1.96 * se)),
        ]
    })
}
