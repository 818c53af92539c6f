//! Bootstrap comparisons, whose p is the level at which the interval touches 0, and means over seeds.

use super::sample::{REPLICATES, Sample, covers, normal, rejects};
use super::{Design, Want};
use qpnet_audit::metrics::prior_correction;
use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::bootstrap::WeightedMean;
use qpnet_audit::stats::clustered_mean::{self, Samples};
use qpnet_audit::stats::crossed::crossed;
use qpnet_audit::stats::{Bootstrap, Comparison, Interval, Resampler};
use rand::RngExt;

const FORMS: [Interval; 2] = [Interval::Bca, Interval::Percentile];

pub fn designs() -> Vec<Design> {
    // Student's own test rejects 8 of a hundred of fifteen exponential values.
    let mut found: Vec<Design> =
        [(15, Want::Known(4.0, 8.5)), (30, Want::Known(4.0, 7.0)), (80, Want::Rejects)].map(skewed).into();
    found.extend(
        [(10, Want::Known(4.0, 6.5)), (20, Want::Known(4.0, 7.0)), (40, Want::Rejects)].map(symmetric),
    );
    found.extend([[12, 12], [20, 30], [60, 90]].map(areas));
    let uneven = [vec![39], vec![1; 19]].concat();
    found.push(brier_of_two(&[2; 40], Want::Known(4.0, 7.5)));
    // Draws of patients are no help where one patient has most.
    found.push(brier_of_two(&[39, 5, 3, 2, 1], Want::Shown));
    found.push(brier_of_two(&uneven, Want::Shown));
    found.push(brier_of_two(&[1; 12], Want::Shown));
    found.push(brier_gap([&[2; 60], &[2; 8]]));
    found.push(brier_gap([&[2; 60], &[39, 5, 3, 2, 1]]));
    found.push(brier_gap([&uneven, &[1; 30]]));
    found.push(brier_gap([&[1; 200], &[1; 12]]));
    found.push(corrected_brier());
    for seeds in [2, 3, 5, 10] {
        for share in [1.0, 0.667, 0.333, 0.05] {
            found.push(over_seeds(seeds, share));
        }
    }
    found
}

/// p and whether the interval of the same comparison excludes 0 contradict each other.
fn contradicts(found: &Comparison) -> f64 {
    let excludes = found.difference.covers(0.0) == Some(false);
    f64::from(u8::from(found.p.is_some_and(|p| p < 0.05) != excludes))
}

/// By Student's t and by both forms of the bootstrap.
fn of_forms(patients: &[usize], draw: u64, values: Vec<f64>) -> Vec<f64> {
    let streams = Streams::new(draw);
    let n = values.len();
    let students = clustered_mean::paired("mean", &values, &vec![0.0; n], patients, 0.95).expect("valid");
    let resampler = &Resampler::new(patients, &vec![0; n]).expect("lengths");
    let values = &WeightedMean(values);
    let found = FORMS.map(|form| {
        let bootstrap = Bootstrap::new(resampler, &streams).with_replicates(999).with_interval(form);
        bootstrap.compare_of("mean", &[(values, 0..n)], |mean| mean[0]).expect("valid")
    });
    let mut answers: Vec<f64> = found.iter().map(rejects).collect();
    answers.extend(found.iter().map(contradicts));
    answers.extend([rejects(&students), contradicts(&students)]);
    answers
}

/// Of means: of the bootstrap, then of Student's t, which rejects `most` at most.
fn methods_of_means((want, most): (Want, f64)) -> Vec<(&'static str, Want)> {
    let students = [
        ("Student's t over patients", Want::Known(0.0, most)),
        ("p and interval contradict, Student's t", Want::Known(0.0, 0.0)),
    ];
    methods(want).into_iter().chain(students).collect()
}

fn methods(want: Want) -> Vec<(&'static str, Want)> {
    vec![
        ("bootstrap test, BCa", want),
        ("bootstrap test, percentile", want),
        ("p and interval contradict, BCa", Want::Known(0.0, 0.0)),
        ("p and interval contradict, percentile", Want::Known(0.0, 0.0)),
    ]
}

/// The mean of differences of a patient each.
fn of_differences(name: String, n: usize, want: (Want, f64), one: fn(&mut Rng) -> f64) -> Design {
    Design::new("comparisons", name, (400, 4000), methods_of_means(want), move |draw, rng| {
        let patients: Vec<usize> = (0..n).collect();
        of_forms(&patients, draw, (0..n).map(|_| one(rng)).collect())
    })
}

