//! Reports of a learning curve say what was measured: a tiny curve, trained for real.

use std::path::Path;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::curve::{Curve, CurveConfig, Regime, measure};
use qpnet_lib::experiment::{LazyPopulation, MethodSpec, Profile, Resources, RunStore};
use qpnet_lib::report::{
    curve_figure, curve_provenance_table, curve_table, isotonic_panel, pareto_table, pareto_words,
};
use qpnet_lib::stats::pareto::Criterion;
use qpnet_lib::train::Silent;

/// Two methods, three sizes, two seeds, a few steps each.
fn tiny(folder: &Path) -> Curve {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let methods = MethodSpec::list("mixed,erm_plus").expect("known");
    let mut config =
        CurveConfig::new("synthetic", &manifest, "moderate", &methods, Profile::Smoke, Regime::FixedSteps);
    config.points = 3;
    let settings = &mut config.base.settings;
    settings.image_size = 16;
    settings.synthetic =
        SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [60, 60] };
    for training in [&mut settings.base, &mut settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (2, Some(3), 16);
    }
    let mut source = LazyPopulation::new(&manifest, None);
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    measure(
        &config,
        &RunStore::new(folder),
        &mut source,
        &Resources { device: &device, clock: &Frozen(0.0), cores: 2, progress: &Silent },
    )
    .expect("curve")
}

#[test]
fn figure_table_and_words_follow_the_curve() {
    let folder = tempfile::tempdir().expect("folder");
    let curve = tiny(folder.path());
    assert_eq!(curve.sizes, [20, 40, 80]);

    let points = curve.points().expect("points");
    let figure = curve_figure(&curve, "tiny", "Tiny").expect("figure");
    let rows: Vec<&str> = figure.csv.lines().skip(1).collect();
    assert_eq!(rows.len(), points.len());
    for (row, point) in rows.iter().zip(&points) {
        let fields: Vec<f64> = row.rsplit(',').take(4).map(|field| field.parse().expect("number")).collect();
        let auc = &point.auc;
        let expected =
            [auc.high, auc.low, auc.value, Some(point.size as f64)].map(|number| number.expect("defined"));
        for (got, expected) in fields.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-6, "{row}: {got} {expected}");
        }
    }
    let subgroup = |row: &&&str| row.contains("less-prevalent");
    assert_eq!(rows.iter().filter(subgroup).count(), 2 * 3);
    assert!(figure.caption.contains("3 sizes × 2 seeds, fixed steps, profile smoke"), "{}", figure.caption);

    let table = curve_table(&curve).expect("table");
    assert_eq!(table.rows.len(), 2 * 3);
    assert!(table.rows.iter().all(|row| row.len() == 4));

    let criterion = Criterion::default();
    let judged = curve.judge(&criterion).expect("criterion");
    let verdicts = pareto_table(&judged, &curve);
    assert_eq!(verdicts.rows.len(), 4);
    for (row, entry) in verdicts.rows.chunks(2).zip(&judged) {
        assert_eq!(row[0][2], format!("{:.3}", entry.judgement.dominant.drop.value));
        assert_eq!(row[1][2], format!("{:.3}", entry.judgement.less.drop.value));
    }
    let words = pareto_words(&judged, &curve, &criterion);
    assert_eq!(words.lines().count(), 2);
    assert!(words.contains("only 2 seeds"), "{words}");

    let fit = isotonic_panel(&curve, &judged[0], "fit").expect("fit").draw().expect("figure");
    let fitted: Vec<f64> = fit
        .csv
        .lines()
        .filter(|line| line.starts_with("non-decreasing fit"))
        .filter_map(|line| line.rsplit(',').next()?.parse().ok())
        .collect();
    assert!(fitted.len() == 3 && fitted.is_sorted(), "{fitted:?}");

    let provenance = curve_provenance_table(&curve).to_string();
    assert!(provenance.contains(&curve.data.hash) && provenance.contains("20, 40, 80"), "{provenance}");
}
