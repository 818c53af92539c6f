//! Several seeds: a contrast is the combination of means that it says, and reports show it.

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, SyntheticSizes};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::ablation::{Part, Parts};
use qpnet_lib::experiment::{
    EPSILON_0, LazyPopulation, MethodSpec, Profile, RepeatedDifference, RepeatedMethod, Repeats, Resources,
    RunConfig, RunError, RunStore, repeat,
};
use qpnet_lib::report;
use qpnet_lib::train::{QpiConfig, Selection, Silent};

/// A difference of sums of at most sixteen AUCs.
const ROUNDING: f64 = 1e-12;

/// Mixed, a control and the grid in a few steps, from three seeds.
fn tiny() -> Repeats {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let mut methods = MethodSpec::list("mixed,qpi,group_balanced").expect("known");
    let full = QpiConfig::paper();
    methods.extend(Parts::grid().into_iter().take(15).map(|parts| parts.method(full)));
    let mut config = RunConfig::new("synthetic", &manifest, "moderate", &methods, Profile::Smoke, 1);
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 80, less_train: 40, validation: [40, 40], test: [60, 60] };
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (1, Some(2), 16);
        training.selection = Selection::Last;
    }
    let folder = tempfile::tempdir().expect("tempdir");
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let mut data = LazyPopulation::new(&manifest, None);
    let store = RunStore::new(folder.path());
    repeat(
        &config,
        &[1, 2, 3],
        &store,
        &mut data,
        &Resources { device: &device, clock: &Frozen(0.0), cores: 2, progress: &Silent },
    )
    .expect("repeats")
}

fn mean(means: &[RepeatedMethod], key: &str, subgroup: usize) -> f64 {
    let method = means.iter().find(|method| method.spec.key == key).expect("method");
    method.subgroups[subgroup].as_ref().expect("scores").auc.value.expect("defined")
}

#[test]
fn contrasts_and_reports_agree_with_the_means() {
    let repeats = tiny();
    let means = repeats.methods().expect("means");
    let full = QpiConfig::paper();

    // A difference by contrast is the difference, to the last limit.
    let versus = repeats.versus("qpi", &["mixed", "group_balanced"]).expect("versus");
    let differences = repeats.differences("mixed").expect("differences");
    for subgroup in 0..2 {
        let of = |all: &[RepeatedDifference]| {
            let wanted = |d: &&RepeatedDifference| {
                (d.method.as_str(), d.reference.as_str(), d.subgroup) == ("qpi", "mixed", subgroup)
            };
            all.iter().find(wanted).expect("pair").auc.triple().expect("interval")
        };
        let ((a, b, c), (d, e, f)) = (of(&versus), of(&differences));
        for (one, other) in [(a, d), (b, e), (c, f)] {
            assert!((one - other).abs() < ROUNDING, "{one} {other}");
        }
        assert!((a - mean(&means, "qpi", subgroup) + mean(&means, "mixed", subgroup)).abs() < ROUNDING);
    }

    // A main effect by hand; the full method stands for the sixteenth cell.
    let effects = repeats.main_effects(full).expect("effects");
    assert_eq!(effects.len(), 8);
    for effect in &effects {
        let signed = |parts: Parts| {
            let all = parts.adaptive && parts.adversarial && parts.mmd && parts.bss;
            let key = if all { "qpi".to_owned() } else { parts.method(full).key };
            let sign = if effect.part.is_on(parts) { 1.0 } else { -1.0 };
            sign * mean(&means, &key, effect.subgroup) / 8.0
        };
        let by_hand: f64 = Parts::grid().into_iter().map(signed).sum();
        assert!((effect.auc.value.expect("defined") - by_hand).abs() < ROUNDING, "{:?}", effect.part);
    }
    assert_eq!(effects.iter().filter(|effect| effect.part == Part::Mmd).count(), 2);

    // What cannot be is an error or an explained gap.
    assert!(matches!(repeats.versus("qpi", &["dc"]), Err(RunError::Method { .. })));
    let other = QpiConfig { sigma: 0.3, ..full };
    assert!(matches!(repeats.main_effects(other), Err(RunError::Method { .. })), "sigma 0.3 was not trained");
    assert!(repeats.contrast(&[("qpi", 1.0)], 7).expect("explained").reason.is_some());
    assert!(repeats.contrast(&[], 0).expect("explained").value.is_none());

    // Reports: a row a method and subgroup, and one for the disparity; words for every pair.
    let table = report::repeats_table(&repeats, &means);
    assert_eq!(table.rows.len(), 3 * means.len());
    assert!(table.notes.iter().any(|note| note.contains("3 seeds only")), "{:?}", table.notes);
    let words = report::repeats_words(&repeats, &versus, EPSILON_0);
    assert_eq!(words.lines().count(), 3, "{words}");
    assert!(words.starts_with("QPI minus Mixed: ") && words.contains("Group-balanced"), "{words}");
    assert_eq!(report::kept_start_words(&repeats, "qpi").matches("0 of 3 runs").count(), 1);
    let figure = report::repeated_difference_figure(&repeats, &versus, "gains").expect("figure");
    assert_eq!(figure.csv.lines().count(), 1 + versus.len());
    let grid = report::grid_figure(&repeats, &means, full, "grid").expect("figure");
    assert_eq!(grid.csv.lines().count(), 1 + 32);
    assert!(!grid.csv.contains("not trained"), "{}", grid.csv);
    let brier = report::brier_table(&repeats.runs[0].summary);
    assert_eq!(brier.rows.len(), 2 * means.len());
    assert_eq!(report::interval_table(&repeats.runs[0].summary).rows.len(), 8 * means.len());
    studied(&repeats, &means, full);
}

/// The study of all methods shows the means and the differences, and names what QPI is better than.
fn studied(repeats: &Repeats, means: &[RepeatedMethod], full: QpiConfig) {
    let study = report::Study::of(repeats, full).expect("study");
    let table = study.methods_table();
    assert_eq!(table.rows.len(), means.len());
    let balanced = repeats.versus("qpi", &["group_balanced"]).expect("versus");
    let row = table.rows.iter().find(|row| row[0] == "Group-balanced").expect("row");
    assert_eq!(row[4], report::estimate(&balanced[1].auc), "the less-prevalent subgroup stands last");
    assert_eq!(table.rows.iter().filter(|row| row[3].is_empty()).count(), 1, "QPI is not taken from itself");
    let effects = study.effects_table();
    assert_eq!(effects.rows.len(), Part::ALL.len());
    let words = study.words();
    assert!(words.contains(&format!("of {} others", means.len() - 1)), "{words}");
    let document = study.document("the call").expect("document");
    assert_eq!(document.figures().count(), 3);
    assert!(document.markdown().contains("the call"));
}