fn skewed((n, want): (usize, Want)) -> Design {
    let exponential = |rng: &mut Rng| -1.0 - rng.random_range(f64::EPSILON..1.0).ln();
    // No symmetric test holds for fifteen such values.
    let most = if n < 30 { 8.0 } else { 6.0 };
    of_differences(format!("{n} patients, mean difference 0, exponential"), n, (want, most), exponential)
}

fn symmetric((n, want): (usize, Want)) -> Design {
    of_differences(format!("{n} patients, mean difference 0, normal"), n, (want, 6.0), normal)
}

fn areas(patients: [usize; 2]) -> Design {
    let [m, n] = patients;
    let name = format!("{m} + {n} patients x 2 images, two methods alike");
    let want = if m < 15 { Want::Known(3.0, 7.0) } else { Want::Known(4.0, 7.0) };
    Design::new("comparisons", name, (300, 4000), methods(want), move |draw, rng| {
        let s = Sample::draw(rng, patients, 2, [0.8; 2]);
        let (resampler, streams) = (s.resampler(), Streams::new(draw));
        let found = FORMS.map(|form| {
            let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(999).with_interval(form);
            bootstrap.paired(&s.labels, &s.scores, &s.other).expect("valid")
        });
        let mut answers: Vec<f64> = found.iter().map(rejects).collect();
        answers.extend(found.iter().map(contradicts));
        answers
    })
}

/// Squared errors of two methods with the same truth, positives by chance.
fn brier_of_two(images: &[usize], want: Want) -> Design {
    let [most, all] = [images.iter().max().copied().unwrap_or_default(), images.iter().sum()];
    let n = images.len();
    let name = format!("{n} patients, {most} of {all} images of one, two methods' Brier scores alike");
    let images = images.to_vec();
    Design::new("comparisons", name, (300, 4000), methods_of_means((want, 6.0)), move |draw, rng| {
        let (mut patients, mut errors) = (Vec::new(), Vec::new());
        for (patient, &images) in images.iter().enumerate() {
            let (positive, own) = (rng.random_bool(0.3), [normal(rng), normal(rng)]);
            for _ in 0..images {
                let mut error = |own: f64| {
                    let p = 1.0 / (1.0 + (1.0 - own - normal(rng)).exp());
                    (p - f64::from(u8::from(positive))).powi(2)
                };
                patients.push(patient);
                errors.push(error(own[0]) - error(own[1]));
            }
        }
        of_forms(&patients, draw, errors)
    })
}

/// The Brier scores of two subgroups without a difference, whose patients have so many images.
fn brier_gap(images: [&[usize]; 2]) -> Design {
    let told = images.map(|of| format!("{} patients, {} images", of.len(), of.iter().sum::<usize>()));
    let name = format!("Brier scores of two subgroups alike: {}", told.join(" against "));
    let methods = vec![
        ("square and add over patients", Want::Known(0.0, 6.0)),
        ("p and interval contradict, square and add", Want::Known(0.0, 0.0)),
        ("covers", Want::Known(94.0, 100.0)),
    ];
    let images = images.map(<[usize]>::to_vec);
    Design::new("comparisons", name, (300, 4000), methods, move |_, rng| {
        let mut next = 0;
        let [a, b] = [&images[0], &images[1]].map(|images| {
            let (mut values, mut patients) = (Vec::new(), Vec::new());
            for &count in images {
                let (positive, own) = (rng.random_bool(0.3), normal(rng));
                for _ in 0..count {
                    let p = 1.0 / (1.0 + (1.0 - own - normal(rng)).exp());
                    values.push((p - f64::from(u8::from(positive))).powi(2));
                    patients.push(next);
                }
                next += 1;
            }
            (values, patients)
        });
        let [a, b] = [&a, &b].map(|(values, patients)| Samples { values, patients });
        let found = clustered_mean::unpaired("Brier score", a, b, 0.95).expect("valid");
        vec![rejects(&found), contradicts(&found), covers(&found.difference, 0.0)]
    })
}

