//! AUCs at the mix of cases of another subgroup: patients fall into strata by chance, in each subgroup with its own
//! probabilities.

use super::sample::{covers, normal, phi, rejects};
use super::{Design, Want};
use qpnet_audit::rng::Rng;
use qpnet_audit::stats::auc_inference::{self, About};
use qpnet_audit::stats::standardised::{Stratified, standardised};
use qpnet_audit::stats::{Contributions, Estimate};
use rand::RngExt;

/// How far the positives of each stratum are ahead, and its probability in the reference and in the other subgroup;
/// negatives of stratum `s` stand at a third of `-ahead`.
struct Made {
    ahead: &'static [f64],
    mixes: [&'static [f64]; 2],
    /// What the other subgroup loses in every stratum.
    lost: f64,
    /// Patients with positives and with negatives.
    reference: [usize; 2],
    own: [usize; 2],
    images: usize,
    /// Whether images of a patient fall into strata one by one.
    within: bool,
}

#[derive(Default)]
struct Part {
    labels: Vec<bool>,
    scores: Vec<f64>,
    patients: Vec<usize>,
    strata: Vec<usize>,
}

pub fn designs() -> Vec<Design> {
    const TWO: [&[f64]; 2] = [&[0.7, 0.3], &[0.3, 0.7]];
    const FOUR: [&[f64]; 2] = [&[0.4, 0.3, 0.2, 0.1], &[0.1, 0.2, 0.3, 0.4]];
    let two = |lost, reference, own, images, within| Made {
        ahead: &[1.8, 0.6],
        mixes: TWO,
        lost,
        reference,
        own,
        images,
        within,
    };
    let four = |lost, reference, own, images| Made {
        ahead: &[2.0, 1.4, 0.8, 0.4],
        mixes: FOUR,
        lost,
        reference,
        own,
        images,
        within: false,
    };
    vec![
        design(two(0.0, [100, 150], [60, 90], 1, false), (1000, 10_000)),
        design(two(0.4, [100, 150], [60, 90], 3, false), (1000, 10_000)),
        design(two(0.0, [60, 90], [30, 45], 2, true), (0, 10_000)),
        design(four(0.0, [120, 200], [80, 120], 2), (600, 10_000)),
        design(four(0.4, [120, 200], [50, 70], 1), (0, 10_000)),
        design(two(0.0, [100, 100], [15, 25], 2, false), (0, 10_000)),
    ]
}

/// Positives of stratum `s` against negatives of stratum `t`, each with variance 1.
fn truth(made: &Made, mix: &[f64], lost: f64) -> f64 {
    let mut sum = 0.0;
    for (s, p) in mix.iter().enumerate() {
        for (t, q) in mix.iter().enumerate() {
            let apart = made.ahead[s] - lost + made.ahead[t] / 3.0;
            sum += p * q * phi(apart / std::f64::consts::SQRT_2);
        }
    }
    sum
}

fn part(rng: &mut Rng, made: &Made, group: usize, first: usize) -> Part {
    let (mix, patients) = (made.mixes[group], [made.reference, made.own][group]);
    let mut found = Part::default();
    for patient in 0..patients[0] + patients[1] {
        let positive = patient < patients[0];
        let stratum = |rng: &mut Rng| {
            let mut at: f64 = rng.random();
            let below = |share: &&f64| {
                at -= **share;
                at >= 0.0
            };
            mix.iter().take(mix.len() - 1).take_while(below).count()
        };
        let (own, mut home) = (normal(rng), stratum(rng));
        for _ in 0..made.images {
            if made.within {
                home = stratum(rng);
            }
            let lost = if group == 1 { made.lost } else { 0.0 };
            let base = if positive { made.ahead[home] - lost } else { -made.ahead[home] / 3.0 };
            found.scores.push(base + (own + normal(rng)) / std::f64::consts::SQRT_2);
            found.labels.push(positive);
            found.patients.push(first + patient);
            found.strata.push(home);
        }
    }
    found
}

impl Part {
    fn given(&self) -> Stratified<'_> {
        let Self { labels, scores, patients, strata } = self;
        Stratified { labels, scores, patients, weights: None, strata }
    }
}

fn single(found: &Contributions) -> Estimate {
    let about = About { n: 0, undefined: None, flag: None };
    auc_inference::single("A", about, Some(&found.area()), 0.95, Default::default()).expect("a level")
}

fn design(made: Made, draws: (u64, u64)) -> Design {
    let (at_one, reference) = (truth(&made, made.mixes[0], made.lost), truth(&made, made.mixes[0], 0.0));
    let plain = truth(&made, made.mixes[1], made.lost);
    let (gap, mix) = (reference - at_one, at_one - plain);
    let few = made.own[0] < 20;
    // Where few patients stand in a stratum, intervals are wider than they say.
    let covers_ = if few { Want::Known(93.0, 100.0) } else { Want::Covers };
    let mut methods = vec![
        ("AUC at one mix", covers_),
        ("gap at one mix", covers_),
        ("what the mix makes", if few { Want::Known(93.0, 100.0) } else { Want::Covers }),
        ("plain gap taken for it", Want::Shown),
    ];
    if made.lost == 0.0 {
        methods.push(("test of the gap at one mix", if few { Want::Known(1.0, 6.0) } else { Want::Rejects }));
    }
    let Made { ahead, reference: theirs, own, images, within, .. } = &made;
    let within = if *within { ", strata within patients" } else { "" };
    let name = format!(
        "{} strata, {theirs:?} and {own:?} patients x {images} images{within}, gap {gap:.2} of {:.2}",
        ahead.len(),
        gap + mix
    );
    Design::new("standardised", name, draws, methods, move |_, rng| {
        let (a, b) = (part(rng, &made, 0, 0), part(rng, &made, 1, 10_000));
        let found = standardised(a.given(), b.given()).expect("lengths").expect("strata of both");
        let estimates = [single(&found.reference), single(&found.own)];
        let [(x, first), (y, second)] = [(&estimates[0], &found.reference), (&estimates[1], &found.own)];
        let tested =
            auc_inference::unpaired("A", (x, Some(first)), (y, Some(second)), 0.95).expect("a level");
        let whole = |part: &Part| {
            standardised(
                Stratified { strata: &vec![0; part.labels.len()], ..part.given() },
                Stratified { strata: &vec![0; part.labels.len()], ..part.given() },
            )
            .expect("lengths")
            .expect("one stratum")
            .reference
        };
        let (all, all_own) = (whole(&a), whole(&b));
        let terms = [(1.0, &all), (-1.0, &all_own), (-1.0, first), (1.0, second)];
        let area = Contributions::combined(&terms).area();
        let about = About { n: 0, undefined: None, flag: None };
        let explained = auc_inference::paired("mix", about, Some(&area), 0.95).expect("a level");
        let crude = auc_inference::unpaired(
            "A",
            (&single(&all), Some(&all)),
            (&single(&all_own), Some(&all_own)),
            0.95,
        )
        .expect("a level");
        let mut answers = vec![
            covers(&estimates[1], at_one),
            covers(&tested.difference, gap),
            covers(&explained.difference, mix),
            covers(&crude.difference, gap),
        ];
        if made.lost == 0.0 {
            answers.push(rejects(&tested));
        }
        answers
    })
}
