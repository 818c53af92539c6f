//! Gaps and ranges over cells and classes that lack something.

use super::rows::{patients, row};
use super::*;

#[test]
fn a_subgroup_without_an_auc_is_left_out_and_named() {
    // Labels alternate; scores follow them in `a`, and do not in `b`; `c` has no positive.
    let rows: Vec<Prediction> = (0..24)
        .flat_map(|i| {
            let noise = (i * 7 % 24) as f64 / 24.0;
            let (label, follows) = (i % 2, i % 2 + usize::from(i % 5 == 0));
            [row("a", i, label, follows as f64 + noise), row("b", i, label, noise), row("c", i, 0, noise)]
        })
        .collect();
    let patients = patients(&rows);
    let cells = ["a", "b", "c"].map(|name| TestCell::of(&rows, "mixed", name, TaskKind::Binary, &patients));
    let evaluation = Evaluation {
        predictions: &rows,
        subgroups: &[],
        classes: &[],
        task: TaskKind::Binary,
        patients,
        prevalence: None,
        unbalanced: Vec::new(),
        streams: Streams::new(1),
    };
    let (two, three) = (
        evaluation.best_minus_worst(&cells[..2]).expect("estimate"),
        evaluation.best_minus_worst(&cells).expect("estimate"),
    );
    assert_eq!((two.value, two.low), (three.value, three.low));
    assert!(two.flag.is_none() && three.low.is_some());
    assert!(three.flag.expect("flag").contains("without c"));
}

#[test]
fn a_gap_of_macro_aucs_is_over_the_classes_of_both_and_what_is_missing_is_named() {
    // Three classes; `b` has none of the third, which `a` reads far better than the others.
    let rows: Vec<Prediction> = (0..90)
        .flat_map(|i| {
            let noise = (i * 37 % 101) as f64 / 101.0;
            let scores = |label: usize| {
                let third = if label == 2 { 3.0 } else { 0.0 };
                vec![noise + 0.3 * f64::from(label == 0), noise + 0.3 * f64::from(label == 1), third]
            };
            let with = |subgroup, label| Prediction { scores: scores(label), ..row(subgroup, i, label, 0.0) };
            [with("a", i % 3), with("b", i % 2)]
        })
        .collect();
    let patients = patients(&rows);
    let of = |name| TestCell::of(&rows, "mixed", name, TaskKind::MultiClass, &patients);
    let (cells, classes) = ([of("a"), of("b")], ["x", "y", "z"].map(str::to_owned));
    let evaluation = Evaluation {
        predictions: &rows,
        subgroups: &[],
        classes: &classes,
        task: TaskKind::MultiClass,
        patients: HashMap::new(),
        prevalence: None,
        unbalanced: Vec::new(),
        streams: Streams::new(1),
    };
    let found = evaluation.disparities("mixed", &cells).expect("valid");
    let over = |cell: &TestCell, classes: &[usize]| {
        cell.contributions_over(classes).expect("valid").expect("both").value
    };
    let gap = over(&cells[0], &[0, 1]) - over(&cells[1], &[0, 1]);
    assert!((found.clustered.difference.value.expect("a gap") - gap).abs() < 1e-12);
    assert!((over(&cells[0], &[0, 1, 2]) - over(&cells[0], &[0, 1])).abs() > 0.05);
    assert!(found.best_minus_worst.value.expect("a range") < gap.abs() + 1e-12);
    let flag = cells[1].about(&classes).flag.expect("flag");
    assert_eq!(flag, "one outcome only, left out: z");
}