/// Probabilities of a balanced training, moved to the prevalence 0.1: positives have far larger errors.
fn corrected_brier() -> Design {
    let methods = vec![
        ("Brier score, drawn by subgroup, BCa", Want::Covers),
        ("Brier score, drawn by subgroup, percentile", Want::Covers),
        ("Brier score, drawn by subgroup and label, percentile", Want::Known(60.0, 85.0)),
    ];
    let name = "300 patients, prevalence 0.1, Brier score after prior correction".to_owned();
    let probability = |x: f64| 1.0 / (1.0 + (-1.2 * x).exp());
    // E over the score of the squared error of either outcome, by a fine grid of the normal.
    let error = move |positive: bool| {
        super::sample::expectation(if positive { 0.6 } else { -0.6 }, |x| {
            let p = prior_correction(&[probability(x)], 0.5, 0.1).expect("valid")[0];
            (p - f64::from(u8::from(positive))).powi(2)
        })
    };
    let truth = 0.1 * error(true) + 0.9 * error(false);
    Design::new("comparisons", name, (300, 4000), methods, move |draw, rng| {
        let n = 300;
        let labels: Vec<bool> = (0..n).map(|_| rng.random_bool(0.1)).collect();
        let said: Vec<f64> =
            labels.iter().map(|&y| probability(normal(rng) + if y { 0.6 } else { -0.6 })).collect();
        let said = prior_correction(&said, 0.5, 0.1).expect("valid");
        let (patients, streams): (Vec<usize>, _) = ((0..n).collect(), Streams::new(draw));
        let alike = Resampler::new(&patients, &vec![0; n]).expect("lengths");
        let by_label = Resampler::by_cell(&patients, &vec![0; n], &labels).expect("lengths");
        let of = |resampler: &Resampler, form| {
            let bootstrap =
                Bootstrap::new(resampler, &streams).with_replicates(REPLICATES).with_interval(form);
            covers(&bootstrap.brier(&labels, &said).expect("valid"), truth)
        };
        vec![of(&alike, Interval::Bca), of(&alike, Interval::Percentile), of(&by_label, Interval::Percentile)]
    })
}

/// A mean over patients plus an effect of each seed, `share` of the variance of the mean.
fn over_seeds(seeds: usize, share: f64) -> Design {
    const PATIENTS: usize = 150;
    let methods = vec![
        ("above the truth, Student's t of seeds and patients", Want::Known(0.0, 3.0)),
        ("covers", Want::Known(94.0, 100.0)),
        ("above the truth, hierarchical percentile limits", Want::Shown),
    ];
    let name = format!("{seeds} seeds, {:.0} % of the variance theirs", 100.0 * share);
    Design::new("seeds", name, (500, 4000), methods, move |draw, rng| {
        let values: Vec<f64> = (0..PATIENTS).map(|_| normal(rng) * (1.0 - share).sqrt()).collect();
        let sd = (share * seeds as f64 / PATIENTS as f64).sqrt();
        let effects: Vec<f64> = (0..seeds).map(|_| sd * normal(rng)).collect();
        let patients: Vec<usize> = (0..PATIENTS).collect();
        let resampler = Resampler::new(&patients, &[0; PATIENTS]).expect("lengths");
        let streams = Streams::new(draw);
        let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(REPLICATES);
        let mean = |weights: &[u32]| {
            values.iter().zip(weights).map(|(v, &w)| v * f64::from(w)).sum::<f64>() / PATIENTS as f64
        };
        let at = |seed: usize, weights: &[u32]| Some(mean(weights) + effects[seed]);
        let infinite = (f64::NEG_INFINITY, f64::INFINITY);
        let found = crossed(&bootstrap, seeds, "mean", infinite, at).expect("valid").estimate;
        // What it replaces: seeds drawn, widened by S / (S - 1), then percentiles.
        let centre = effects.iter().sum::<f64>() / seeds as f64;
        let widen = (seeds as f64 / (seeds as f64 - 1.0)).sqrt();
        let mut drawn = bootstrap.replicate(mean);
        for t in &mut drawn {
            let again = (0..seeds).map(|_| effects[rng.random_range(0..seeds)]).sum::<f64>() / seeds as f64;
            *t += centre + widen * (again - centre);
        }
        drawn.sort_unstable_by(f64::total_cmp);
        let low = qpnet_audit::stats::bootstrap::limits::quantile(&drawn, 0.025).expect("replicates");
        let yes = |yes: bool| f64::from(u8::from(yes));
        vec![yes(found.low > Some(0.0)), covers(&found, 0.0), yes(low > 0.0)]
    })
}
