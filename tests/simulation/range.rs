//! Best minus worst of subgroups of which some have a handful of patients.

use super::sample::{covers, normal, shift};
use super::{Design, Want};
use qpnet_audit::audit::{AuditOptions, Predictions, Reading, Scale, audit};
use qpnet_audit::rng::Streams;
use qpnet_audit::stats::{Bootstrap, Resampler};

/// AUC, patients with positives and with negatives.
type Subgroup = (f64, usize, usize);

pub fn designs() -> Vec<Design> {
    let equal = |count: usize, small: &[Subgroup]| [vec![(0.8, 60, 60); count], small.to_vec()].concat();
    let lists: Vec<(Vec<Subgroup>, bool)> = vec![
        (equal(2, &[(0.8, 3, 3)]), true),
        (equal(2, &[(0.8, 5, 5)]), false),
        (vec![(0.85, 60, 60), (0.75, 60, 60), (0.8, 3, 12)], false),
        (vec![(0.85, 100, 100), (0.65, 5, 10)], true),
        (vec![(0.95, 100, 100), (0.95, 4, 8)], false),
        (equal(6, &[(0.8, 5, 10), (0.8, 3, 6)]), true),
        (equal(6, &[(0.8, 5, 10), (0.6, 6, 9)]), false),
        (vec![(0.9, 100, 100), (0.8, 60, 60), (0.7, 60, 60), (0.75, 4, 10)], false),
        (vec![(0.9, 60, 60), (0.7, 60, 60), (0.95, 4, 100)], false),
    ];
    let tables: Vec<(Vec<Subgroup>, bool)> = vec![
        (vec![(0.8, 30, 60), (0.8, 30, 60)], true),
        (vec![(0.85, 30, 60), (0.75, 30, 60)], false),
        (vec![(0.8, 40, 80), (0.8, 30, 60), (0.8, 20, 40)], true),
        (vec![(0.85, 60, 120), (0.75, 60, 120), (0.8, 8, 16)], false),
        (vec![(0.9, 40, 80), (0.8, 30, 60), (0.7, 30, 60), (0.7, 10, 20)], true),
    ];
    let tables = tables.into_iter().map(|(list, quick)| audited(list, quick));
    lists.into_iter().map(|(list, quick)| design(list, quick)).chain(tables).collect()
}

/// As an audit has it: of two subgroups their gap, of more never below what a gap shows.
fn audited(subgroups: Vec<Subgroup>, quick: bool) -> Design {
    let range = |sign: f64| subgroups.iter().map(|own| sign * own.0).fold(f64::MIN, f64::max);
    let truth = (range(1.0) + range(-1.0)).max(0.0);
    let methods = vec![("best minus worst of an audit", Want::Known(93.0, 100.0))];
    let name = format!("audit of subgroups of {subgroups:?}, range {truth:.2}");
    let draws = if quick { (200, 1000) } else { (0, 1000) };
    Design::new("range", name, draws, methods, move |_, rng| {
        let mut text = String::from("id,group,y,score\n");
        for (group, &(auc, m, n)) in subgroups.iter().enumerate() {
            for patient in 0..m + n {
                let positive = patient < m;
                let score = normal(rng) + if positive { shift(auc) } else { 0.0 };
                text += &format!("{group}-{patient},g{group},{},{score}\n", u8::from(positive));
            }
        }
        let reading = Reading { scale: Scale::Rank, ..Reading::default() };
        let predictions = Predictions::parse("t.csv", text.as_bytes(), &reading).expect("a table");
        let options = AuditOptions {
            probabilities: false,
            threshold: None,
            replicates: super::sample::REPLICATES,
            ..AuditOptions::default()
        };
        let found = audit(&predictions, &options).expect("an audit");
        vec![covers(&found.best_minus_worst[0].auc, truth)]
    })
}

fn design(subgroups: Vec<Subgroup>, quick: bool) -> Design {
    let range = |sign: f64| subgroups.iter().map(|own| sign * own.0).fold(f64::MIN, f64::max);
    let truth = range(1.0) + range(-1.0);
    let methods =
        vec![("best minus worst", Want::Known(93.0, 100.0)), ("upper limit above 1", Want::Known(0.0, 0.0))];
    let name = format!("subgroups of {subgroups:?}, range {truth:.2}");
    let draws = if quick { (120, 2000) } else { (0, 2000) };
    Design::new("range", name, draws, methods, move |draw, rng| {
        let (mut labels, mut scores, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        for (group, &(auc, m, n)) in subgroups.iter().enumerate() {
            for patient in 0..m + n {
                labels.push(patient < m);
                scores.push(normal(rng) + if patient < m { shift(auc) } else { 0.0 });
                groups.push(group);
            }
        }
        let patients: Vec<usize> = (0..labels.len()).collect();
        let resampler = Resampler::by_cell(&patients, &groups, &labels).expect("lengths");
        let streams = Streams::new(draw);
        let bootstrap = Bootstrap::new(&resampler, &streams).with_replicates(super::sample::REPLICATES);
        let found = bootstrap.disparity(&labels, &scores, &groups).expect("valid");
        vec![covers(&found, truth.max(0.0)), f64::from(u8::from(found.high > Some(1.0)))]
    })
}
