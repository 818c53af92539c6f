//! The gain over the re-weighting frontier, of methods whose gain is known.
//!
//! AUCs are the truth, plus what a seed does to all models, plus what each training does alone, plus a mean over
//! patients: to first order an AUC is one. A patient's part holds that of all his images. Sizes are those of 4,000
//! images, two a patient, in each subgroup.

use super::sample::{covers, normal};
use super::{Design, Want};
use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::frontier::{EQUIVALENCE, Gain, Place, gains};
use qpnet_audit::stats::quasi_pareto::ALPHA;
use qpnet_audit::stats::{Bootstrap, Resampler};

/// Patients of a subgroup; fewer than meant, with as much error together.
const PATIENTS: usize = 200;
const REPLICATES: usize = 149;
/// Spread over trainings: of all models of a seed, and of one alone by subgroup, which go together a little.
const SEED: f64 = 0.01;
const OWN: [f64; 2] = [0.003, 0.012];
const TOGETHER: f64 = 0.3;
/// Error of the test part: of all models, of one kind of model, of one training.
const TEST: [f64; 3] = [0.005, 0.002, 0.002];

/// Dominant and less-prevalent AUC with delta 0.5, 0.35, 0.25, 0.1, 0.
type Truth = [[f64; 5]; 2];
/// The rare subgroup's cue is in conflict, and weight buys it.
const CONFLICT: Truth = [[0.900, 0.895, 0.888, 0.870, 0.845], [0.800, 0.810, 0.816, 0.822, 0.824]];
/// Too much weight is too much: few images are learnt by heart.
const TURNING: Truth = [[0.900, 0.895, 0.888, 0.870, 0.845], [0.800, 0.808, 0.812, 0.805, 0.790]];
/// No conflict, or a placebo: the weight does nothing.
const FLAT: Truth = [[0.90; 5], [0.85; 5]];

struct Case {
    name: &'static str,
    truth: Truth,
    /// Where on the frontier the method is: between points by number.
    place: f64,
    gain: f64,
    /// What is asked of its interval, and of the test of no gain.
    wants: [Want; 2],
}

pub fn designs() -> Vec<Design> {
    // What a seed does on these patients counts twice.
    let plain = [Want::Known(93.0, 98.5), Want::Known(1.5, 7.0)];
    // Beyond the end the nearest end is too high, by what chance puts the method there.
    let end = [Want::Known(91.0, 97.0), Want::Known(3.0, 9.0)];
    // Where all points are one, which neighbours a method has is chance: the jackknife errs on the wide side.
    let wide = [Want::Known(95.0, 99.9), Want::Known(0.1, 5.0)];
    let cases = [
        Case { name: "between two points", truth: CONFLICT, place: 1.5, gain: 0.0, wants: plain },
        Case {
            name: "0.02 above",
            truth: CONFLICT,
            place: 1.5,
            gain: 0.02,
            wants: [Want::Known(93.0, 98.5), Want::Shown],
        },
        Case {
            name: "at the margin",
            truth: CONFLICT,
            place: 1.5,
            gain: EQUIVALENCE,
            wants: [Want::Known(93.0, 98.5), Want::Shown],
        },
        Case { name: "a point, at a bend", truth: TURNING, place: 2.0, gain: 0.0, wants: plain },
        Case { name: "a point, at the end", truth: CONFLICT, place: 0.0, gain: 0.0, wants: end },
        Case { name: "weights that do nothing", truth: FLAT, place: 0.0, gain: 0.0, wants: wide },
    ];
    cases.iter().flat_map(|case| [5, 10, 20].map(|seeds| design(case, seeds))).collect()
}

fn design(case: &Case, seeds: usize) -> Design {
    let &Case { name, truth, place, gain, wants: [covering, rejecting] } = case;
    let shown = if gain == EQUIVALENCE { Want::Known(0.0, 3.0) } else { Want::Shown };
    let methods = vec![
        ("gain over the frontier", covering),
        ("test of no gain", rejecting),
        ("claim of a gain", Want::Shown),
        ("claim of equivalence", shown),
    ];
    let name = format!("frontier, {name}, {seeds} seeds");
    let draws = if seeds == 5 { (200, 4000) } else { (0, 4000) };
    Design::new("frontier", name, draws, methods, move |draw, rng| {
        let found = one(rng, draw, seeds, truth, place, gain);
        let p = found.p().expect("a test");
        let equal = found.p_equivalence(EQUIVALENCE).expect("a test");
        let above = found.estimate.low.expect("interval") > 0.0;
        vec![
            covers(&found.estimate, gain),
            f64::from(u8::from(p <= 0.05)),
            f64::from(u8::from(above)),
            f64::from(u8::from(equal <= ALPHA)),
        ]
    })
}

/// Of one training: what it is on average over patients, and what each patient adds.
struct Model {
    mean: [f64; 2],
    patients: Vec<[f64; 2]>,
}

fn one(rng: &mut Rng, draw: u64, seeds: usize, truth: Truth, place: f64, gain: f64) -> Gain {
    let (before, share) = (place.floor() as usize, place.fract());
    let at = |auc: [f64; 5]| auc[before] + share * (auc[(before + 1).min(4)] - auc[before]);
    let mut truths: Vec<[f64; 2]> = (0..5).map(|k| [truth[0][k], truth[1][k]]).collect();
    truths.push([at(truth[0]), at(truth[1]) + gain]);
    let scale = (PATIENTS as f64).sqrt();
    let part = |rng: &mut Rng, se: f64| -> Vec<[f64; 2]> {
        (0..PATIENTS).map(|_| [se * scale * normal(rng), se * scale * normal(rng)]).collect()
    };
    let common = part(rng, TEST[0]);
    let kinds: Vec<Vec<[f64; 2]>> = truths.iter().map(|_| part(rng, TEST[1])).collect();
    let models: Vec<Vec<Model>> = (0..seeds)
        .map(|_| {
            let seed = [SEED * normal(rng), SEED * normal(rng)];
            let model = |(truth, kind): (&[f64; 2], &Vec<[f64; 2]>)| {
                let (a, b) = (normal(rng), normal(rng));
                let own = [OWN[0] * a, OWN[1] * (TOGETHER * a + (1.0 - TOGETHER * TOGETHER).sqrt() * b)];
                let mut patients = part(rng, TEST[2]);
                for (i, patient) in patients.iter_mut().enumerate() {
                    (0..2).for_each(|g| patient[g] += common[i][g] + kind[i][g]);
                }
                Model { mean: [0, 1].map(|g| truth[g] + seed[g] + own[g]), patients }
            };
            truths.iter().zip(&kinds).map(model).collect()
        })
        .collect();
    // The patients of both subgroups are others.
    let patients: Vec<usize> = (0..2 * PATIENTS).collect();
    let strata: Vec<usize> = patients.iter().map(|p| p / PATIENTS).collect();
    let resampler = Resampler::new(&patients, &strata).expect("lengths");
    let streams = Streams::new(draw);
    let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(REPLICATES);
    let at = |seed: usize, which: usize, weights: Option<&[u32]>| {
        let model = &models[seed][which];
        let mean = |g: usize| {
            let weight = |i: usize| weights.map_or(1.0, |w| f64::from(w[g * PATIENTS + i]));
            model.patients.iter().enumerate().map(|(i, own)| weight(i) * own[g]).sum::<f64>()
                / PATIENTS as f64
        };
        Some(Place { dominant: model.mean[0] + mean(0), less: model.mean[1] + mean(1) })
    };
    gains(Some(&bootstrap), 0.95, 5, &[(0..seeds).collect()], at).expect("valid").remove(0)
}
