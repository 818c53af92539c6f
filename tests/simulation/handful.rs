//! An audit of a handful of patients: the mean AUC of findings, average precision and Brier score.

use std::fmt::Write as _;

use super::sample::{REPLICATES, expectation, normal, phi};
use super::{Design, Want};
use qpnet_audit::audit::{AuditOptions, Predictions, Reading, audit};
use qpnet_audit::stats::Estimate;
use statrs::distribution::{ContinuousCDF, Normal};

const AUC: f64 = 0.8;

/// Patients with positives and with negatives, images each, and whether the short version has it.
pub fn designs() -> Vec<Design> {
    let equal = |m: usize, n: usize, images: usize| (vec![images; m], vec![images; n]);
    let uneven = vec![12, 8, 6, 5, 4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    let lists = vec![
        (equal(5, 20, 5), false),
        (equal(8, 40, 1), true),
        (equal(10, 30, 4), true),
        (equal(12, 12, 1), false),
        ((uneven, vec![2; 60]), false),
        ((vec![39, 5, 3, 2, 1], vec![3; 19]), false),
        (equal(40, 100, 3), false),
    ];
    let mut found = Vec::new();
    for ((positives, negatives), quick) in lists {
        for spread in [0.0, 1.0] {
            found.push(design(positives.clone(), negatives.clone(), spread, quick && spread > 0.0));
        }
    }
    found
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// 1 where the interval holds the truth or none is given; whether it is given.
fn answer(found: &Estimate, truth: f64) -> [f64; 2] {
    let given = found.low.is_some();
    let holds = found.covers(truth) != Some(false);
    [f64::from(u8::from(holds)), f64::from(u8::from(given))]
}

fn design(positives: Vec<usize>, negatives: Vec<usize>, spread: f64, quick: bool) -> Design {
    let sd = (1.0 + spread * spread).sqrt();
    let shift = std::f64::consts::SQRT_2 * sd * Normal::standard().inverse_cdf(AUC);
    let [m, n] = [&positives, &negatives].map(|own| own.iter().sum::<usize>() as f64);
    let share = m / (m + n);
    let said = move |x: f64| expit(x - shift / 2.0);
    let brier = share * expectation(0.0, |z| (1.0 - said(shift + sd * z)).powi(2))
        + (1.0 - share) * expectation(0.0, |z| said(sd * z).powi(2));
    let precision = expectation(0.0, |z| {
        let x = shift + sd * z;
        let (hit, alarm) = (share * phi((shift - x) / sd), (1.0 - share) * phi(-x / sd));
        if hit + alarm > 0.0 { hit / (hit + alarm) } else { 1.0 }
    });
    let largest = 100 * positives.iter().max().copied().unwrap_or_default() / m as usize;
    let name = format!(
        "{} + {} patients, largest share {largest} %, {} + {} images, spread {spread}, audit",
        positives.len(),
        negatives.len(),
        m,
        n
    );
    let known = Want::Known(93.0, 100.0);
    let methods = vec![
        ("macro AUC of two findings", known),
        ("average precision, where given", known),
        ("average precision is given", Want::Shown),
        ("Brier score, where given", known),
        ("Brier score is given", Want::Shown),
    ];
    let draws = if quick { (200, 2000) } else { (0, 2000) };
    Design::new("handful", name, draws, methods, move |d, rng| {
        let mut text = String::from("patient,group,y1,y2,p1,p2\n");
        let own = positives.iter().map(|&m| (true, m)).chain(negatives.iter().map(|&n| (false, n)));
        for (patient, (positive, images)) in own.enumerate() {
            let patients = [spread * normal(rng), spread * normal(rng)];
            for _ in 0..images {
                let [a, b] = patients.map(|u| said(u + normal(rng) + if positive { shift } else { 0.0 }));
                let y = u8::from(positive);
                writeln!(text, "{patient},all,{y},{y},{a},{b}").expect("text");
            }
        }
        let mut reading = Reading::default();
        reading.columns.label = vec!["y1".to_owned(), "y2".to_owned()];
        reading.columns.score = vec!["p1".to_owned(), "p2".to_owned()];
        let table = Predictions::parse("t.csv", text.as_bytes(), &reading).expect("sound");
        let options = AuditOptions { replicates: REPLICATES, seed: d, ..AuditOptions::default() };
        let found = audit(&table, &options).expect("audit");
        let cell = &found.cells[0];
        let calibration = cell.calibration.as_ref().expect("probabilities");
        let [holds, _] = answer(&found.macro_auc[0].auc, AUC);
        let (precision, brier) =
            (answer(&cell.average_precision, precision), answer(&calibration.brier, brier));
        vec![holds, precision[0], precision[1], brier[0], brier[1]]
    })
}
